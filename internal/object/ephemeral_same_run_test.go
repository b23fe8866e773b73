package object_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// afterTheWrite makes an ephemeral read wait for the write of the resource, because
// the version is unknown until then.
const afterTheWrite = "version_id = " + testObject + ".version_id"

// One run may both write and read an object, for every kind of write, with and
// without versioning. The plan does not read what it is about to write; the apply
// reads what it has written.
//
// With our runner: the echo provider keeps the first value it receives.
func TestAccEphemeralReadOfTheSameRun(t *testing.T) {
	t.Parallel()
	versionings := map[string]string{"no versioning": "", "versioning": "Enabled", "suspended": "Suspended"}
	c := newCases(t, versionings)
	for name, versioning := range versionings {
		if versioning != "" {
			must(t, c.SetVersioning(c.bucket(name), "Enabled"))
			must(t, c.SetVersioning(c.bucket(name), versioning))
		}
	}
	ws := acctest.NewWorkspace(t)
	taken := newSink(ws)
	config := func(key string, lines ...string) {
		blocks := []string{c.Provider(twoKeys)}
		for _, name := range c.names {
			where := acctest.Quote(key)
			if name == "no versioning" {
				where = c.address(name) + ".key"
			}
			blocks = append(blocks, c.object(name, key, lines...), fmt.Sprintf(`
ephemeral "cos_encrypted_object" %[1]q {
  bucket     = %[2]q
  key        = %[3]s
  version_id = %[4]s.version_id
}
ephemeral "sink_take" %[1]q {
  value = { from = %[5]q, body = ephemeral.%[4]s.body }
}
`, c.label(name), c.bucket(name), where, c.address(name), name))
		}
		ws.Config(blocks...)
	}
	// write plans and applies a write, and expects the bodies to be read only
	// afterwards.
	write := func(step, body string) {
		t.Helper()
		before := taken.count()
		ws.ChangedPlan("-out=plan")
		if taken.count() != before {
			t.Errorf("%s: the plan reads what it is about to write", step)
		}
		applyPlan(t, ws)
		want, got := map[any]any{}, map[any]any{}
		for _, name := range c.names {
			want[name] = body
		}
		for _, read := range taken.since(t, before) {
			got[read["from"]] = read["body"]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the bodies that the apply reads (-want +got):\n%s", step, diff)
		}
		ws.EmptyPlan()
	}
	config("a", plain, `content = "one"`)
	write("create", "one")
	config("a", plain, `content = "two"`)
	write("another body", "two")
	config("a", plain, `content = "two"`, `cache_control = "no-store"`)
	write("a header", "two")
	config("a", `sse_customer_key_name = "one"`, `content = "two"`)
	write("another encryption", "two")
	config("b", `sse_customer_key_name = "one"`, `content = "two"`)
	write("a move", "two")
	for _, name := range c.names {
		must(t, c.DeleteObject(c.bucket(name), "b"))
	}
	write("created again", "two")
	ws.ChangedPlan("-destroy")
	ws.Destroy()
	for _, name := range c.names {
		if keys := c.Keys(c.bucket(name)); len(keys) > 0 {
			t.Errorf("%s: left behind: %q", name, keys)
		}
	}
}

// depends_on does not delay an ephemeral read. The error names what does.
func TestAccEphemeralReadOfTheSameRunTooEarly(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(lines ...string) string {
		return w.Provider() + w.Object("a", plain, hello) + ephemeralObject(w, lines...) + acctest.Echoed(takeObject+".body")
	}
	const advice = "If a resource of this configuration writes the object"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Echo(),
		Steps: []resource.TestStep{
			{
				Config:      config("depends_on = [" + testObject + "]"),
				ExpectError: acctest.Error("NoSuchKey", advice, "version_id = cos_encrypted_object.NAME.version_id"),
			},
			{
				Config:            config(afterTheWrite),
				ConfigStateChecks: []statecheck.StateCheck{acctest.State("echo.test", map[string]any{"data": "hello"})},
			},
			{ // a missing version that is named explicitly is not awaited
				PreConfig:   acctest.Before(t, w.SaysTimes(0, "Warning: ")),
				Config:      config(`version_id = "MTg0NDUxNTc1NjIzMTQ1MDAwODg"`),
				ExpectError: acctest.Error("Error:"),
			},
			{
				PreConfig: acctest.Before(t, w.SaysNot(advice)),
				Config:    config(afterTheWrite),
			},
		},
	})
}

// A copy may be replaced in the same run that rewrites its source: the plan does
// not require the new version to exist.
func TestAccCopyOfTheSameRunIsReplaced(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(revision int) string {
		return w.Provider() + replacedBy(revision) + strings.Replace(w.Object("source", plain, hello), `"test"`, `"source"`, 1) +
			w.Object("copy", plain, "lifecycle {\n    "+replaceTriggered+"\n  }", `copy_source = {
    bucket     = cos_encrypted_object.source.bucket
    key        = cos_encrypted_object.source.key
    version_id = cos_encrypted_object.source.version_id
  }`)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config(1)},
			{
				PreConfig:         func() { must(t, w.DeleteObject(w.Bucket(), "source")) },
				Config:            config(2),
				ConfigPlanChecks:  planned(plancheck.ResourceActionDestroyBeforeCreate),
				ConfigStateChecks: []statecheck.StateCheck{w.Body("copy", "hello")},
			},
		},
	})
}
