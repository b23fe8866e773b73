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

// If the address changes, COS copies the object, the copy is verified, and the old
// object is deleted. The update is in place and sends no body.
func TestAccMove(t *testing.T) {
	t.Parallel()
	const bucket2 = "other-1250000000"
	table := map[string]struct {
		first, second []string // arguments; the key is a, then b
		want          []string // requests of the apply on both keys, after the refresh
		sse           sse.Mode
		kept          bool // the old object stays
	}{
		"nothing else": {
			first: []string{plain, hello}, second: []string{plain, hello},
			want: []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 AES256", "b HEAD 200", "a HEAD 200", "a DELETE 204"}, sse: sse.ModeAES256,
		},
		"no declared body": {
			first: []string{plain, hello}, second: []string{plain},
			want: []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 AES256", "b HEAD 200", "a HEAD 200", "a DELETE 204"}, sse: sse.ModeAES256,
		},
		"another encryption": {
			first: []string{byName, hello}, second: []string{`server_side_encryption = "cos/kms"`, hello},
			want: []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 cos/kms", "b HEAD 200", "a HEAD 200 customer", "a DELETE 204"}, sse: sse.ModeKMS,
		},
		"another body": {
			first: []string{plain, `content = "old"`}, second: []string{plain, hello},
			want: []string{"b HEAD 404", "a HEAD 200", "a GET ?acl 200", "b PUT 200 AES256 5 bytes", "b HEAD 200", "a HEAD 200", "a DELETE 204"}, sse: sse.ModeAES256,
		},
		"abandoned": {
			first: []string{plain, hello, `deletion_policy = "abandon"`}, second: []string{plain, hello, `deletion_policy = "abandon"`},
			want: []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 AES256", "b HEAD 200"}, sse: sse.ModeAES256, kept: true,
		},
		"copied from itself": {
			first:  []string{plain, hello},
			second: []string{plain, `copy_source = { bucket = "BUCKET", key = "a" }`},
			want:   []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 AES256", "b HEAD 200", "a HEAD 200", "a DELETE 204"}, sse: sse.ModeAES256,
		},
	}
	c := newCases(t, table)
	config := func(key string, lines func(name string) []string) string {
		text := acctest.Ephemeral("key") + c.Provider("sse_customer_keys = { a = var.key }")
		for name := range table {
			text += strings.ReplaceAll(c.object(name, key, lines(name)...), "BUCKET", c.bucket(name))
		}
		return text
	}
	actions := map[string]string{}
	var plans []plancheck.PlanCheck
	var checks []statecheck.StateCheck
	for name, tc := range table {
		actions[c.address(name)] = "update"
		old, id := c.bucket(name)+"/a", c.bucket(name)+"/b"
		plans = append(plans, acctest.Changes(c.address(name), map[string]acctest.From{"id": {Before: old, After: id}}))
		checks = append(checks, acctest.State(c.address(name), map[string]any{"id": id}), named(name, func() error {
			var calls []string
			for _, r := range c.Requests() {
				if r.Bucket == c.bucket(name) {
					calls = append(calls, r.Key+" "+acctest.Call(r))
				}
			}
			if err := acctest.Differ("requests", tc.want, calls); err != nil {
				return err
			}
			keys := []string{"b"}
			if tc.kept {
				keys = []string{"a", "b"}
			}
			return acctest.Differ("keys and mode", []any{keys, tc.sse}, []any{c.Keys(c.bucket(name)), c.stored(name, "b").Mode})
		}))
	}
	keys := acctest.Variables(map[string]string{"key": acctest.KeyA})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{
				Config:          config("a", func(name string) []string { return table[name].first }),
				ConfigVariables: keys,
			},
			{
				Config:            config("b", func(name string) []string { return table[name].second }),
				ConfigVariables:   keys,
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: append(plans, acctest.Actions(actions), c.Forget())},
				ConfigStateChecks: checks,
			},
		},
	})
	t.Run("to another bucket", func(t *testing.T) {
		t.Parallel()
		w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{"lab-1250000000", bucket2} })
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: w.Factories(),
			Steps: []resource.TestStep{
				{Config: w.Provider() + w.Object("a", plain, hello, `tags = { a = "b" }`, `acl = "private"`)},
				{
					Config: w.Provider() + strings.Replace(w.Object("a", plain, hello), w.Bucket(), bucket2, 1),
					ConfigStateChecks: []statecheck.StateCheck{
						w.HoldsIn(bucket2, "a", "hello", sse.Observed{Mode: sse.ModeAES256}),
						acctest.Check(func() error {
							o, _ := w.Server.Object(bucket2, "a")
							return acctest.Differ("tags", map[string]string{"a": "b"}, o.Tags)
						}),
					},
				},
			},
		})
	})
}

// If the target is occupied, the plan warns and the apply fails. Nothing is
// overwritten or lost.
func TestAccMoveOntoAnother(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("a", plain, hello)},
			{
				PreConfig: func() {
					must(t, w.PutObject(w.Bucket(), "b", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256}))
				},
				Config:           w.Provider() + w.Object("b", plain, hello, "overwrite = true"),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, w.Says("Warning: Target Address Not Free")),
				ExpectError:      acctest.Error("Unable to Move Encrypted Object", "never overwrites", "6 bytes"),
			},
			{
				PreConfig: func() {
					acctest.Now(t, w.Body("a", "hello"), w.Body("b", "theirs"))
					must(t, w.DeleteObject(w.Bucket(), "b"))
				},
				Config: w.Provider() + w.Object("b", plain, hello, "overwrite = true"),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, // the state still has the old address
					acctest.Changes(address, map[string]acctest.From{"id": {Before: w.Bucket() + "/a", After: w.Bucket() + "/b"}})),
			},
		},
	})
}

// The first element of a count list is removed, so each instance moves to the key
// of the next one, which moves as well.
//
// With our runner: the apply is repeated until it succeeds.
func TestAccMoveChain(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	chain := func(keys ...string) string {
		text := ""
		for i, key := range keys {
			text += strings.Replace(w.Object(key, plain, fmt.Sprintf("content = %q", fmt.Sprint("body ", i))), `"test"`, fmt.Sprintf("%q", fmt.Sprint("o", i)), 1)
		}
		return text
	}
	ws.Config(w.Provider(), chain("a", "b", "c"))
	ws.Apply()
	ws.Config(w.Provider(), chain("b", "c", "d"))
	for try := range 3 {
		if r := ws.Run("apply", "-auto-approve"); r.Code == 0 {
			break
		} else if try == 2 {
			t.Fatalf("not after three applies:\n%s", r.Output())
		}
	}
	for i, key := range []string{"b", "c", "d"} {
		o, _ := w.Stored(key)
		if body, err := o.Plaintext(sse.CustomerKey{}); err != nil || string(body) != fmt.Sprint("body ", i) {
			t.Errorf("%s holds %q: %v", key, body, err)
		}
	}
	ws.EmptyPlan()
	// Two objects swap their keys.
	ws.Config(w.Provider(), chain("c", "b", "d"))
	r := ws.Fail("apply", "-auto-approve")
	checkReport(t, r, []string{"are to be swapped", "temporary key"})
	for i, key := range []string{"b", "c", "d"} {
		o, _ := w.Stored(key)
		if body, err := o.Plaintext(sse.CustomerKey{}); err != nil || string(body) != fmt.Sprint("body ", i) {
			t.Errorf("%s holds %q: %v", key, body, err)
		}
	}
}
