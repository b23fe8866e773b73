package object_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A secret may be available only to the run that needs it. Refresh, plan and
// destroy work without it, and whatever needs it fails before anything is sent.
func TestAccAbsentSecrets(t *testing.T) {
	t.Parallel()
	type absent struct {
		secret          string // the value
		provider, lines []string
		needs           []string // arguments that need the secret
		says            string
	}
	table := map[string]absent{
		"the body": {
			secret: "canary-body", lines: []string{plain, "content_wo = var.secret", "content_wo_version = 1"},
			needs: []string{plain, "content_wo = var.secret", "content_wo_version = 2"}, says: "content_wo is not set in this run",
		},
		"the key": {
			secret: acctest.KeyA, lines: []string{hello, "sse_customer_key_wo = var.secret"},
			needs: []string{hello, "sse_customer_key_wo = var.secret", `cache_control = "no-store"`}, says: "neither in the state nor in the provider's keyring",
		},
		"the key, with a default encryption": {
			secret: acctest.KeyA, provider: []string{`default_encryption = { server_side_encryption = "AES256" }`}, lines: []string{hello, "sse_customer_key_wo = var.secret"},
			needs: []string{hello, "sse_customer_key_wo = var.secret", `cache_control = "no-store"`}, says: "neither in the state nor in the provider's keyring",
		},
		"the key, which a policy forbids by now": {
			secret: acctest.KeyA, provider: []string{`require_encryption = { modes = ["cos/kms", "customer"] }`}, lines: []string{hello, "sse_customer_key_wo = var.secret"},
			needs: []string{hello, "sse_customer_key_wo = var.secret", `cache_control = "no-store"`}, says: "neither in the state nor in the provider's keyring",
		},
	}
	f := newFleet(t, table, func(t *testing.T, _ string) *acctest.World { t.Helper(); return acctest.New(t) })
	config := func(lines func(absent) []string, names ...string) string {
		text := acctest.EphemeralOrNull("body", "key")
		for _, name := range names {
			own := []string{}
			for _, line := range lines(table[name]) {
				variable := "var.body"
				if table[name].secret == acctest.KeyA {
					variable = "var.key"
				}
				own = append(own, strings.Replace(line, "var.secret", variable, 1))
			}
			text += f.of(name, f[name].Provider(table[name].provider...)+f[name].Object("a", own...))
		}
		return text
	}
	declared, needing := func(tc absent) []string { return tc.lines }, func(tc absent) []string { return tc.needs }
	secrets := acctest.Variables(map[string]string{"body": "canary-body", "key": acctest.KeyA})
	// Creates without their secret: a body is missed by the apply, a key by the plan.
	// With a default encryption, the object would be created under that.
	const body = "the body"
	keys := []string{"the key", "the key, which a policy forbids by now"}
	nothingSent := func() {
		acctest.Now(t, f.each(func(_ string, w *acctest.World) acctest.Check { return w.Wrote() })...)
	}
	before := map[string][3]any{}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: f.factories(),
		Steps: []resource.TestStep{
			{
				Config:      config(declared, body),
				ExpectError: acctest.Error("Error:"),
			},
			{
				PreConfig:   acctest.Before(t, named(body, f[body].Says("Error: "))),
				Config:      config(declared, keys...),
				ExpectError: acctest.Error("Error:"),
			},
			{
				PreConfig: func() {
					nothingSent()
					for _, name := range keys {
						acctest.Now(t, named(name, f[name].Says("Error: ")))
					}
				},
				Config:          config(declared, f.names()...),
				ConfigVariables: secrets,
				ConfigStateChecks: []statecheck.StateCheck{acctest.Do(func() {
					for _, name := range f.names() {
						before[name] = everythingOfSize(t, f[name])
					}
				})},
			},
			{ // also plans without a refresh
				PreConfig: func() {
					for _, w := range f {
						w.ResetRequests()
					}
				},
				Config:   config(declared, f.names()...),
				PlanOnly: true,
			},
			{RefreshState: true},
			{
				Config: config(needing, f.names()...),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: asPlanChecks(f.each(func(name string, w *acctest.World) acctest.Check {
					return w.Says("Warning: ", table[name].says)
				}))},
				ExpectError: acctest.Error("Unable to Update Encrypted Object"),
			},
			{
				PreConfig: func() {
					nothingSent()
					acctest.Now(t, f.each(func(name string, w *acctest.World) acctest.Check {
						return w.Says("Error: Unable to Update Encrypted Object", table[name].says, "Nothing was sent")
					})...)
					for _, name := range f.names() {
						if everythingOfSize(t, f[name]) != before[name] {
							t.Errorf("%s: the object changed without the secret", name)
						}
					}
				},
				Config:          config(needing, f.names()...),
				ConfigVariables: secrets,
			},
			{
				Config:  config(needing, f.names()...),
				Destroy: true,
			},
		},
	})
	acctest.Now(t, f.each(func(_ string, w *acctest.World) acctest.Check { return w.HasKeys() })...)
	acctest.Now(t, f.each(func(name string, w *acctest.World) acctest.Check { return w.HidesInDiagnostics(table[name].secret) })...)
}

func everythingOfSize(t *testing.T, w *acctest.World) [3]any {
	t.Helper()
	o, ok := w.Stored("a")
	if !ok {
		t.Fatal("the object is gone")
	}
	return [3]any{o.CRC64, o.CustomerKeyMD5, o.Mode}
}

// A customer key removed from the configuration may have been the only copy. The
// default encryption or the keyring then decides what is declared instead.
func TestAccKeyTakenOut(t *testing.T) {
	t.Parallel()
	const key = "sse_customer_key = \"" + acctest.KeyA + "\""
	const only = "nothing else" // fails, because the configuration may have had the only copy
	table := map[string]struct {
		provider []string
		mode     sse.Mode
		copies   int
	}{
		only:                      {mode: sse.ModeCustomer},
		"the keyring has it":      {provider: []string{twoKeys}, mode: sse.ModeCustomer},
		"there is a default":      {provider: []string{`default_encryption = { server_side_encryption = "AES256" }`}, mode: sse.ModeAES256, copies: 1},
		"a default, and the ring": {provider: []string{twoKeys, `default_encryption = { server_side_encryption = "AES256" }`}, mode: sse.ModeAES256, copies: 1},
	}
	f := newFleet(t, table, func(t *testing.T, _ string) *acctest.World { t.Helper(); return acctest.New(t) })
	config := func(has func(name string) bool) string {
		text := ""
		for _, name := range f.names() {
			lines := []string{hello}
			if has(name) {
				lines = append(lines, key)
			}
			text += f.of(name, f[name].Provider(table[name].provider...)+f[name].Object("a", lines...))
		}
		return text
	}
	first := config(func(string) bool { return true })
	second := config(func(name string) bool { return name == only })
	third := config(func(string) bool { return false })
	stored := func(name string) acctest.Check {
		return named(name, f[name].That("a", "mode", table[name].mode, func(o cosmock.Object) any { return o.Mode }))
	}
	var others []statecheck.StateCheck
	for _, name := range f.names() {
		if name != only {
			others = append(others, stored(name), named(name, f[name].SentAs(copiesAndBodies, slices.Repeat([]string{"copy"}, table[name].copies)...)))
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: f.factories(),
		CheckDestroy: acctest.Check(func() error {
			for name, w := range f {
				if err := named(name, w.HasKeys())(); err != nil {
					return err
				}
			}
			return nil
		}).OfState,
		Steps: []resource.TestStep{
			{Config: first},
			{
				PreConfig: func() {
					for _, w := range f {
						w.ResetRequests()
					}
				},
				Config:            second,
				ConfigStateChecks: others,
			},
			{
				PreConfig:        f[only].ResetRequests,
				Config:           third,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{f[only].Says("Warning: Only Copy of the Customer Key")}},
				ExpectError:      acctest.Error("may contain the only copy"),
			},
			{ // The key is still in the state.
				PreConfig: acctest.Before(t, f[only].SentAs(copiesAndBodies), stored(only)),
				Config:    third,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					acctest.Changes(f.address(only), map[string]acctest.From{"sse_customer_key": {Before: acctest.KeyA, After: nil}}),
				}},
				ExpectError: acctest.Error("may contain the only copy"),
			},
		},
	})
}

// Tags and an ACL that are no longer declared stay on the object, with a warning in
// the plan.
func TestAccTakenOutStays(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("a", plain, hello, `tags = { a = "b" }`, `acl = "public-read"`)},
			{
				PreConfig: w.ResetRequests,
				Config:    w.Provider() + w.Object("a", plain, hello),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
					w.Says("Warning: Tags Are Kept", "tags = {}", "Warning: ACL Is Kept", `acl = "default"`)),
				ConfigStateChecks: []statecheck.StateCheck{w.Wrote(), tagsAndACL(w, map[string]string{"a": "b"}, true)},
			},
		},
	})
}

// An object without encryption, and without a declared one, causes a warning. It is
// not changed until an encryption is declared.
func TestAccNothingDeclared(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello")}))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				Config:             w.Provider() + w.Object("a", `acl = "default"`),
				ImportState:        true,
				ImportStatePersist: true,
				ResourceName:       address,
				ImportStateId:      importID,
			},
			{
				Config: w.Provider() + w.Object("a", `acl = "default"`),
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
					w.Says("Warning: Object Not Encrypted", "server_side_encryption")),
				ExpectError: acctest.Error("Unable to Update Encrypted Object", "stored without encryption"),
			},
			{
				Config:            w.Provider() + w.Object("a", plain),
				ConfigStateChecks: []statecheck.StateCheck{w.Holds("a", "hello", sse.Observed{Mode: sse.ModeAES256})},
			},
		},
	})
}

// A keyring entry whose value is unknown during the plan counts as a changed key.
// An apply never leaves an object under its old key, and writes nothing if the key
// turns out to be the same.
func TestAccLateKeyOfKeyring(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := func(key, trigger, header string) string {
		return strings.Replace(late("key", acctest.Quote(key)), "\n}", "\n  triggers_replace = "+acctest.Quote(trigger)+"\n}", 1) +
			w.Provider("sse_customer_keys = { k = "+lateValue("key")+", old = "+acctest.Quote(acctest.KeyA)+" }") +
			strings.Replace(w.Object("a", hello, `sse_customer_key_name = "k"`), "\n}", "\n  depends_on = [terraform_data.key]\n}", 1) +
			strings.Replace(w.Object("b", hello, `sse_customer_key_name = "k"`, header), `"test"`, `"other"`, 1)
	}
	const header = `cache_control = "no-store"`
	underB := sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyBMD5}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config(acctest.KeyA, "1", "")},
			{
				PreConfig:         w.ResetRequests,
				Config:            config(acctest.KeyB, "1", header),
				ConfigStateChecks: []statecheck.StateCheck{w.SentNoBody(), w.Holds("a", "hello", underB), w.Holds("b", "hello", underB)},
			},
			{ // the resource changes, but its output does not
				PreConfig:         w.ResetRequests,
				Config:            config(acctest.KeyB, "2", header),
				ConfigPlanChecks:  planned(plancheck.ResourceActionUpdate),
				ConfigStateChecks: []statecheck.StateCheck{w.Wrote()},
			},
		},
	})
}

// If somebody else has rotated the object to a key in the keyring, the plan names
// that key and the apply rotates back by a copy.
func TestAccForeignRotation(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	config := w.Provider(twoKeys) + w.Object("a", `sse_customer_key_name = "one"`, hello)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}))
				},
				Config: config,
				ConfigPlanChecks: planned(plancheck.ResourceActionUpdate,
					acctest.Changes(address, map[string]acctest.From{"sse_customer_key_name": {Before: "two", After: "one"}}), w.Forget()),
				ConfigStateChecks: []statecheck.StateCheck{
					w.SentNoBody(),
					w.Holds("a", "hello", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}),
				},
			},
		},
	})
}
