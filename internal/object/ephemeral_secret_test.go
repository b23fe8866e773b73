package object_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// keyFromObject is a configuration whose second provider takes its keyring from
// the body of an object under SSE-KMS: a key of which only COS and the memory
// of a run know.
func keyFromObject(w *acctest.World) []string {
	aliased := strings.Replace(w.Provider("sse_customer_keys = { mine = trimspace("+takeObject+".body) }"), "{\n", "{\n  alias = \"sealed\"\n", 1)
	return []string{w.Provider(), ephemeralObject(w), aliased,
		w.Object("b", "provider = cos.sealed", `sse_customer_key_name = "mine"`, `content_wo = `+takeObject+`.body`, `content_wo_version = 1`)}
}

// A key that is the body of an object opens another object. Neither stays
// anywhere: not in the plan, the state, the outputs, what is printed or the
// trace log.
func TestAccEphemeralObjectIsNotKept(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(acctest.KeyA + "\n"), Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}))
	ws.Binary = acctest.Build(t) // so that the trace log holds the provider's too
	ws.Config(keyFromObject(w)...)
	checkNothingKept(t, ws, acctest.KeyA)
	checkStored(t, w, "b", acctest.KeyA+"\n", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}, customerKey(t, acctest.KeyA))
	ws.EmptyPlan()
	ws.Destroy()

	// The search finds what is there: with the same value as a plain output
	// the plan, the state and the CLI's output hold it.
	ws.Config("output \"x\" {\n  value = " + acctest.Quote(acctest.KeyA) + "\n}\n")
	ws.Apply()
	if len(acctest.Leaks(ws.State(), acctest.KeyA)) == 0 {
		t.Error("the search finds nothing in a state that holds the key")
	}
}

// An input that is not known yet leaves the value for the apply; one of the
// provider's, which is asked during plan already, is named.
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
			ws := acctest.NewWorkspace(t)
			taken := newSink(ws)
			must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(secretBody)}))
			ws.Config(w.Provider(), block.text, take(block.take), result("a"), w.Object("b", plain, "content_wo = "+block.take+block.value, "content_wo_version = 1"))
			ws.ChangedPlan()
			if calls := w.CallsOf("a"); len(calls) > 0 || taken.count() > 0 {
				t.Errorf("before the object was known %v was sent, and %d values taken", calls, taken.count())
			}
			ws.Apply()
			stored, ok := w.Stored("b")
			if !ok {
				t.Fatal("nothing was made of the value")
			}
			if body, err := stored.Plaintext(sse.CustomerKey{}); err != nil || !strings.HasPrefix(string(body), block.begins) {
				t.Errorf("the apply had %q, %v", body, err)
			}

			unknown := providerWith(w, "secret_key = terraform_data.secret.output")
			ws.Config(unknown, strings.Replace(block.text, "terraform_data.later.output", `"a"`, 1), take(block.take), strings.Replace(result(w.SecretKey()), "later", "secret", 1))
			checkReport(t, ws.Fail("plan"), []string{"not known yet: secret_key", "-target"})

			ring := w.Provider("sse_customer_keys = { mine = terraform_data.secret.output }")
			ws.Config(ring, strings.Replace(block.text, "terraform_data.later.output", "\"a\"\n  sse_customer_key_name = \"mine\"", 1), take(block.take), strings.Replace(result(acctest.KeyA), "later", "secret", 1))
			checkReport(t, ws.Fail("plan"), []string{"Customer Key Not Known", "-target"})
		})
	}
}

// No key crosses plain HTTP, and an object that needs one is said to.
func TestAccEphemeralOverHTTP(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	block := acctest.ProviderBlock("region = "+acctest.Quote(w.Region()), "secret_id = "+acctest.Quote(w.SecretID()), "secret_key = "+acctest.Quote(w.SecretKey()),
		"endpoint = "+acctest.Quote(w.HTTPURL()), "sse_customer_keys = { one = var.a }")
	underKeyA(t, w)
	ws := acctest.NewWorkspace(t)
	variables := secretVariables(ws, map[string]string{"a": acctest.KeyA})
	for name, tc := range map[string]struct {
		block string
		says  string
	}{
		"an object by key":       {ephemeralObject(w, "sse_customer_key = var.a"), "Customer Key Over Plain HTTP"},
		"an object by name":      {ephemeralObject(w, `sse_customer_key_name = "one"`), "Customer Key Over Plain HTTP"},
		"an object, by a search": {ephemeralObject(w), "a customer key would cross the network in clear text"},
		"a URL by key":           {presignedURL(w, "sse_customer_key = var.a"), "Customer Key Over Plain HTTP"},
		"a URL by name":          {presignedURL(w, `sse_customer_key_name = "one"`), "Customer Key Over Plain HTTP"},
	} {
		ws.Config(variables, block, tc.block)
		checkReport(t, ws.Fail("plan"), []string{tc.says}, acctest.KeyA, w.SecretKey())
		for _, r := range w.Requests() {
			if slices.Contains(r.HeaderNames, "x-cos-server-side-encryption-customer-key") {
				t.Errorf("%s: the key was sent: %v", name, r)
			}
		}
	}
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader(secretBody), Mode: sse.ModeAES256}))
	taken := newSink(ws)
	ws.Config(variables, block, ephemeralObject(w), take(takeObject))
	ws.EmptyPlan()
	if diff := cmp.Diff(secretBody, taken.last(t)["body"]); diff != "" {
		t.Errorf("SSE-COS (-want +got):\n%s", diff)
	}
}

func TestAccEphemeralNoRegion(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	without := acctest.ProviderBlock("endpoint = "+acctest.Quote(w.URL()), "ca_certificate_file = "+acctest.Quote(w.CAFile()),
		"secret_id = "+acctest.Quote(w.SecretID()), "secret_key = "+acctest.Quote(w.SecretKey()))
	for _, block := range []string{ephemeralObject(w), presignedURL(w)} {
		ws.Config(without, block)
		checkReport(t, ws.Fail("plan"), []string{"No Region", "TENCENTCLOUD_REGION"}, w.SecretKey())
	}
	if len(w.Requests()) > 0 {
		t.Errorf("requests were sent: %v", w.Calls())
	}
}
