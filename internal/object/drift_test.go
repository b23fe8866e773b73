package object_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The plan shows what somebody else changed, and the apply repairs it. A body is
// sent only if the body changed.
func TestAccDrift(t *testing.T) {
	t.Parallel()
	byKMS := func(o *cosmock.NewObject) { o.Mode, o.KMSKeyID = sse.ModeKMS, acctest.KMSKey1 }
	rewritten := func(t *testing.T, w *acctest.World, bucket string, change func(*cosmock.NewObject)) {
		t.Helper()
		o := cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256, Header: http.Header{"Content-Type": {"application/octet-stream"}}}
		change(&o)
		must(t, w.PutObject(bucket, "a", o))
	}
	table := map[string]struct {
		object   []string // in addition to the body
		change   func(t *testing.T, w *acctest.World, bucket string)
		action   string // the planned action; "" is an update
		plans    map[string]acctest.From
		requests []string // of the apply, after the refresh
		want     sse.Observed
	}{
		"another body": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				rewritten(t, w, bucket, func(o *cosmock.NewObject) { o.Body = strings.NewReader("theirs") })
			},
			plans:    map[string]acctest.From{"content_crc64": {Before: acctest.Any, After: acctest.Any}, "content_length": {Before: 6.0, After: 5.0}},
			requests: []string{"HEAD 200", "GET ?acl 200", "PUT 200 AES256 5 bytes", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"another body of the same length": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				rewritten(t, w, bucket, func(o *cosmock.NewObject) { o.Body = strings.NewReader("HELLO") })
			},
			plans:    map[string]acctest.From{"content_crc64": {Before: acctest.Any, After: "11177612005948864433"}},
			requests: []string{"HEAD 200", "GET ?acl 200", "PUT 200 AES256 5 bytes", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"the same body without encryption": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				rewritten(t, w, bucket, func(o *cosmock.NewObject) { o.Mode = sse.ModeNone })
			},
			plans:    map[string]acctest.From{"server_side_encryption": {Before: nil, After: "AES256"}},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"the same body under KMS": {object: []string{aes},
			change:   func(t *testing.T, w *acctest.World, bucket string) { rewritten(t, w, bucket, byKMS) },
			plans:    map[string]acctest.From{"server_side_encryption": {Before: "cos/kms", After: "AES256"}, "sse_kms_key_id": {Before: acctest.KMSKey1, After: nil}},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"under another KMS key": {object: []string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = " + acctest.Quote(acctest.KMSKey2)},
			change:   func(t *testing.T, w *acctest.World, bucket string) { rewritten(t, w, bucket, byKMS) },
			plans:    map[string]acctest.From{"sse_kms_key_id": {Before: acctest.KMSKey1, After: acctest.KMSKey2}},
			requests: []string{"GET ?acl 200", "PUT copy 200 cos/kms", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2}},
		"another header": {object: []string{aes, `cache_control = "no-store"`},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				must(t, w.SetHeader(bucket, "a", "Cache-Control", "public"))
			},
			plans:    map[string]acctest.From{"cache_control": {Before: "public", After: "no-store"}},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"a header that nobody declared": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				must(t, w.SetHeader(bucket, "a", "Content-Encoding", "gzip"))
			},
			plans:    map[string]acctest.From{"content_encoding": {Before: "gzip", After: nil}},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"other metadata": {object: []string{aes, `metadata = { owner = "me" }`},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				must(t, w.SetHeader(bucket, "a", "X-Cos-Meta-Owner", "them"))
				must(t, w.SetHeader(bucket, "a", "X-Cos-Meta-More", "x"))
			},
			plans:    map[string]acctest.From{"metadata": {Before: map[string]any{"owner": "them", "more": "x"}, After: map[string]any{"owner": "me"}}},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"metadata that nobody declared": {object: []string{aes},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				must(t, w.SetHeader(bucket, "a", "X-Cos-Meta-Owner", "them"))
			},
			plans:    map[string]acctest.From{"metadata": {Before: map[string]any{"owner": "them"}, After: nil}},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"another content type": {object: []string{aes, `content_type = "text/plain"`},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				must(t, w.SetHeader(bucket, "a", "Content-Type", "text/html"))
			},
			plans:    map[string]acctest.From{"content_type": {Before: "text/html", After: "text/plain"}},
			requests: []string{"GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"gone": {object: []string{aes},
			change:   func(t *testing.T, w *acctest.World, bucket string) { must(t, w.DeleteObject(bucket, "a")) },
			action:   "create",
			requests: []string{"HEAD 404", "PUT 200 AES256 5 bytes", "HEAD 200"}, want: sse.Observed{Mode: sse.ModeAES256}},
		"SSE-C, now without encryption": {object: []string{"sse_customer_key = var.a"},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				rewritten(t, w, bucket, func(o *cosmock.NewObject) { o.Mode = sse.ModeNone })
			},
			plans:    map[string]acctest.From{"sse_customer_key": {Before: nil, After: acctest.KeyA}, "sse_customer_key_md5": {Before: nil, After: acctest.KeyAMD5}},
			requests: []string{"GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"}, want: sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
		"SSE-C, now SSE-COS": {object: []string{`sse_customer_key_name = "one"`},
			change: func(t *testing.T, w *acctest.World, bucket string) {
				rewritten(t, w, bucket, func(*cosmock.NewObject) {})
			},
			plans:    map[string]acctest.From{"server_side_encryption": {Before: "AES256", After: nil}, "sse_customer_key_name": {Before: nil, After: "one"}},
			requests: []string{"GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"}, want: sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
		"SSE-C, gone": {object: []string{"sse_customer_key = var.a"},
			change:   func(t *testing.T, w *acctest.World, bucket string) { must(t, w.DeleteObject(bucket, "a")) },
			action:   "create",
			requests: []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 200 customer"}, want: sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
	}
	c := newCases(t, table)
	config := acctest.Sensitive("a") + c.Provider("sse_customer_keys = { one = var.a }")
	keys := acctest.Variables(map[string]string{"a": acctest.KeyA})
	plans, repaired := []plancheck.PlanCheck{}, []statecheck.StateCheck{}
	for name, tc := range table {
		config += c.object(name, "a", append(tc.object, hello)...)
		action := tc.action
		if action == "" {
			action = "update"
		}
		plans = append(plans, acctest.Actions(map[string]string{c.address(name): action}), acctest.Changes(c.address(name), tc.plans))
		repaired = append(repaired, c.sent(name, tc.requests...), c.holds(name, "a", "hello", tc.want))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigVariables: keys},
			{
				PreConfig: func() {
					for name, tc := range table {
						tc.change(t, c.World, c.bucket(name))
					}
				},
				Config:            config,
				ConfigVariables:   keys,
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: append(plans, c.Forget())},
				ConfigStateChecks: repaired,
			},
		},
	})
}

func applyPlan(t *testing.T, ws *acctest.Workspace) acctest.Result {
	t.Helper()
	r := ws.Run("apply", "plan")
	if r.Code != 0 {
		t.Fatalf("apply ended with %d:\n%s", r.Code, r.Output())
	}
	return r
}

// An object that somebody re-encrypted with an unknown customer key cannot be read.
// Whatever COS answers, it does not count as gone, and a declared body repairs it.
func TestAccDriftToUnknownKey(t *testing.T) {
	t.Parallel()
	type drift struct {
		answer cosmock.Answer
		way    string
	}
	rows := map[string]drift{}
	for name, answer := range map[string]cosmock.Answer{
		"400":            {},
		"400, no reason": {Status: 400, Code: "InvalidRequest"},
		"403":            {Status: 403, Code: "AccessDenied"},
	} {
		for _, way := range []string{"SSE-COS", "SSE-C"} {
			rows[name+", "+way] = drift{answer, way}
		}
	}
	f := newFleet(t, rows, func(t *testing.T, name string) *acctest.World {
		t.Helper()
		answer := rows[name].answer
		return acctest.New(t, func(o *cosmock.Options) {
			o.Undocumented.CustomerKeyMissing, o.Undocumented.CustomerKeyWrong = answer, answer
		})
	})
	config, actions := acctest.Sensitive("a"), map[string]string{}
	for _, name := range f.names() {
		config += f.of(name, f[name].Provider()+f[name].Object("a", ways[rows[name].way].argument, hello))
		actions[f.address(name)] = "update"
	}
	var stored []statecheck.StateCheck
	for _, check := range f.each(func(name string, w *acctest.World) acctest.Check {
		return w.Holds("a", "hello", ways[rows[name].way].stored)
	}) {
		stored = append(stored, check)
	}
	keys := acctest.Variables(map[string]string{"a": acctest.KeyA})
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: f.factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigVariables: keys},
			{
				PreConfig: func() {
					for _, w := range f {
						must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}))
					}
				},
				Config:            config,
				ConfigVariables:   keys,
				ConfigPlanChecks:  resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Actions(actions)}},
				ConfigStateChecks: stored,
			},
		},
	})
}

// Changes between plan and apply: a saved plan applies only to the object it was
// made for and does not overwrite any other.
func TestAccChangedAfterPlan(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
		now    []string
		theirs string // the body that is there now; "" if the object is gone
		says   []string
		body   string // the final body; "" if there is no object
	}{
		"changed, before an upload":  {now: []string{aes, `content = "mine"`}, theirs: "theirs", says: []string{"changed by someone else", "Plan again"}, body: "theirs"},
		"changed, before a copy":     {now: []string{aes, hello, `cache_control = "no-store"`}, theirs: "theirs", says: []string{"changed by someone else", "Plan again"}, body: "theirs"},
		"changed, before a rotation": {now: []string{`server_side_encryption = "cos/kms"`, hello}, theirs: "theirs", says: []string{"changed by someone else", "Plan again"}, body: "theirs"},
		"gone, before an upload":     {now: []string{aes, `content = "mine"`}, body: "mine"},
		"gone, before a copy":        {now: []string{aes, hello, `cache_control = "no-store"`}, says: []string{"Unable to Update Encrypted Object", "has been deleted since it was last read", "Plan again"}},
	}
	c := newCases(t, table)
	before, after := c.Provider(), c.Provider()
	actions, errors, stands := map[string]string{}, map[string][]string{}, []acctest.Check{}
	for name, tc := range table {
		before += c.object(name, "a", aes, hello)
		after += c.object(name, "a", tc.now...)
		actions[c.address(name)] = "update"
		if tc.says != nil {
			errors[c.address(name)] = tc.says
		}
		if tc.body != "" {
			stands = append(stands, c.holds(name, "a", tc.body, sse.Observed{Mode: sse.ModeAES256}))
		} else {
			stands = append(stands, named(name, func() error { return acctest.Differ("keys", 0, len(c.Keys(c.bucket(name)))) }))
		}
	}
	change := acctest.Do(func() {
		for name, tc := range table {
			if tc.theirs == "" {
				must(t, c.DeleteObject(c.bucket(name), "a"))
			} else {
				must(t, c.PutObject(c.bucket(name), "a", cosmock.NewObject{Body: strings.NewReader(tc.theirs), Mode: sse.ModeAES256}))
			}
		}
	})
	failed := false
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		// ExpectError is satisfied by one row; this looks at each.
		ErrorCheck: func(err error) error {
			if failed {
				return err
			}
			failed = true
			return wrongErrors(err.Error(), errors)
		},
		Steps: []resource.TestStep{
			{Config: before},
			{
				Config:           after,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Actions(actions), change}},
			},
			{ // A new plan for the current object succeeds.
				PreConfig: func() {
					if !failed {
						t.Error("the apply went through")
					}
					acctest.Now(t, stands...)
				},
				Config: after,
			},
		},
	})
}

// Somebody creates the deleted object again while it is being uploaded: their
// object stays.
func TestAccCreatedAgainDuringUpdate(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	mine := w.Provider() + w.Object("a", aes, `content = "mine"`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("a", aes, hello)},
			{
				Config: mine,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate, acctest.Do(func() {
					must(t, w.DeleteObject(w.Bucket(), "a"))
					w.ResetRequests()
					duringCall(t, w, "PUT", 1, func() {
						must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs")}))
					})
				})),
				ExpectError: acctest.Error("Unable to Update Encrypted Object", "in the meantime"),
			},
			{ // the next plan updates their object
				PreConfig:        acctest.Before(t, w.Holds("a", "theirs", sse.Observed{})),
				Config:           mine,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			},
		},
	})
}

// A create, update or move sends exactly the planned bytes, or nothing.
func TestAccFileChangedAfterPlan(t *testing.T) {
	t.Parallel()
	const planned = "one"
	changes := map[string]func(t *testing.T, file string){
		"other bytes":                    func(t *testing.T, file string) { must(t, os.WriteFile(file, []byte("two"), 0o600)) },
		"more bytes":                     func(t *testing.T, file string) { must(t, os.WriteFile(file, []byte("one and more"), 0o600)) },
		"back to what is stored already": func(t *testing.T, file string) { must(t, os.WriteFile(file, []byte("hello"), 0o600)) },
		"removed":                        func(t *testing.T, file string) { must(t, os.Remove(file)) },
		"a folder":                       func(t *testing.T, file string) { must(t, os.Remove(file)); must(t, os.Mkdir(file, 0o700)) },
	}
	table := map[string][2]string{}
	for what := range changes {
		for _, action := range []string{"create", "update", "move", "replace"} {
			table[action+", "+what] = [2]string{action, what}
		}
	}
	c, dir := newCases(t, table), t.TempDir()
	config := func(changed bool) string {
		text := c.Provider() + replacedBy(len(table))
		if changed {
			text = c.Provider() + replacedBy(0)
		}
		for name, tc := range table {
			key, lines := "a", []string{aes, "source = " + acctest.Quote(filepath.Join(dir, c.label(name)))}
			switch {
			case tc[0] == "create" && !changed:
				continue
			case tc[0] == "move" && changed:
				key = "b"
			case tc[0] == "replace":
				lines = append(lines, "lifecycle {\n    "+replaceTriggered+"\n  }")
			}
			text += c.object(name, key, lines...)
		}
		return text
	}
	actions := map[string]string{}
	for name, tc := range table {
		actions[c.address(name)] = map[string]string{"create": "create", "update": "update", "move": "update", "replace": "delete, create"}[tc[0]]
		writeFile(t, dir, c.label(name), "hello")
	}
	failed := false
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		// Every case must fail, but ExpectError is satisfied by one.
		ErrorCheck: func(err error) error {
			if failed {
				return err
			}
			for name := range table {
				if !strings.Contains(err.Error(), c.address(name)) {
					return fmt.Errorf("%s does not fail: %w", name, err)
				}
			}
			failed = true
			return nil
		},
		Steps: []resource.TestStep{
			{Config: config(false)},
			{
				PreConfig: func() {
					for name := range table {
						writeFile(t, dir, c.label(name), planned)
					}
				},
				Config: config(true),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{acctest.Actions(actions), c.Says(), c.Forget(), acctest.Do(func() {
					for name, tc := range table {
						changes[tc[1]](t, filepath.Join(dir, c.label(name)))
					}
				})}},
			},
			{
				PreConfig: func() {
					if !failed {
						t.Error("the apply went through")
					}
					acctest.Now(t, c.Wrote())
					for name, tc := range table {
						if tc[0] != "create" {
							acctest.Now(t, c.holds(name, "a", "hello", sse.Observed{Mode: sse.ModeAES256}))
						} else if keys := c.Keys(c.bucket(name)); len(keys) > 0 {
							t.Errorf("%s: stored: %q", name, keys)
						}
					}
				},
				Config:  config(true),
				Destroy: true,
			},
		},
	})
}

// A file planned with another folder's path is missing in this folder. The apply
// fails, and nothing is stored.
func TestAccAppliedElsewhere(t *testing.T) {
	t.Parallel()
	w, dir := acctest.New(t), t.TempDir()
	file := writeFile(t, dir, "there/body", "hello")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{{
			Config: w.Provider() + w.Object("a", aes, "source = "+acctest.Quote(file)),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate, acctest.Do(func() {
				must(t, os.Rename(filepath.Join(dir, "there"), filepath.Join(dir, "here")))
			})),
			ExpectError: acctest.Error("Error:"),
		}},
	})
	acctest.Now(t, w.HasKeys())
}
