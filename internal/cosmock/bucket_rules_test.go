package cosmock_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// Bucket rules can be set, read, replaced and deleted.
func TestRulesOfBuckets(t *testing.T) {
	t.Parallel()
	for query, tc := range map[string]struct{ root, none string }{
		"lifecycle":   {"LifecycleConfiguration", "NoSuchLifecycleConfiguration"},
		"replication": {"ReplicationConfiguration", "ReplicationConfigurationnotFoundError"},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			s := start(t, cosmock.Options{})
			r := newRaw(t, s)
			document := "<" + tc.root + "><Rule><ID>1</ID><Status>Enabled</Status></Rule></" + tc.root + ">"
			r.do("GET", "/?"+query, "").want(t, 404, tc.none)
			r.do("PUT", "/?"+query, document).want(t, 200, "")
			if got := r.do("GET", "/?"+query, ""); got.status != 200 || got.body != document {
				t.Errorf("%d %s", got.status, got.body)
			}
			for _, bad := range []string{"", "<Other><Rule><Status>Enabled</Status></Rule></Other>", "<" + tc.root + "/>", "<" + tc.root + "><Rule><Status>on</Status></Rule></" + tc.root + ">"} {
				r.do("PUT", "/?"+query, bad).want(t, 400, "MalformedXML")
			}
			r.do("PUT", "/k?"+query, document).want(t, 405, "MethodNotAllowed")
			r.do("DELETE", "/?"+query, "").want(t, 204, "")
			r.do("GET", "/?"+query, "").want(t, 404, tc.none)
		})
	}
}

// COS's page does not say which of two conditions on a copy's source takes
// precedence.
func TestTwoConditionsOfACopy(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reading             cosmock.Undocumented
		other, later, never int // status with another ETag, with a later write, with both
	}{
		"the ETag wins": {cosmock.Undocumented{}, 412, 200, 412},
		"the date wins": {cosmock.Undocumented{UnmodifiedSinceWins: true}, 200, 412, 412},
		"both count":    {cosmock.Undocumented{CopyConditionsAll: true}, 412, 412, 412},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, cosmock.Options{Undocumented: tc.reading})
			r := newRaw(t, s)
			r.do("PUT", "/k", "hello").want(t, 200, "")
			o, _ := s.Object(s.Bucket(), "k")
			now, before := o.Modified.UTC().Format(http.TimeFormat), o.Modified.Add(-time.Hour).UTC().Format(http.TimeFormat)
			for etag, dates := range map[string]map[string]int{o.ETag: {now: 200, before: tc.later}, "other": {now: tc.other, before: tc.never}} {
				for date, want := range dates {
					got := r.do("PUT", "/to", "", "x-cos-copy-source", r.host+"/k",
						"x-cos-copy-source-If-Match", `"`+etag+`"`, "x-cos-copy-source-If-Unmodified-Since", date)
					if got.status != want {
						t.Errorf("If-Match %s, If-Unmodified-Since %s: %d, want %d", etag, date, got.status, want)
					}
				}
			}
		})
	}
}
