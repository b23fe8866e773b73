package cosmock_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// A fault after the work reports an error, but the object is stored.
func TestFaultsAfterTheWork(t *testing.T) {
	t.Parallel()
	for kind, want := range map[cosmock.FaultKind]struct {
		status int
		code   string
		says   string
	}{
		cosmock.FaultUnavailableAfter:   {503, "ServiceUnavailable", "Server network error."},
		cosmock.FaultInternalErrorAfter: {500, "InternalError", ""},
		cosmock.FaultConflictAfter:      {409, "PathConflict", ""},
		cosmock.FaultUnknownErrorAfter:  {520, "", ""},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := start(t, cosmock.Options{})
			r := newRaw(t, s)
			for _, source := range []string{"", r.host + "/k"} {
				arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "k"), Kind: kind})
				var header []string
				body := "hello"
				if source != "" {
					header, body = []string{"x-cos-copy-source", source, "x-cos-metadata-directive", "Replaced"}, ""
				}
				a := r.do("PUT", "/k", body, header...)
				a.want(t, want.status, want.code)
				if !strings.Contains(a.body, want.says) || a.header.Get("ETag") != "" || !stored(s, "k") {
					t.Errorf("answered %v %s; stored: %v", a.header, a.body, stored(s, "k"))
				}
			}
			if got := s.Requests(); got[0].Status != want.status {
				t.Errorf("the journal has %+v", got)
			}
		})
	}
	t.Run("no work", func(t *testing.T) {
		t.Parallel()
		s := start(t, cosmock.Options{})
		arm(t, s, cosmock.Fault{Match: cosmock.On("PUT", "k"), Kind: cosmock.FaultUnavailable})
		newRaw(t, s).do("PUT", "/k", "hello").want(t, 503, "ServiceUnavailable")
		if stored(s, "k") {
			t.Error("the work was done")
		}
	})
}

// Each question that evidence and documentation leave open can be configured
// either way.
func TestOpenQuestions(t *testing.T) {
	t.Parallel()
	t.Run("a customer key on a plain object", func(t *testing.T) {
		t.Parallel()
		for _, ignored := range []bool{false, true} {
			s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{CustomerKeyIgnored: ignored}})
			r := newRaw(t, s)
			r.do("PUT", "/k", "hello").want(t, 200, "")
			a := r.do("GET", "/k", "", triple(keyText)...)
			if ignored {
				a.want(t, 200, "")
			} else {
				a.want(t, 400, "SSEHeaderNotAllowed")
			}
		}
	})
	t.Run("a signature whose time is over", func(t *testing.T) {
		t.Parallel()
		for _, told := range []bool{false, true} {
			s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{ExpiredServerTime: told}})
			r := newRaw(t, s)
			r.clock = func() time.Time { return time.Now().Add(-3 * time.Hour) }
			a := r.do("GET", "/k", "")
			a.want(t, 403, "AccessDenied")
			if strings.Contains(a.body, "<ServerTime>") != told {
				t.Errorf("told %v: %s", told, a.body)
			}
		}
	})
	t.Run("an object in parts", func(t *testing.T) {
		t.Parallel()
		for _, earlier := range []bool{false, true} {
			now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
			s := start(t, cosmock.Options{Now: func() time.Time { return now }, Undocumented: cosmock.Undocumented{PartsListedEarlier: earlier}})
			r := newRaw(t, s)
			r.clock = func() time.Time { return now }
			id := regexp.MustCompile(`<UploadId>(.*)</UploadId>`).FindStringSubmatch(r.do("POST", "/k?uploads", "").body)[1]
			part := r.do("PUT", "/k?partNumber=1&uploadId="+id, "hello")
			now = now.Add(time.Hour)
			r.do("POST", "/k?uploadId="+id, "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"+part.header.Get("ETag")+"</ETag></Part></CompleteMultipartUpload>").want(t, 200, "")
			if got := r.do("HEAD", "/k", "").header.Get("Last-Modified"); got != "Fri, 02 Jan 2026 04:04:05 GMT" {
				t.Errorf("HEAD says %s", got)
			}
			want := "2026-01-02T04:04:05.000Z"
			if earlier {
				want = "2026-01-02T03:04:05.000Z"
			}
			if got := r.do("GET", "/", "").body; !strings.Contains(got, want) {
				t.Errorf("earlier %v: the listing says %s", earlier, got)
			}
		}
	})
}
