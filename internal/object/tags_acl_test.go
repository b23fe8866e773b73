package object_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// tagsAndACL compares the stored tags and whether the object is public.
func tagsAndACL(w *acctest.World, tags map[string]string, public bool) acctest.Check {
	return w.That("a", "tags and ACL", []any{tags, public}, func(o cosmock.Object) any { return []any{o.Tags, o.PublicRead} })
}

// Tags and the ACL need requests of their own, which are sent only if they are
// managed.
func TestAccTagsAndACL(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	step := func(sent []string, stored acctest.Check, lines ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig:         w.ResetRequests,
			Config:            w.Provider() + w.Object("a", append(lines, plain, `content = "x"`)...),
			ConfigStateChecks: []statecheck.StateCheck{w.Sent(sent...), stored},
		}
	}
	tags, other, none := map[string]string{"a b": "c/d", "e": "f"}, map[string]string{"f": "g"}, map[string]string{}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			step([]string{"HEAD 404", "PUT 200 AES256 1 bytes", "HEAD 200"}, tagsAndACL(w, tags, true),
				`tags = { "a b" = "c/d", e = "f" }`, `acl = "public-read"`),
			// A different ACL, then different tags.
			step([]string{"HEAD 200", "GET ?tagging 200", "GET ?acl 200", "PUT ?acl 200"}, tagsAndACL(w, tags, false),
				`tags = { "a b" = "c/d", e = "f" }`, `acl = "private"`),
			step([]string{"HEAD 200", "GET ?tagging 200", "GET ?acl 200", "PUT ?tagging 200 75 bytes"}, tagsAndACL(w, other, false),
				`tags = { f = "g" }`, `acl = "private"`),
			// A changed header preserves both.
			step([]string{"HEAD 200", "GET ?tagging 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, tagsAndACL(w, other, true),
				`tags = { f = "g" }`, `acl = "public-read"`, `cache_control = "no-store"`),
			// They are no longer managed, and a copy still preserves both.
			step([]string{"HEAD 200", "GET ?tagging 200", "GET ?acl 200"}, tagsAndACL(w, other, true), `cache_control = "no-store"`),
			step([]string{"HEAD 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, tagsAndACL(w, other, true)),
			// Managed again with the current tags.
			step([]string{"HEAD 200", "GET ?tagging 200"}, tagsAndACL(w, other, true), `tags = { f = "g" }`),
			// Without tags, the HEAD shows from then on that there are none.
			step([]string{"HEAD 200", "GET ?tagging 200", "DELETE ?tagging 204"}, tagsAndACL(w, none, true), `tags = {}`),
			step([]string{"HEAD 200"}, tagsAndACL(w, none, true), `tags = {}`),
		},
	})
}

// An upload would drop tags that are not declared, so it includes them.
func TestAccUploadKeepsForeignTags(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	cost := map[string]string{"cost": "me"}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("a", plain, `content = "1"`)},
			{
				PreConfig:        func() { must(t, w.SetTags(w.Bucket(), "a", cost)) },
				Config:           w.Provider() + w.Object("a", plain, `content = "1"`),
				ConfigPlanChecks: unchanged,
			},
			{
				Config:            w.Provider() + w.Object("a", plain, `content = "2"`),
				ConfigStateChecks: []statecheck.StateCheck{tagsAndACL(w, cost, false)},
			},
		},
	})
}

// Drift of managed tags and ACLs is shown and repaired.
func TestAccTagAndACLDrift(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := w.Provider() + w.Object("a", plain, `content = "1"`, `tags = { a = "b" }`, `acl = "private"`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					must(t, w.SetTags(w.Bucket(), "a", nil))
					must(t, w.SetACL(w.Bucket(), "a", "public-read"))
				},
				Config: config,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, acctest.Changes(address, map[string]acctest.From{
					"acl":  {Before: "public-read", After: "private"},
					"tags": {Before: map[string]any{}, After: map[string]any{"a": "b"}},
				})),
				ConfigStateChecks: []statecheck.StateCheck{tagsAndACL(w, map[string]string{"a": "b"}, false)},
			},
		},
	})
}

// COS may answer with an error or an empty set if there are no tags.
func TestAccNoTagSet(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]bool{"an error": false, "an empty set": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			w.Configure(func(u *cosmock.Undocumented) { u.NoSuchTagSet = !empty })
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				Steps: []resource.TestStep{
					{Config: w.Provider() + w.Object("a", plain, `content = "1"`)},
					{Config: w.Provider() + w.Object("a", plain, `content = "1"`, `tags = {}`)},
				},
			})
		})
	}
}

// A write resets the ACL, so one that is not declared is read and sent again: a
// private object in a public bucket stays private.
func TestAccForeignACLIsKept(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.SetBucketACL(w.Bucket(), "public-read"))
	own := []statecheck.StateCheck{
		w.That("a", "ACL of its own, and public", []bool{true, false}, func(o cosmock.Object) any { return []bool{o.OwnACL, o.PublicRead} }),
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("a", plain, `content = "1"`)},
			{ // a copy
				PreConfig:         func() { must(t, w.SetACL(w.Bucket(), "a", "private")) },
				Config:            w.Provider() + w.Object("a", plain, `content = "1"`, `cache_control = "no-store"`),
				ConfigStateChecks: own,
			},
			{ // an upload
				Config:            w.Provider() + w.Object("a", plain, `content = "22"`),
				ConfigStateChecks: own,
			},
		},
	})
}
