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

// keyFromObject returns a configuration whose second provider takes its keyring
// from the body of an SSE-KMS object. Such a key exists only on COS and in the
// memory of a run.
func keyFromObject(w *acctest.World) []string {
	aliased := strings.Replace(w.Provider("sse_customer_keys = { mine = trimspace("+takeObject+".body) }"), "{\n", "{\n  alias = \"sealed\"\n", 1)
	return []string{w.Provider(), ephemeralObject(w), aliased,
		w.Object("b", "provider = cos.sealed", `sse_customer_key_name = "mine"`, `content_wo = `+takeObject+`.body`, `content_wo_version = 1`)}
}

// A key read from the body of one object opens another object. Neither is left in
// the plan, the state, the outputs, the CLI's output or the trace log.
//
// With our runner: the provider runs as a separate program, so that the trace log
// includes its lines.
func TestAccEphemeralObjectIsNotKept(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(acctest.KeyA + "\n"), Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}))
	ws.Binary = acctest.Build(t) // adds the provider's lines to the trace log
	ws.Config(keyFromObject(w)...)
	checkNothingKept(t, ws, acctest.KeyA)
	checkStored(t, w, "b", acctest.KeyA+"\n", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}, customerKey(t, acctest.KeyA))
	ws.EmptyPlan()
	ws.Destroy()

	// The search works: a plain output with the same value is found in the plan,
	// the state and the CLI's output.
	ws.Config("output \"x\" {\n  value = " + acctest.Quote(acctest.KeyA) + "\n}\n")
	ws.Apply()
	if len(acctest.Leaks(ws.State(), acctest.KeyA)) == 0 {
		t.Error("the search finds nothing in a state that holds the key")
	}
}

// An unknown input defers the read to the apply. If the provider needs the value
// during the plan, the error names it.
func TestAccEphemeralUnknown(t *testing.T) {
	t.Parallel()
	const later = "resource \"terraform_data\" \"later\" {\n  input = %s\n}\n"
	result := func(value string) string { return strings.Replace(later, "%s", acctest.Quote(value), 1) }
	for name, block := range map[string]struct{ text, take, value, begins string }{
		"object": {"ephemeral \"cos_encrypted_object\" \"test\" {\n  bucket = \"lab-1250000000\"\n  key = terraform_data.later.output\n}\n", takeObject, ".body", secretBody},
		"URL":    {"ephemeral \"cos_presigned_url\" \"test\" {\n  bucket = \"lab-1250000000\"\n  key = terraform_data.later.output\n}\n", takeURL, ".url", "https://"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(secretBody)}))
			known := w.Provider() + block.text + result("a") + w.Object("b", plain, "content_wo = "+block.take+block.value, "content_wo_version = 1")
			unknown := providerWith(w, "secret_key = terraform_data.secret.output") + strings.Replace(block.text, "terraform_data.later.output", `"a"`, 1) +
				strings.Replace(result(w.SecretKey()), "later", "secret", 1)
			ring := w.Provider("sse_customer_keys = { mine = terraform_data.secret.output }") +
				strings.Replace(block.text, "terraform_data.later.output", "\"a\"\n  sse_customer_key_name = \"mine\"", 1) + strings.Replace(result(acctest.KeyA), "later", "secret", 1)
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				Steps: []resource.TestStep{
					{
						Config: known,
						ConfigPlanChecks: planned(plancheck.ResourceActionCreate,
							w.SentFor("a")), // no request before the object is known
						ConfigStateChecks: []statecheck.StateCheck{acctest.Check(func() error {
							stored, _ := w.Stored("b")
							if body, err := acctest.Plaintext(stored); err != nil || !strings.HasPrefix(body, block.begins) {
								return fmt.Errorf("the apply had %q, %w", body, err)
							}
							return nil
						})},
					},
					{Config: unknown, ExpectError: acctest.Error("not known yet: secret_key", "-target")},
					{Config: ring, ExpectError: acctest.Error("Customer Key Not Known", "-target")},
					{Config: known},
				},
			})
		})
	}
}

// No key crosses plain HTTP. If an object needs one, the error says so.
func TestAccEphemeralOverHTTP(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	block := acctest.Sensitive("a") + acctest.ProviderBlock("region = "+acctest.Quote(w.Region()), "secret_id = "+acctest.Quote(w.SecretID()), "secret_key = "+acctest.Quote(w.SecretKey()),
		"endpoint = "+acctest.Quote(w.HTTPURL()), "sse_customer_keys = { one = var.a }")
	keys := acctest.Variables(map[string]string{"a": acctest.KeyA})
	refused := func(ephemeral, says string) resource.TestStep {
		return resource.TestStep{Config: block + ephemeral, ConfigVariables: keys, ExpectError: acctest.Error(says)}
	}
	const summary = "Customer Key Over Plain HTTP"
	underKeyA(t, w)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Echo(),
		Steps: []resource.TestStep{
			refused(ephemeralObject(w, "sse_customer_key = var.a"), summary),
			refused(ephemeralObject(w, `sse_customer_key_name = "one"`), summary),
			refused(ephemeralObject(w), "a customer key would cross the network in clear text"), // while searching the keyring
			refused(presignedURL(w, "sse_customer_key = var.a"), summary),
			refused(presignedURL(w, `sse_customer_key_name = "one"`), summary),
			{ // SSE-COS needs no key
				PreConfig: func() {
					acctest.Now(t, w.SentNoHeader("x-cos-server-side-encryption-customer-key"))
					must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(secretBody), Mode: sse.ModeAES256}))
				},
				Config:            block + ephemeralObject(w) + acctest.Echoed(takeObject+".body"),
				ConfigVariables:   keys,
				ConfigStateChecks: []statecheck.StateCheck{acctest.State("echo.test", map[string]any{"data": secretBody})},
			},
		},
	})
}

func TestAccEphemeralNoRegion(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	without := acctest.ProviderBlock("endpoint = "+acctest.Quote(w.URL()), "ca_certificate_file = "+acctest.Quote(w.CAFile()),
		"secret_id = "+acctest.Quote(w.SecretID()), "secret_key = "+acctest.Quote(w.SecretKey()))
	says := acctest.Error("No Region", "TENCENTCLOUD_REGION")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: without + ephemeralObject(w), ExpectError: says},
			{Config: without + presignedURL(w), ExpectError: says},
		},
	})
	acctest.Now(t, w.Sent())
}
