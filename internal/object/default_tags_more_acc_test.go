package object_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// These tags are applied in one run, with an empty plan afterwards: defaults that
// are unknown during the plan, a default that is also an object's own tag, a tag
// that another resource reads from tags_all, and ignored changes.
func TestAccDefaultTagsElsewhere(t *testing.T) {
	t.Parallel()
	type anyMap = map[string]any
	ignoring := func(names string) string { return "lifecycle {\n    ignore_changes = [" + names + "]\n  }" }
	table := map[string]struct {
		lines         []string
		first, second tagMap // tags_all under each of the two default_tags
	}{
		"none of its own":   {nil, tagMap{"late": "1", "team": "red"}, tagMap{"late": "2"}},
		"the same":          {[]string{`tags = { team = "red" }`}, tagMap{"late": "1", "team": "red"}, tagMap{"late": "2", "team": "red"}},
		"null":              {[]string{`tags = { team = null, own = "1" }`}, tagMap{"late": "1", "team": "red", "own": "1"}, tagMap{"late": "2", "own": "1"}},
		"ignores tags":      {[]string{`tags = { own = VALUE }`, ignoring("tags")}, tagMap{"late": "1", "team": "red", "own": "1"}, tagMap{"late": "2", "own": "1"}},
		"ignores tags_all":  {[]string{`tags = { own = "1" }`, ignoring("tags_all")}, tagMap{"late": "1", "team": "red", "own": "1"}, tagMap{"late": "1", "team": "red", "own": "1"}},
		"ignores all of it": {[]string{`tags = { own = VALUE }`, ignoring("tags, tags_all")}, tagMap{"late": "1", "team": "red", "own": "1"}, tagMap{"late": "1", "team": "red", "own": "1"}},
	}
	c := newCases(t, table)
	config := func(value, defaults string) string {
		text := late("late", `"`+value+`"`) + c.Provider(defaults)
		for name, tc := range table {
			lines := append([]string{plain, hello}, tc.lines...)
			text += strings.ReplaceAll(c.object(name, "a", lines...), "VALUE", `"`+value+`"`)
		}
		return text + "resource \"terraform_data\" \"user\" {\n  input = " + c.address("null") + ".tags_all\n}\n"
	}
	stored := func(of func(name string) tagMap) (checks []statecheck.StateCheck) {
		for _, name := range slices.Sorted(maps.Keys(table)) {
			want := of(name)
			checks = append(checks, named(name, func() error {
				return acctest.Differ("tags", want, c.stored(name, "a").Tags)
			}))
			all := anyMap{}
			for key, value := range want {
				all[key] = value
			}
			checks = append(checks, acctest.State(c.address(name), anyMap{"tags_all": all}))
			if name == "null" {
				checks = append(checks, acctest.State("terraform_data.user", anyMap{"output": all}))
			}
		}
		return checks
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{
				Config:            config("1", `default_tags = { late = `+lateValue("late")+`, team = "red" }`),
				ConfigStateChecks: stored(func(name string) tagMap { return table[name].first }),
			},
			{
				Config:            config("2", `default_tags = { late = `+lateValue("late")+` }`),
				ConfigStateChecks: stored(func(name string) tagMap { return table[name].second }),
			},
		},
	})
}

// An imported object shows its tags and keeps the declared ones. Too many tags, and
// a tag that others manage, are errors during the plan.
func TestAccImportWithDefaultTags(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(lines ...string) string {
		return w.Provider(`default_tags = { team = "red", a = "1", b = "1", c = "1", d = "1", e = "1", f = "1", g = "1" }`, `ignore_tags = { key_prefixes = ["scan:"] }`) +
			w.Object("a", append(lines, plain, hello)...)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config(`tags = { x = "1", y = "1", z = "1" }`), PlanOnly: true, ExpectError: acctest.Error("11 tags are set", "8 of default_tags", "COS allows 10")},
			{Config: config(`tags = { "scan:done" = "1" }`), PlanOnly: true, ExpectError: acctest.Error("Tag Is Ignored", `"scan:done"`)},
			{Config: config(`tags = { own = "1" }`)},
			{
				ResourceName: address, ImportState: true,
				ImportStateCheck: imported(func(attributes map[string]string) error {
					return acctest.Differ("imported", []string{"9", "red", ""}, []string{attributes["tags_all.%"], attributes["tags_all.team"], attributes["tags.%"]})
				}),
			},
			{
				PreConfig:        func() { must(t, w.SetTags(w.Bucket(), "a", tagMap{"scan:done": "1"})) },
				Config:           config(`tags = { own = "1" }`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
				Check: func(*terraform.State) error {
					o, _ := w.Stored("a")
					return acctest.Differ("tags", []any{10, "1"}, []any{len(o.Tags), o.Tags["scan:done"]})
				},
			},
		},
	})
}
