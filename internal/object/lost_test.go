package object_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// If the server does the work but its response is lost, this is detected: nothing
// is done twice, and our own object does not count as somebody else's.
func TestAccLostAnswers(t *testing.T) {
	t.Parallel()
	old, other := []string{plain, `content = "old"`}, []string{`sse_customer_key_name = "b"`, `content = "old"`}
	writes := map[string]struct {
		first, second []string // arguments before and after; nil is no object
		match         func(key string) cosmock.Match
		versions      int // expected afterwards in a bucket with versioning
		want          []string
	}{
		"create": {
			nil, old, func(key string) cosmock.Match { return cosmock.On("PUT", key) }, 1,
			[]string{"HEAD 404", "PUT 0 AES256 3 bytes", "HEAD 200", "HEAD 200"},
		},
		"upload": {
			old, []string{plain, `content = "new!"`}, func(key string) cosmock.Match { return cosmock.On("PUT", key) }, 2,
			[]string{"HEAD 200", "HEAD 200", "GET ?acl 200", "PUT 0 AES256 4 bytes", "HEAD 200", "HEAD 200"},
		},
		"rotation": {
			old, other, func(key string) cosmock.Match { return cosmock.On("PUT", key) }, 2,
			[]string{"HEAD 200", "GET ?acl 200", "PUT copy 0 customer", "HEAD 200 customer", "HEAD 200 customer"},
		},
		"header": {
			old, append([]string{`cache_control = "no-store"`}, old...), func(key string) cosmock.Match { return cosmock.On("PUT", key) }, 2,
			[]string{"HEAD 200", "GET ?acl 200", "PUT copy 0 AES256", "HEAD 200", "HEAD 200"},
		},
		"tags": {
			old, append([]string{`tags = { a = "b" }`}, old...), func(key string) cosmock.Match { return cosmock.OnSubresource("PUT", key, "tagging") }, 1,
			[]string{"HEAD 200", "GET ?tagging 200", "PUT ?tagging 0 75 bytes", "PUT ?tagging 200 75 bytes"},
		},
		"destroy": {
			old, nil, func(key string) cosmock.Match { return cosmock.On("DELETE", key) }, 2,
			nil,
		},
	}
	table := map[string][2]string{}
	for write := range writes {
		for _, versioning := range []string{"", "Enabled"} {
			table[write+" "+versioning] = [2]string{write, versioning}
		}
	}
	c := newCases(t, table)
	before, after := c.Provider(keyring), c.Provider(keyring)
	var checks []statecheck.StateCheck
	for name, tc := range table {
		key, write := c.label(name), writes[tc[0]]
		if tc[1] != "" {
			must(t, c.SetVersioning(c.bucket(name), tc[1]))
			checks = append(checks, named(name, func() error {
				return acctest.Differ("versions", write.versions, c.VersionsIn(t, c.bucket(name), key))
			}))
		}
		if write.first != nil {
			before += c.object(name, key, write.first...)
		}
		if write.second != nil {
			after += c.object(name, key, write.second...)
		}
		if write.want != nil {
			checks = append([]statecheck.StateCheck{named(name, func() error {
				var calls []string
				for _, r := range c.Requests() {
					if r.Bucket == c.bucket(name) {
						calls = append(calls, acctest.Call(r))
					}
				}
				return acctest.Differ("requests", write.want, withoutVersions(calls))
			})}, checks...)
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: before},
			{
				PreConfig: func() {
					for name, tc := range table {
						must(t, c.Arm(cosmock.Fault{Match: writes[tc[0]].match(c.label(name)), Times: 1, Kind: cosmock.FaultResetAfter}))
					}
					c.ResetRequests()
				},
				Config:            after,
				ConfigStateChecks: checks,
			},
		},
	})
}
