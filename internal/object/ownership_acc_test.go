package object_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A deposed instance and its successor share one key. Whatever a refresh of the
// deposed instance finds, it must not delete its successor's object.
func TestAccDeposed(t *testing.T) {
	t.Parallel()
	table := map[string][2]string{}
	for _, policy := range []string{"", `deletion_policy = "delete_all_versions"`} {
		for _, versioning := range []string{"", "Enabled", "Suspended"} {
			table[policy+" "+versioning] = [2]string{policy, versioning}
		}
	}
	clock := &clock{}
	c := newCases(t, table, clock.options)
	config := func(revision int, fails bool) string {
		text := c.Provider() + replacedBy(revision)
		for name, tc := range table {
			condition := `self.output != "never"`
			if fails {
				condition = `self.output == "never"`
			}
			text += c.object(name, "a", plain, hello, "overwrite = true", tc[0], "lifecycle {\n    create_before_destroy = true\n    "+replaceTriggered+"\n  }") +
				"resource \"terraform_data\" \"dependent_" + c.label(name) + "\" {\n  input = " + c.address(name) + ".last_modified\n  lifecycle {\n" +
				"    postcondition {\n      condition = " + condition + "\n      error_message = \"fails\"\n    }\n    replace_triggered_by = [" + c.address(name) + "]\n  }\n}\n"
		}
		return text
	}
	stays := []statecheck.StateCheck{c.SaysTimes(len(table), "Warning: Object Not Deleted")}
	for name, tc := range table {
		if tc[1] != "" {
			must(t, c.SetVersioning(c.bucket(name), tc[1]))
		}
		stays = append(stays, c.holds(name, "a", "hello", sse.Observed{Mode: sse.ModeAES256}))
	}
	later := func() { clock.forward(10e9) }
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config(1, false)},
			{
				PreConfig:   later,
				Config:      config(2, true),
				ExpectError: acctest.Error("fails"),
			},
			{
				PreConfig:         later,
				Config:            config(2, false),
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Deposed(len(table))}},
				ConfigStateChecks: stays,
			},
			{Config: config(2, false), Destroy: true},
		},
	})
	for name := range table {
		if _, ok := c.Server.Object(c.bucket(name), "a"); ok {
			t.Errorf("%s: the object is still there after destroy", name)
		}
	}
}

// An object that somebody else has written is not deleted, whether or not a refresh
// has seen it.
//
// With our runner: it destroys some of the instances, with and without a refresh.
func TestAccDestroyLeavesForeign(t *testing.T) {
	t.Parallel()
	destroys := []struct {
		name  string
		first [][]string // commands before the destroy
		args  []string   // of the destroy
		taint bool
	}{
		{name: "at once"},
		{name: "without a refresh", args: []string{"-refresh=false"}},
		{name: "after a saved refresh", first: [][]string{{"refresh"}}},
		{name: "after two, and unsaved", first: [][]string{{"refresh"}, {"refresh"}}, args: []string{"-refresh=false"}},
		{name: "after it became tainted", taint: true},
	}
	policies := map[string]string{"delete": `deletion_policy = "delete"`, "all versions": `deletion_policy = "delete_all_versions"`}
	table := map[string]string{}
	for _, d := range destroys {
		for name, policy := range policies {
			table[d.name+", "+name] = policy
		}
	}
	clock := &clock{}
	c := newCases(t, table, clock.options)
	ws := acctest.NewWorkspace(t)
	c.recorded(t, ws)
	config := c.Provider()
	for name, policy := range table {
		config += c.object(name, "a", plain, hello, policy)
	}
	ws.Config(config)
	ws.Apply()
	clock.forward(10e9)
	for name := range table {
		must(t, c.PutObject(c.bucket(name), "a", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}))
	}
	for _, d := range destroys {
		t.Run(d.name, func(t *testing.T) {
			var targets []string
			for name := range policies {
				targets = append(targets, "-target="+c.address(d.name+", "+name))
				if d.taint {
					succeeds(t, ws, "taint", c.address(d.name+", "+name))
				}
			}
			for _, args := range d.first {
				succeeds(t, ws, append(args, targets...)...)
			}
			acctest.Now(t, c.Says())
			if d.first != nil && d.args == nil {
				ws.ChangedPlan(targets...)
			}
			ws.Destroy(append(d.args, targets...)...)
			acctest.Now(t, c.SaysTimes(len(policies), "Warning: Object Not Deleted", "it has been overwritten since"))
			for name := range policies {
				acctest.Now(t, c.holds(d.name+", "+name, "a", "hello", sse.Observed{Mode: sse.ModeAES256}))
				if state := ws.Attributes(c.address(d.name + ", " + name)); state != nil {
					t.Errorf("%s: it is still in the state: %v", name, state)
				}
			}
		})
	}
}

// An object replaced with the same key is overwritten by its successor. If that
// fails, the object still exists.
func TestAccReplaceInPlace(t *testing.T) {
	t.Parallel()
	lifecycle := "lifecycle {\n    " + replaceTriggered + "\n  }"
	t.Run("it is written over", func(t *testing.T) {
		t.Parallel()
		table := map[string]string{"plain": "", "all versions": `deletion_policy = "delete_all_versions"`, "abandoned": `deletion_policy = "abandon"`}
		c := newCases(t, table)
		config := func(revision int) string {
			text := c.Provider() + replacedBy(revision)
			for name, policy := range table {
				text += c.object(name, "a", plain, hello, policy, lifecycle)
			}
			return text
		}
		actions, checks := map[string]string{}, []statecheck.StateCheck{}
		for name := range table {
			actions[c.address(name)] = "delete, create"
			checks = append(checks, c.holds(name, "a", "hello", sse.Observed{Mode: sse.ModeAES256}))
		}
		checks = append(checks, acctest.Check(func() error {
			for _, r := range c.Requests() {
				if r.Method == "DELETE" {
					return fmt.Errorf("the object was deleted on the way: %q", c.Calls())
				}
			}
			return nil
		}))
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: c.Factories(),
			Steps: []resource.TestStep{
				{Config: config(1)},
				{
					PreConfig:         c.ResetRequests,
					Config:            config(2),
					ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Actions(actions)}},
					ConfigStateChecks: checks,
				},
			},
		})
	})
	t.Run("the write fails", func(t *testing.T) {
		t.Parallel()
		w := acctest.New(t)
		config := func(revision int) string {
			return w.Provider("max_retries = 0") + replacedBy(revision) + w.Object("a", plain, hello, `deletion_policy = "delete_all_versions"`, lifecycle)
		}
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: w.Factories(),
			Steps: []resource.TestStep{
				{Config: config(1)},
				{
					PreConfig:        func() { arm(t, w, "PUT", cosmock.FaultSlowDown, -1) },
					Config:           config(2),
					ConfigPlanChecks: planned(plancheck.ResourceActionDestroyBeforeCreate),
					ExpectError:      acctest.Error("Error:"),
				},
			},
		})
		acctest.Now(t, w.Says("Replaced Object Still Exists"), w.HasKeys("a"))
	})
}

// Two resource instances in one run cannot manage the same object.
func TestAccDeclaredTwice(t *testing.T) {
	t.Parallel()
	t.Run("two creates", func(t *testing.T) {
		t.Parallel()
		w := acctest.New(t)
		one := w.Object("a", plain, hello)
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: w.Factories(),
			Steps: []resource.TestStep{{
				Config:      w.Provider() + one + strings.Replace(one, `"test"`, `"two"`, 1),
				ExpectError: acctest.Error("Object Declared Twice"),
			}},
		})
		acctest.Now(t, w.Sent())
	})
	w := acctest.New(t)
	one := w.Provider() + w.Object("a", plain, hello)
	both := one + strings.Replace(w.Object("a", plain, hello), `"test"`, `"two"`, 1)
	there := w.HasKeys("a")
	imported := importStep(both)
	imported.ResourceName = "cos_encrypted_object.two"
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: one},
			{
				Config:      both,
				ExpectError: acctest.Error("Object Declared Twice", "-refresh=false"),
			},
			// It is imported nevertheless, and then one of the two blocks is
			// removed.
			imported,
			{
				Config:      both,
				ExpectError: acctest.Error("Object Declared Twice"),
			},
			{
				Config:      one,
				ExpectError: acctest.Error("Object Both Kept and Destroyed", "terraform state rm"),
			},
			{ // as the error suggests
				PreConfig:         acctest.Before(t, there),
				Config:            one + "removed {\n  from = cos_encrypted_object.two\n  lifecycle {\n    destroy = false\n  }\n}\n",
				ConfigStateChecks: []statecheck.StateCheck{there},
			},
			{Config: one, ConfigPlanChecks: unchanged, ConfigStateChecks: []statecheck.StateCheck{there}},
		},
	})
}

// A resource renamed without a moved block is destroyed and created in the same
// run. The object may disappear temporarily, but exists at the end.
//
// With our runner: the apply is repeated until it succeeds.
func TestAccInsertIntoCount(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	list := func(keys ...string) string {
		return "locals {\n  keys = [\"" + strings.Join(keys, `", "`) + "\"]\n}\nresource \"cos_encrypted_object\" \"list\" {\n  count   = length(local.keys)\n  bucket  = " +
			acctest.Quote(w.Bucket()) + "\n  key     = local.keys[count.index]\n  content = \"body of ${local.keys[count.index]}\"\n  " + plain + "\n}\n"
	}
	ws.Config(w.Provider(), list("b", "c"))
	ws.Apply()
	ws.Config(w.Provider(), list("a", "b", "c"))
	for try := range 4 {
		if r := ws.Run("apply", "-auto-approve"); r.Code == 0 {
			break
		} else if try == 3 {
			t.Fatalf("not after four applies:\n%s", r.Output())
		}
	}
	for _, key := range []string{"a", "b", "c"} {
		o, ok := w.Stored(key)
		if !ok {
			t.Fatalf("%s is gone", key)
		}
		if body, err := o.Plaintext(sse.CustomerKey{}); err != nil || string(body) != "body of "+key {
			t.Errorf("%s holds %q: %v", key, body, err)
		}
	}
	ws.EmptyPlan()
}
