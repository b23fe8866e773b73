package object_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

type tagMap = map[string]string

// hasTags compares the stored tags.
func hasTags(w *acctest.World, key string, tags tagMap) acctest.Check {
	return w.That(key, "tags", tags, func(o cosmock.Object) any { return o.Tags })
}

// tagsInState compares tags and tags_all in the state.
func tagsInState(address string, tags, all any) statecheck.StateCheck {
	return acctest.State(address, map[string]any{"tags": tags, "tags_all": all})
}

// counted makes each step count its own requests.
func counted(w *acctest.World, steps []resource.TestStep) []resource.TestStep {
	for i := range steps {
		before := steps[i].PreConfig
		steps[i].PreConfig = func() {
			if before != nil {
				before()
			}
			w.ResetRequests()
		}
	}
	return steps
}

// The life of an object under default_tags, with the requests of each step. Each
// write includes the tags, so a create needs no extra request. A refresh needs one
// GET, and a change of the defaults one PUT per object, which the plan shows. Once
// default_tags is removed, an object without tags of its own no longer has managed
// tags.
func TestAccDefaultTags(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(defaults string, lines ...string) string {
		return w.Provider(defaults) + w.Object("a", append(lines, plain)...)
	}
	all := func(before, after any) plancheck.PlanCheck {
		return acctest.Changes(address, map[string]acctest.From{"tags_all": {Before: before, After: after}})
	}
	type anyMap = map[string]any
	const x, one = `content = "x"`, `default_tags = { team = "red", env = "dev" }`
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: counted(w, []resource.TestStep{
			{ // as many requests as without tags; the object's tag takes precedence
				Config:           config(one, x, `tags = { env = "prod", own = "1" }`),
				ConfigPlanChecks: planned(plancheck.ResourceActionCreate, all(nil, anyMap{"team": "red", "env": "prod", "own": "1"})),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 404", "PUT 200 AES256 1 bytes", "HEAD 200"),
					hasTags(w, "a", tagMap{"team": "red", "env": "prod", "own": "1"}),
					tagsInState(address, anyMap{"env": "prod", "own": "1"}, anyMap{"team": "red", "env": "prod", "own": "1"}),
				},
			},
			{ // a tag added by somebody else is removed, because all tags are managed
				PreConfig: func() {
					must(t, w.SetTags(w.Bucket(), "a", tagMap{"team": "blue", "env": "prod", "own": "1", "f": "2"}))
				},
				Config: config(one, x, `tags = { env = "prod", own = "1" }`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, acctest.Changes(address, map[string]acctest.From{
					"tags":     {Before: anyMap{"env": "prod", "own": "1", "f": "2"}, After: anyMap{"env": "prod", "own": "1"}},
					"tags_all": {Before: anyMap{"team": "blue", "env": "prod", "own": "1", "f": "2"}, After: anyMap{"team": "red", "env": "prod", "own": "1"}},
				}), acctest.OnlyUnknown(address)),
				ConfigStateChecks: []statecheck.StateCheck{hasTags(w, "a", tagMap{"team": "red", "env": "prod", "own": "1"})},
			},
			{ // a tag that is also a default is sent only once
				Config:           config(`default_tags = { own = "1", n = "1" }`, x, `tags = { own = "1" }`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, all(anyMap{"team": "red", "env": "prod", "own": "1"}, anyMap{"own": "1", "n": "1"}), acctest.OnlyUnknown(address)),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "GET ?tagging 200", "PUT ?tagging 200 116 bytes"),
					tagsInState(address, anyMap{"own": "1"}, anyMap{"own": "1", "n": "1"}),
				},
			},
			{ // only the defaults remain; a copy includes them
				Config:           config(`default_tags = { n = "2" }`, x, `cache_control = "no-store"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, all(anyMap{"own": "1", "n": "1"}, anyMap{"n": "2"})),
				ConfigStateChecks: []statecheck.StateCheck{
					w.SaysNot("Tags Are Kept"),
					w.Sent("HEAD 200", "GET ?tagging 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"),
					hasTags(w, "a", tagMap{"n": "2"}), tagsInState(address, nil, anyMap{"n": "2"}),
				},
			},
			{ // an upload includes them too
				Config: config(`default_tags = { n = "3" }`, `content = "yy"`),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "GET ?tagging 200", "HEAD 200", "GET ?acl 200", "PUT 200 AES256 2 bytes", "HEAD 200"),
					hasTags(w, "a", tagMap{"n": "3"}),
				},
			},
			{ // no longer set: the tags stay, with a warning, and nothing is sent
				Config:           config("", `content = "yy"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, all(anyMap{"n": "3"}, nil), acctest.OnlyUnknown(address)),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Says("Default Tags Are Kept", "(n)", "default_tags = {}"),
					w.Sent("HEAD 200"), hasTags(w, "a", tagMap{"n": "3"}), tagsInState(address, nil, nil),
				},
			},
			{ // an empty map removes them
				Config:            config(`default_tags = {}`, `content = "yy"`),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate, all(anyMap{"n": "3"}, anyMap{}), acctest.OnlyUnknown(address)),
				ConfigStateChecks: []statecheck.StateCheck{w.Sent("HEAD 200", "GET ?tagging 200", "DELETE ?tagging 204"), hasTags(w, "a", tagMap{})},
			},
			{
				Config:            config(`default_tags = {}`, `content = "yy"`),
				ConfigPlanChecks:  unchanged,
				ConfigStateChecks: []statecheck.StateCheck{w.Sent("HEAD 200")},
			},
		}),
	})
}

// Tags in ignore_tags are neither shown nor changed, and every kind of write
// preserves them.
func TestAccIgnoreTags(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(defaults string, lines ...string) string {
		return w.Provider(defaults, `ignore_tags = { keys = ["cost"], key_prefixes = ["scan:"] }`) + w.Object("a", append(lines, plain)...)
	}
	type anyMap = map[string]any
	with := func(tags tagMap) acctest.Check {
		tags["cost"], tags["scan:done"] = "7", "yes"
		return hasTags(w, "a", tags)
	}
	const x = `content = "x"`
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: counted(w, []resource.TestStep{
			{
				Config:            config("", x, `tags = { a = "1" }`),
				ConfigStateChecks: []statecheck.StateCheck{w.Sent("HEAD 404", "PUT 200 AES256 1 bytes", "HEAD 200")},
			},
			{ // no difference if others set their tags
				PreConfig:        func() { must(t, w.SetTags(w.Bucket(), "a", tagMap{"a": "1", "cost": "7", "scan:done": "yes"})) },
				Config:           config("", x, `tags = { a = "1" }`),
				ConfigPlanChecks: unchanged,
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "GET ?tagging 200"), tagsInState(address, anyMap{"a": "1"}, anyMap{"a": "1"}),
				},
			},
			{ // the tags change
				Config: config(`default_tags = { d = "1" }`, x, `tags = { a = "2" }`),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "GET ?tagging 200", "GET ?tagging 200", "PUT ?tagging 200 205 bytes"),
					with(tagMap{"a": "2", "d": "1"}), tagsInState(address, anyMap{"a": "2"}, anyMap{"a": "2", "d": "1"}),
				},
			},
			{ // a copy that does not change the tags: COS copies them
				Config: config(`default_tags = { d = "1" }`, x, `tags = { a = "2" }`, `cache_control = "no-store"`),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "GET ?tagging 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"), with(tagMap{"a": "2", "d": "1"}),
				},
			},
			{ // a copy that changes the tags
				Config: config(`default_tags = { d = "2" }`, x, `tags = { a = "2" }`),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "GET ?tagging 200", "GET ?tagging 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"), with(tagMap{"a": "2", "d": "2"}),
				},
			},
			{ // an upload
				Config: config(`default_tags = { d = "2" }`, `content = "yy"`),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "GET ?tagging 200", "HEAD 200", "GET ?tagging 200", "GET ?acl 200", "PUT 200 AES256 2 bytes", "HEAD 200"), with(tagMap{"d": "2"}),
				},
			},
			{ // all managed tags are removed, those of others stay
				Config:            config(`default_tags = {}`, `content = "yy"`),
				ConfigStateChecks: []statecheck.StateCheck{with(tagMap{})},
			},
			{ // ignore_tags alone needs no request
				Config:            config("", `content = "yy"`),
				ConfigStateChecks: []statecheck.StateCheck{w.Sent("HEAD 200"), with(tagMap{})},
			},
			{ // together they would exceed the limit of COS
				Config:      config(`default_tags = { a = "1", b = "1", c = "1", d = "1", e = "1", f = "1", g = "1", h = "1", i = "1" }`, `content = "yy"`),
				ExpectError: acctest.Error("9 tags are declared", "2 that ignore_tags leaves to others", "COS allows 10"),
			},
		}),
	})
}
