package object_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// Every kind of write preserves the grants to other accounts, along with public
// grants.
func TestAccGrantsAreKept(t *testing.T) {
	t.Parallel()
	const partner, user = "100000000002", "100000000003/100000000033"
	for name, tc := range map[string]struct {
		canned string
		public bool
		grants []string
	}{
		"alone":          {"private", false, nil},
		"and the public": {"public-read", true, []string{"READ http://cam.qcloud.com/groups/global/AllUsers"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			config := func(key string, lines ...string) string { return w.Provider(keyring) + w.Object(key, lines...) }
			want := append([]string{
				"READ qcs::cam::uin/100000000002:uin/100000000002",
				"READ_ACP qcs::cam::uin/100000000002:uin/100000000002",
				"FULL_CONTROL qcs::cam::uin/100000000003:uin/100000000033",
			}, tc.grants...)
			slices.Sort(want)
			kept := func(key string) resource.TestCheckFunc {
				return func(*terraform.State) error {
					o, _ := w.Stored(key)
					slices.Sort(o.Grants)
					if diff := cmp.Diff([]any{want, tc.public}, []any{o.Grants, o.PublicRead}); diff != "" {
						t.Errorf("granted (-want +got):\n%s", diff)
					}
					return nil
				}
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{
					{Config: config("a", plain, `content = "1"`)},
					{
						PreConfig: func() {
							must(t, w.SetACL(w.Bucket(), "a", tc.canned))
							must(t, w.Grant(w.Bucket(), "a", partner, "READ"))
							must(t, w.Grant(w.Bucket(), "a", partner, "READ_ACP"))
							must(t, w.Grant(w.Bucket(), "a", user, "FULL_CONTROL"))
						},
						Config:           config("a", plain, `content = "1"`),
						ConfigPlanChecks: expect(plancheck.ResourceActionNoop),
					},
					{Config: config("a", `sse_customer_key_name = "b"`, `content = "1"`), Check: kept("a")},   // a copy
					{Config: config("a", `sse_customer_key_name = "b"`, `content = "22"`), Check: kept("a")},  // an upload
					{Config: config("b", `sse_customer_key_name = "b"`, `content = "22"`), Check: kept("b")},  // a move
					{Config: config("c", `sse_customer_key_name = "b"`, `content = "333"`), Check: kept("c")}, // a move with an upload
					{
						Config: config("c", `sse_customer_key_name = "b"`, `content = "333"`, `acl = "private"`),
						Check: func(*terraform.State) error {
							if o, _ := w.Stored("c"); len(o.Grants) > 0 || o.PublicRead {
								t.Errorf("acl replaces the grants, and yet: %q", o.Grants)
							}
							return nil
						},
					},
				},
			})
		})
	}
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
