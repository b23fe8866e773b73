package object_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The server does its work and the answer is lost. That is found out: nothing
// is done twice, and nothing is taken for somebody else's.
func TestAccLostAnswers(t *testing.T) {
	t.Parallel()
	old, other := []string{plain, `content = "old"`}, []string{`sse_customer_key_name = "b"`, `content = "old"`}
	for name, tc := range map[string]struct {
		first, second []string // arguments before and after; none is no object
		match         cosmock.Match
		versions      int // with versioning, afterwards
		want          []string
	}{
		"create": {
			nil, old, cosmock.On("PUT", "a"), 1,
			[]string{"HEAD 404", "PUT 0 AES256 3 bytes", "HEAD 200", "HEAD 200"},
		},
		"upload": {
			old, []string{plain, `content = "new!"`}, cosmock.On("PUT", "a"), 2,
			[]string{"HEAD 200", "HEAD 200", "GET ?acl 200", "PUT 0 AES256 4 bytes", "HEAD 200", "HEAD 200"},
		},
		"rotation": {
			old, other, cosmock.On("PUT", "a"), 2,
			[]string{"HEAD 200", "GET ?acl 200", "PUT copy 0 customer", "HEAD 200 customer", "HEAD 200 customer"},
		},
		"header": {
			old, append([]string{`cache_control = "no-store"`}, old...), cosmock.On("PUT", "a"), 2,
			[]string{"HEAD 200", "GET ?acl 200", "PUT copy 0 AES256", "HEAD 200", "HEAD 200"},
		},
		"tags": {
			old, append([]string{`tags = { a = "b" }`}, old...), cosmock.OnSubresource("PUT", "a", "tagging"), 1,
			[]string{"HEAD 200", "GET ?tagging 200", "PUT ?tagging 0 75 bytes", "PUT ?tagging 200 75 bytes"},
		},
		"destroy": {
			old, nil, cosmock.On("DELETE", "a"), 2,
			nil,
		},
	} {
		for _, versioning := range []string{"", "Enabled"} {
			t.Run(name+" "+versioning, func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t)
				ws := acctest.NewWorkspace(t)
				if versioning != "" {
					if err := w.SetVersioning(w.Bucket(), versioning); err != nil {
						t.Fatal(err)
					}
				}
				if tc.first != nil {
					ws.Config(w.Provider(keyring), w.Object("a", tc.first...))
					ws.Apply()
				}
				if err := w.Arm(cosmock.Fault{Match: tc.match, Times: 1, Kind: cosmock.FaultResetAfter}); err != nil {
					t.Fatal(err)
				}
				w.ResetRequests()
				if tc.second == nil {
					ws.Destroy()
				} else {
					ws.Config(w.Provider(keyring), w.Object("a", tc.second...))
					ws.Apply()
				}
				if tc.want != nil {
					if diff := cmp.Diff(tc.want, withoutVersions(w.Calls())); diff != "" {
						t.Errorf("requests (-want +got):\n%s", diff)
					}
				}
				if versioning != "" {
					if got := w.Versions(t, "a"); got != tc.versions {
						t.Errorf("there are %d versions, want %d", got, tc.versions)
					}
				}
				if tc.second != nil {
					ws.EmptyPlan()
				}
			})
		}
	}
}
