package cosmock_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// Every write accepts grants to accounts in headers, and a copy keeps none of its
// source's. Source: COS API documentation, "PUT Object", "PUT Object acl".
func TestGrantHeaders(t *testing.T) {
	t.Parallel()
	const everybody = "READ http://cam.qcloud.com/groups/global/AllUsers"
	for name, tc := range map[string]struct {
		headers []string
		alone   bool
		want    []string
		code    string
	}{
		"an account":                {headers: []string{"x-cos-grant-read", `id="100000000002"`}, want: []string{"READ qcs::cam::uin/100000000002:uin/100000000002"}},
		"a user of an account":      {headers: []string{"x-cos-grant-read-acp", `id="100000000002/100000000022"`}, want: []string{"READ_ACP qcs::cam::uin/100000000002:uin/100000000022"}},
		"two of them":               {headers: []string{"x-cos-grant-full-control", `id="1",id="2"`}, want: []string{"FULL_CONTROL qcs::cam::uin/1:uin/1", "FULL_CONTROL qcs::cam::uin/2:uin/2"}},
		"beside a canned ACL":       {headers: []string{"x-cos-acl", "public-read", "x-cos-grant-read", `id="2"`}, want: []string{everybody, "READ qcs::cam::uin/2:uin/2"}},
		"in place of a canned ACL":  {headers: []string{"x-cos-acl", "public-read", "x-cos-grant-read", `id="2"`, "x-cos-grant-read-acp", `id="2"`}, alone: true, want: []string{"READ qcs::cam::uin/2:uin/2", "READ_ACP qcs::cam::uin/2:uin/2"}},
		"what is no account":        {headers: []string{"x-cos-grant-read", `id="somebody"`}, code: "InvalidArgument"},
		"a user without an account": {headers: []string{"x-cos-grant-read", `id="/22"`}, code: "InvalidArgument"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, cosmock.Options{Undocumented: cosmock.Undocumented{GrantsReplaceCanned: tc.alone}})
			r := newRaw(t, s)
			granted := func(key string) []string {
				o, _ := s.Object(s.Bucket(), key)
				slices.Sort(o.Grants)
				return o.Grants
			}
			slices.Sort(tc.want)
			status := 200
			if tc.code != "" {
				status = 400
			}
			r.do("PUT", "/source", "x").want(t, 200, "")
			r.do("PUT", "/put", "x", tc.headers...).want(t, status, tc.code)
			r.do("PUT", "/copy", "", with(tc.headers, "x-cos-copy-source", r.host+"/source")...).want(t, status, tc.code)
			r.do("PUT", "/source?acl", "", tc.headers...).want(t, status, tc.code)
			for _, key := range []string{"put", "copy", "source"} {
				if diff := cmp.Diff(tc.want, granted(key)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", key, diff)
				}
			}
			r.do("PUT", "/again", "", "x-cos-copy-source", r.host+"/source").want(t, 200, "")
			if got := granted("again"); len(got) > 0 {
				t.Errorf("a copy has the grants of its source: %q", got)
			}
		})
	}
}
