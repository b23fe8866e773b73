package cosclient

import (
	"net/http"
	"testing"
)

func TestACL(t *testing.T) {
	t.Parallel()
	const owner = "qcs::cam::uin/1:uin/1"
	grant := func(who, permission string) string {
		return "<Grant><Grantee>" + who + "</Grantee><Permission>" + permission + "</Permission></Grant>"
	}
	policy := func(grants string) string {
		return "<AccessControlPolicy><Owner><ID>" + owner + "</ID></Owner><AccessControlList>" + grants + "</AccessControlList></AccessControlPolicy>"
	}
	own := grant("<ID>"+owner+"</ID>", "FULL_CONTROL")
	everyone := "<URI>" + groupAllUsers + "</URI>"
	tests := map[string]struct{ header, body, want string }{
		"inherited":        {"default", policy(own + grant(everyone, "READ")), "default"},
		"private":          {"", policy(own), "private"},
		"public":           {"", policy(own + grant(everyone, "READ")), "public-read"},
		"authenticated":    {"", policy(own + grant("<URI>"+groupAuthenticated+"</URI>", "READ")), "authenticated-read"},
		"public write":     {"", policy(own + grant(everyone, "READ") + grant(everyone, "WRITE")), ""},
		"someone else":     {"", policy(own + grant("<ID>qcs::cam::uin/2:uin/2</ID>", "READ")), ""},
		"the bucket owner": {"bucket-owner-read", policy(own + grant("<ID>qcs::cam::uin/2:uin/2</ID>", "READ")), "bucket-owner-read"},
		"the header lies":  {"private", policy(own + grant(everyone, "READ")), "public-read"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, status(200, tc.body, headerACL, tc.header))
			got, err := s.client(t).ACL(t.Context(), testObject)
			if err != nil || got != tc.want {
				t.Errorf("%q, %v, want %q", got, err, tc.want)
			}
			if r := s.seen()[0]; r.Method != http.MethodGet || r.URI != "/dir/a%20b.txt?acl" {
				t.Errorf("%s %s", r.Method, r.URI)
			}
		})
	}
	s := newServer(t, status(200, ""))
	if err := s.client(t).PutACL(t.Context(), testObject, "public-read"); err != nil {
		t.Fatal(err)
	}
	if r := s.seen()[0]; r.Method != http.MethodPut || r.URI != "/dir/a%20b.txt?acl" || r.Header.Get(headerACL) != "public-read" || r.Body != "" {
		t.Errorf("%s %s %s", r.Method, r.URI, r.Body)
	}
}
