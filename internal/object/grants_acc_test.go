package object_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// Every kind of write preserves the grants to other accounts, along with public
// grants.
func TestAccGrantsAreKept(t *testing.T) {
	t.Parallel()
	const partner, user = "100000000002", "100000000003/100000000033"
	const rotated = `sse_customer_key_name = "b"`
	type write struct {
		before    []string // the object to which others are granted access
		key       string   // after the write
		after     []string
		forgotten bool // acl replaces the grants
	}
	kinds := map[string]write{
		"a copy":                {[]string{plain, `content = "1"`}, "a", []string{rotated, `content = "1"`}, false},
		"an upload":             {[]string{rotated, `content = "1"`}, "a", []string{rotated, `content = "22"`}, false},
		"a move":                {[]string{rotated, `content = "22"`}, "b", []string{rotated, `content = "22"`}, false},
		"a move with an upload": {[]string{rotated, `content = "22"`}, "b", []string{rotated, `content = "333"`}, false},
		"an ACL":                {[]string{rotated, `content = "333"`}, "a", []string{rotated, `content = "333"`, `acl = "private"`}, true},
	}
	type granted struct {
		write
		canned string
		public bool
		grants []string
	}
	table := map[string]granted{}
	for kind, w := range kinds {
		table[kind+", alone"] = granted{w, "private", false, nil}
		table[kind+", and the public"] = granted{w, "public-read", true, []string{"READ http://cam.qcloud.com/groups/global/AllUsers"}}
	}
	c := newCases(t, table)
	grant := func() {
		for name, tc := range table {
			must(t, c.SetACL(c.bucket(name), "a", tc.canned))
			must(t, c.Grant(c.bucket(name), "a", partner, "READ"))
			must(t, c.Grant(c.bucket(name), "a", partner, "READ_ACP"))
			must(t, c.Grant(c.bucket(name), "a", user, "FULL_CONTROL"))
		}
	}
	first := resource.TestStep{Config: tfcli.EveryPlan + c.Provider(keyring)}
	// Grants to others are no change: the plan that reads them is empty.
	first.ConfigPlanChecks.PostApplyPreRefresh = []plancheck.PlanCheck{acctest.Do(grant)}
	second := resource.TestStep{Config: c.Provider(keyring)}
	for name, tc := range table {
		first.Config += c.object(name, "a", tc.before...)
		second.Config += c.object(name, tc.key, tc.after...)
		second.ConfigPlanChecks.PreApply = append(second.ConfigPlanChecks.PreApply,
			c.plans(name, plancheck.ExpectResourceAction(c.address(name), plancheck.ResourceActionUpdate)))
		second.ConfigStateChecks = append(second.ConfigStateChecks, named(name, func() error {
			want, public := slices.Sorted(slices.Values(append([]string{
				"READ qcs::cam::uin/100000000002:uin/100000000002",
				"READ_ACP qcs::cam::uin/100000000002:uin/100000000002",
				"FULL_CONTROL qcs::cam::uin/100000000003:uin/100000000033",
			}, tc.grants...))), tc.public
			if tc.forgotten {
				want, public = nil, false
			}
			o := c.stored(name, tc.key)
			return acctest.Differ("granted", []any{want, public}, []any{slices.Sorted(slices.Values(o.Grants)), o.PublicRead})
		}))
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: c.Factories(), Steps: []resource.TestStep{first, second}})
}

// If COS interprets the grant headers of a write differently, the write fails,
// because otherwise an account could silently lose access.
func TestAccGrantsThatAreDropped(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	w.Configure(func(u *cosmock.Undocumented) { u.GrantsReplaceCanned = true })
	config := func(key string) string { return w.Provider() + w.Object(key, plain, `content = "1"`) }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config("a")},
			{
				PreConfig: func() {
					must(t, w.SetACL(w.Bucket(), "a", "public-read"))
					must(t, w.Grant(w.Bucket(), "a", "100000000002", "READ"))
				},
				Config:      config("b"),
				ExpectError: regexp.MustCompile(`(?s)asked for public-read, READ for\s+100000000002,\s+found\s+private, READ for\s+100000000002`),
			},
			{
				Config: config("a"),
				Check: func(*terraform.State) error {
					if keys := strings.Join(w.Keys(w.Bucket()), " "); keys != "a" {
						t.Errorf("the bucket has %s: the object was moved, or its copy stayed", keys)
					}
					return nil
				},
			},
		},
	})
}

// A grant that only a separate ACL request can set prevents the write.
func TestAccGrantsThatNoHeaderSays(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(lines ...string) string {
		return w.Provider() + w.Object("a", append(lines, plain, `content = "1"`)...)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: config()},
			{
				PreConfig:   func() { must(t, w.Grant(w.Bucket(), "a", "100000000002", "WRITE")) },
				Config:      config(`cache_control = "no-store"`),
				ExpectError: regexp.MustCompile(`(?s)Nothing\s+was\s+written`),
			},
			{Config: config(`cache_control = "no-store"`, `acl = "private"`)},
		},
	})
}

// Each canned ACL of objects can be set and is read back without a difference.
func TestAccCannedACLs(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	acls := []string{"default", "authenticated-read", "bucket-owner-read", "bucket-owner-full-control", "private", "public-read"}
	// One object for each ACL, which is then replaced by the next ACL.
	step := func(shift int, action plancheck.ResourceActionType) resource.TestStep {
		s := resource.TestStep{Config: w.Provider()}
		for i := range acls {
			name := fmt.Sprint("object", i)
			s.Config += strings.Replace(w.Object(name, plain, `content = "1"`, "acl = "+acctest.Quote(acls[(i+shift)%len(acls)])), `"test"`, acctest.Quote(name), 1)
			s.ConfigPlanChecks.PreApply = append(s.ConfigPlanChecks.PreApply, plancheck.ExpectResourceAction("cos_encrypted_object."+name, action))
		}
		return s
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
		step(0, plancheck.ResourceActionCreate),
		step(0, plancheck.ResourceActionNoop),
		step(1, plancheck.ResourceActionUpdate),
		step(1, plancheck.ResourceActionNoop),
	}})
}
