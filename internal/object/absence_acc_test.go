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
	for name, tc := range map[string]struct {
		secret          string // the value
		provider, lines []string
		needs           []string // arguments that need the secret
		says            string
	}{
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			config := func(lines []string) string {
				return acctest.EphemeralOrNull("secret") + w.Provider(tc.provider...) + w.Object("a", lines...)
			}
			secret := acctest.Variables(map[string]string{"secret": tc.secret})
			var before [3]any
			steps := []resource.TestStep{
				{
					Config:            config(tc.lines),
					ConfigVariables:   secret,
					ConfigStateChecks: []statecheck.StateCheck{acctest.Do(func() { before = everythingOfSize(t, w) })},
				},
				{ // also plans without a refresh
					PreConfig:        w.ResetRequests,
					Config:           config(tc.lines),
					ConfigPlanChecks: unchanged,
				},
				{RefreshState: true},
				{
					Config:           config(tc.needs),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{w.Says("Warning: ", tc.says)}},
					ExpectError:      acctest.Error("Unable to Update Encrypted Object", tc.says, "Nothing was sent"),
				},
				{
					PreConfig: func() {
						acctest.Now(t, w.Wrote())
						if everythingOfSize(t, w) != before {
							t.Error("the object changed without the secret")
						}
					},
					Config:          config(tc.needs),
					ConfigVariables: secret,
				},
				{
					Config:  config(tc.needs),
					Destroy: true,
				},
			}
			if name != "the key, with a default encryption" { // the default applies to the create
				steps[0].PreConfig = acctest.Before(t, w.Wrote(), w.HidesInDiagnostics(tc.secret))
				steps = append([]resource.TestStep{{
					Config:      config(tc.lines),
					ExpectError: acctest.Error("Error:"),
				}}, steps...)
			}
			resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
			acctest.Now(t, w.HasKeys(), w.HidesInDiagnostics(tc.secret))
		})
	}
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
	for name, tc := range map[string]struct {
		provider []string
		fails    string
		mode     sse.Mode
		copies   int
	}{
		"nothing else":            {fails: "may contain the only copy", mode: sse.ModeCustomer},
		"the keyring has it":      {provider: []string{twoKeys}, mode: sse.ModeCustomer},
		"there is a default":      {provider: []string{`default_encryption = { server_side_encryption = "AES256" }`}, mode: sse.ModeAES256, copies: 1},
		"a default, and the ring": {provider: []string{twoKeys, `default_encryption = { server_side_encryption = "AES256" }`}, mode: sse.ModeAES256, copies: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			first := resource.TestStep{Config: w.Provider(tc.provider...) + w.Object("a", hello, key)}
			second := resource.TestStep{
				PreConfig:         w.ResetRequests,
				Config:            w.Provider(tc.provider...) + w.Object("a", hello),
				ConfigStateChecks: []statecheck.StateCheck{w.SentAs(copiesAndBodies, slices.Repeat([]string{"copy"}, tc.copies)...)},
			}
			steps := []resource.TestStep{first, second}
			stored := w.That("a", "mode", tc.mode, func(o cosmock.Object) any { return o.Mode })
			if tc.fails == "" {
				steps[1].ConfigStateChecks = append(steps[1].ConfigStateChecks, stored)
			} else {
				steps[1].ConfigPlanChecks.PreApply = []plancheck.PlanCheck{w.Says("Warning: Only Copy of the Customer Key")}
				steps[1].ExpectError = acctest.Error(tc.fails)
				// The key is still in the state.
				steps = append(steps, resource.TestStep{
					PreConfig:          acctest.Before(t, w.SentAs(copiesAndBodies), stored),
					Config:             second.Config,
					PlanOnly:           true,
					ExpectNonEmptyPlan: true,
					ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
						acctest.Changes(address, map[string]acctest.From{"sse_customer_key": {Before: acctest.KeyA, After: nil}}),
					}},
				})
			}
			resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), CheckDestroy: w.HasKeys().OfState, Steps: steps})
		})
	}
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
