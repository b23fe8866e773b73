package cosmock_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func TestJournal(t *testing.T) {
	s := start(t, cosmock.Options{KMSKeys: []string{"kms-1"}})
	r := newRaw(t, s)
	b := s.Bucket()
	r.do("PUT", "/a%2Fb", "body", with(triple(keyText), "x-cos-meta-secret", "hush")...).want(t, 200, "")
	r.do("PUT", "/k", "x", hMode, "cos/kms", hKMSID, "kms-1").want(t, 200, "")
	r.do("PUT", "/c", "", "x-cos-copy-source", r.host+"/k", hMode, "AES256").want(t, 200, "")
	r.do("HEAD", "/none", "").want(t, 404, "")
	r.do("POST", "/m?uploads", "").want(t, 200, "")
	r.do("PUT", "/m?partNumber=1&uploadId=none", "xyz").want(t, 404, "NoSuchUpload")
	r.do("GET", "/?prefix=a", "").want(t, 200, "")
	r.send(r.request("GET", "/k?acl", nil)).want(t, 403, "AccessDenied")
	r.do("PUT", "/bad", "x", hMode, "AES-256").want(t, 400, "InvalidArgument")
	want := []cosmock.Request{
		{Method: "PUT", Bucket: b, Key: "a/b", Status: 200, SSE: "customer", BodyBytes: 4},
		{Method: "PUT", Bucket: b, Key: "k", Status: 200, SSE: "cos/kms", KMSKeyID: "kms-1", BodyBytes: 1},
		{Method: "PUT", Bucket: b, Key: "c", Status: 200, SSE: "AES256", CopySource: r.host + "/k"},
		{Method: "HEAD", Bucket: b, Key: "none", Status: 404},
		{Method: "POST", Bucket: b, Key: "m", Subresource: "uploads", Status: 200},
		{Method: "PUT", Bucket: b, Key: "m", Subresource: "uploadId", Status: 404, BodyBytes: 3},
		{Method: "GET", Bucket: b, Status: 200},
		{Method: "GET", Bucket: b, Key: "k", Subresource: "acl", Status: 403},
		{Method: "PUT", Bucket: b, Key: "bad", Status: 400, BodyBytes: 1},
	}
	got := s.Requests()
	firstNames := got[0].HeaderNames
	for i := range got {
		got[i].HeaderNames = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantNames := []string{"authorization", "content-length", "host", "user-agent", "x-cos-meta-secret",
		"x-cos-server-side-encryption-customer-algorithm", "x-cos-server-side-encryption-customer-key",
		"x-cos-server-side-encryption-customer-key-md5"}
	if diff := cmp.Diff(wantNames, without(firstNames, "accept-encoding")); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	a := r.send(r.request("GET", "/_cosmock/requests", nil))
	a.want(t, 200, "")
	var decoded []map[string]any
	if err := json.Unmarshal([]byte(a.body), &decoded); err != nil {
		t.Fatal(err)
	}
	if len(decoded) != len(want) {
		t.Errorf("%d entries", len(decoded))
	}
	wantFirst := map[string]any{"method": "PUT", "bucket": b, "key": "a/b", "subresource": "", "status": 200., "sse": "customer",
		"kms_key_id": "", "body_bytes": 4., "copy_source": "", "header_names": decoded[0]["header_names"]}
	if diff := cmp.Diff(wantFirst, decoded[0]); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	_, key, _ := keyHeaders(keyText)
	for _, secret := range []string{key, keyText, "hush", s.SecretKey(), "q-signature"} {
		if strings.Contains(a.body, secret) {
			t.Errorf("the journal contains %s", secret)
		}
	}
	r.send(r.request("DELETE", "/_cosmock/requests", nil)).want(t, 204, "")
	if a := r.send(r.request("GET", "/_cosmock/requests", nil)); strings.TrimSpace(a.body) != "[]" {
		t.Errorf("after its deletion it is %s", a.body)
	}
}

func without(list []string, name string) []string {
	var out []string
	for _, s := range list {
		if s != name {
			out = append(out, s)
		}
	}
	return out
}

func TestFaultsByControl(t *testing.T) {
	tests := map[string]struct {
		body   string
		status int
		says   string
	}{
		"whole":         {`{"match":{"method":"PUT","key":"k","subresource":""},"times":1,"fault":"slowdown","delay_ms":0}`, 204, ""},
		"short":         {`{"fault":"slowdown"}`, 204, ""},
		"always":        {`{"fault":"slowdown","times":-1}`, 204, ""},
		"the first":     {`{"fault":"slowdown","skip":0}`, 204, ""},
		"bad skip":      {`{"fault":"slowdown","skip":-1}`, 400, "skip"},
		"unknown fault": {`{"fault":"earthquake"}`, 400, `unknown fault "earthquake"`},
		"no fault":      {`{}`, 400, "unknown fault"},
		"not JSON":      {`fault=slowdown`, 400, "not the JSON"},
		"unknown field": {`{"fault":"slowdown","time":1}`, 400, "time"},
		"never":         {`{"fault":"slowdown","times":0}`, 400, "times is 0"},
		"two":           {`{"fault":"slowdown"}{"fault":"slowdown"}`, 400, "follows"},
		"bad delay":     {`{"fault":"delay","delay_ms":-1}`, 400, "delay"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, cosmock.Options{})
			r := newRaw(t, s)
			a := r.send(r.request("POST", "/_cosmock/faults", strings.NewReader(test.body)))
			if a.status != test.status || !strings.Contains(a.body, test.says) {
				t.Errorf("%d %s", a.status, a.body)
			}
			want := map[bool]int{true: 503, false: 200}[test.status == 204]
			if got := r.do("PUT", "/k", "x"); got.status != want {
				t.Errorf("then PUT answers %d", got.status)
			}
			r.send(r.request("DELETE", "/_cosmock/faults", nil)).want(t, 204, "")
			r.do("PUT", "/k", "x").want(t, 200, "")
		})
	}
}

func TestControlIsClosedToPages(t *testing.T) {
	s := start(t, cosmock.Options{})
	r := newRaw(t, s)
	r.plain = true
	for _, origin := range []string{"https://example.com", "null", ""} {
		req := r.request("GET", "/_cosmock/requests", nil)
		req.Header["Origin"] = []string{origin}
		if a := r.send(req); a.status != 403 {
			t.Errorf("with Origin %q: %d", origin, a.status)
		}
	}
	if a := r.send(r.request("GET", "/_cosmock/other", nil)); a.status != 404 {
		t.Errorf("unknown path: %d", a.status)
	}
	if a := r.do("PUT", "/_cosmock/requests", "x"); a.status != 404 {
		t.Errorf("the prefix is not reserved: %d", a.status)
	}
	if got := s.Requests(); len(got) != 0 {
		t.Errorf("control requests are in the journal: %+v", got)
	}
}
