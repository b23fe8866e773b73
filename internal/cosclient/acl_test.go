package cosclient

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
		"the owner, twice": {"", policy(own + grant("<ID>"+owner+"</ID>", "READ")), "private"},
		"everybody, by id": {"", policy(own + grant("<ID>"+anyone+"</ID>", "READ")), "public-read"},
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

// Grants to other accounts are read in a form that a write can send.
func TestAccessControl(t *testing.T) {
	t.Parallel()
	const owner = "qcs::cam::uin/1:uin/1"
	grant := func(who, permission string) string {
		return "<Grant><Grantee>" + who + "</Grantee><Permission>" + permission + "</Permission></Grant>"
	}
	id := func(id string) string { return "<ID>" + id + "</ID>" }
	everyone, authenticated := "<URI>"+groupAllUsers+"</URI>", "<URI>"+groupAuthenticated+"</URI>"
	two, three := id("qcs::cam::uin/2:uin/2"), id("qcs::cam::uin/3:uin/33")
	for name, tc := range map[string]struct {
		grants string
		want   map[string]string // headers of a write; nil if they cannot set the ACL
	}{
		"private":                  {"", map[string]string{headerACL: "private"}},
		"public":                   {grant(everyone, "READ"), map[string]string{headerACL: "public-read"}},
		"an account":               {grant(two, "READ"), map[string]string{"X-Cos-Grant-Read": `id="2"`}},
		"an account and everybody": {grant(two, "READ") + grant(everyone, "READ"), map[string]string{headerACL: "public-read", "X-Cos-Grant-Read": `id="2"`}},
		"several, in any order": {
			grant(three, "FULL_CONTROL") + grant(three, "READ") + grant(two, "WRITE_ACP") + grant(two, "READ") + grant(two, "READ_ACP") + grant(two, "READ"),
			map[string]string{"X-Cos-Grant-Read": `id="2",id="3/33"`, "X-Cos-Grant-Read-Acp": `id="2"`, "X-Cos-Grant-Write-Acp": `id="2"`, "X-Cos-Grant-Full-Control": `id="3/33"`},
		},
		"a permission of buckets":     {grant(two, "WRITE"), nil},
		"everybody, full control":     {grant(everyone, "FULL_CONTROL"), nil},
		"two groups":                  {grant(everyone, "READ") + grant(authenticated, "READ"), nil},
		"a group that is not known":   {grant("<URI>http://example.com/group</URI>", "READ"), nil},
		"an id that is none":          {grant(id("2&quot;,id=&quot;3"), "READ"), nil},
		"an id with something behind": {grant(id("qcs::cam::uin/2:uin/2&#10;x-cos-acl: public-read"), "READ"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := "<AccessControlPolicy><Owner><ID>" + owner + "</ID></Owner><AccessControlList>" + grant(id(owner), "FULL_CONTROL") + tc.grants + "</AccessControlList></AccessControlPolicy>"
			s := newServer(t, status(200, body), status(200, ""))
			c := s.client(t)
			access, err := c.AccessControl(t.Context(), testObject)
			if tc.want == nil {
				if !errors.Is(err, ErrOtherGrants) {
					t.Errorf("%v, %v", access, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Put(t.Context(), testObject, PutInput{Body: bytesBody(nil), ACL: access.Canned, Grants: access.Grants}); err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for name := range s.seen()[1].Header {
				if name == headerACL || strings.HasPrefix(name, "X-Cos-Grant-") {
					got[name] = s.seen()[1].Header.Get(name)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}
