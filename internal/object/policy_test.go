package object_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const twoKeys = `sse_customer_keys = { one = "` + acctest.KeyA + `", two = "` + acctest.KeyB + `" }`

// An object that declares no encryption has the provider's default. When that
// changes, one copy on the server encrypts the object again, and no body is
// sent; an object that declares the same itself is no change.
func TestAccDefaultEncryption(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	steps := []resource.TestStep{}
	for i, step := range []struct {
		provider string
		object   []string
		want     sse.Observed
	}{
		{`default_encryption = { server_side_encryption = "AES-256" }`, nil, sse.Observed{Mode: sse.ModeAES256}},
		{`default_encryption = { server_side_encryption = "cos/kms", sse_kms_key_id = "` + acctest.KMSKey1 + `" }`, nil, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}},
		{`default_encryption = { server_side_encryption = "cos/kms", sse_kms_key_id = "` + acctest.KMSKey2 + `" }`, nil, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2}},
		{`default_encryption = { sse_customer_key_name = "one" }`, nil, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
		{`default_encryption = { sse_customer_key_name = "two" }`, nil, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyBMD5}},
		{`default_encryption = { server_side_encryption = "AES256" }`, []string{`sse_customer_key_name = "two"`}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyBMD5}},
		{`default_encryption = { server_side_encryption = "AES256" }`, nil, sse.Observed{Mode: sse.ModeAES256}},
	} {
		// One copy, and no body; one that declares the same itself is no change.
		sent := w.Wrote()
		if i > 0 && len(step.object) == 0 {
			sent = w.SentAs(copiesAndBodies, "copy")
		}
		if i == 0 {
			sent = w.Forget()
		}
		steps = append(steps, resource.TestStep{
			PreConfig:         w.ResetRequests,
			Config:            w.Provider(twoKeys, step.provider) + w.Object("a", append([]string{hello}, step.object...)...),
			ConfigStateChecks: []statecheck.StateCheck{sent, w.Holds("a", "hello", step.want)},
		})
	}
	// Without either an object keeps what it has, and there is nothing to create one with.
	steps = append(steps,
		resource.TestStep{
			Config:           w.Provider(twoKeys) + w.Object("a", hello),
			ConfigPlanChecks: unchanged,
		},
		resource.TestStep{
			Config:      w.Provider(twoKeys) + w.Object("a", hello) + strings.Replace(w.Object("b", hello), "\"test\"", "\"other\"", 1),
			ExpectError: acctest.Error("No Encryption Declared", "default_encryption"),
		})
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
}

// copiesAndBodies leaves of the requests those that copy and those with a body.
func copiesAndBodies(calls []string) (all []string) {
	for _, call := range calls {
		if strings.HasPrefix(call, "PUT copy ") {
			all = append(all, "copy")
		}
		if strings.HasSuffix(call, " bytes") {
			all = append(all, "body")
		}
	}
	return all
}

// A violating object fails at plan, at its own attribute, and the rule is named.
func TestAccRequireEncryption(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	const kms = `server_side_encryption = "cos/kms"`
	var steps []resource.TestStep
	for name, tc := range map[string]struct {
		policy, object string
		says           []string // nil: allowed
	}{
		"allowed mode":          {`modes = ["AES256"]`, `server_side_encryption = "AES-256"`, nil},
		"forbidden mode":        {`modes = ["cos/kms", "customer"]`, aes, []string{"Encryption Not Allowed", "require_encryption.modes", "is AES256", "cos/kms, customer", aes}},
		"forbidden keys":        {`modes = ["AES256"]`, `sse_customer_key_name = "one"`, []string{"require_encryption.modes", "is SSE-C", `sse_customer_key_name = "one"`}},
		"forbidden by its key":  {`modes = ["AES256"]`, `sse_customer_key_wo = "` + acctest.KeyA + `"`, []string{"require_encryption.modes", "sse_customer_key_wo"}},
		"allowed keys":          {`modes = ["customer"]`, `sse_customer_key_name = "one"`, nil},
		"allowed KMS key":       {`sse_kms_key_ids = ["` + acctest.KMSKey1 + `"]`, kms + "\n  sse_kms_key_id = \"" + acctest.KMSKey1 + `"`, nil},
		"forbidden KMS key":     {`sse_kms_key_ids = ["` + acctest.KMSKey1 + `"]`, kms + "\n  sse_kms_key_id = \"" + acctest.KMSKey2 + `"`, []string{"require_encryption.sse_kms_key_ids", acctest.KMSKey2}},
		"no KMS key named":      {`sse_kms_key_ids = ["` + acctest.KMSKey1 + `"]`, kms, []string{"require_encryption.sse_kms_key_ids", "no KMS key is named"}},
		"other modes with keys": {`sse_kms_key_ids = ["` + acctest.KMSKey1 + `"]`, aes, nil},
		"key in the state":      {`allow_customer_key_in_state = false`, `sse_customer_key = "` + acctest.KeyA + `"`, []string{"require_encryption.allow_customer_key_in_state", "sse_customer_key_name or", "sse_customer_key_wo"}},
		"key not in the state":  {`allow_customer_key_in_state = false`, `sse_customer_key_wo = "` + acctest.KeyA + `"`, nil},
	} {
		step := resource.TestStep{
			Config:   w.Provider(twoKeys, "require_encryption = { "+tc.policy+" }") + w.Object(name, hello, tc.object),
			PlanOnly: true,
		}
		if tc.says == nil {
			step.ExpectNonEmptyPlan = true
		} else {
			step.ExpectError = acctest.Error(tc.says...)
		}
		steps = append(steps, step)
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
	acctest.Now(t, w.Sent())
}

// What the provider block itself has wrong is told there.
func TestAccInvalidEncryptionPolicy(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	var steps []resource.TestStep
	for name, tc := range map[string]struct{ provider, says string }{
		"a default that is not allowed": {"default_encryption = { server_side_encryption = \"AES256\" }\n  require_encryption = { modes = [\"cos/kms\"] }", "Default Encryption Not Allowed"},
		"a default without a KMS key":   {"default_encryption = { server_side_encryption = \"cos/kms\" }\n  require_encryption = { sse_kms_key_ids = [\"a\"] }", "no KMS key is named"},
		"an empty default":              {"default_encryption = {}", "needs server_side_encryption or"},
		"two defaults":                  {`default_encryption = { server_side_encryption = "AES256", sse_customer_key_name = "one" }`, "has only one encryption"},
		"a default of no mode":          {`default_encryption = { server_side_encryption = "KMS" }`, "not an encryption mode"},
		"a KMS key alone":               {`default_encryption = { server_side_encryption = "AES256", sse_kms_key_id = "a" }`, "only valid with SSE-KMS"},
		"an empty name":                 {`default_encryption = { sse_customer_key_name = "" }`, "The name is empty"},
		"no such mode":                  {`require_encryption = { modes = ["SSE-C"] }`, "use customer"},
		"no modes":                      {`require_encryption = { modes = [] }`, "would allow nothing"},
		"a mode that is null":           {`require_encryption = { modes = [null] }`, "null or empty"},
	} {
		steps = append(steps, resource.TestStep{
			Config:      "# " + name + "\n" + w.Provider(twoKeys, tc.provider) + w.Object("a", hello, aes),
			PlanOnly:    true,
			ExpectError: acctest.Error(tc.says),
		})
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
}

// A policy that is known only at apply is held there, before anything is
// written; and an object that a policy forbids can still be destroyed.
func TestAccRequireEncryptionLate(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	mode := late("mode", `"cos/kms"`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		CheckDestroy:             w.HasKeys().OfState,
		Steps: []resource.TestStep{
			{
				Config:      mode + w.Provider("require_encryption = { modes = ["+lateValue("mode")+"] }") + w.Object("a", hello, aes),
				ExpectError: acctest.Error("require_encryption.modes"),
			},
			{
				PreConfig: acctest.Before(t, w.HasKeys()),
				Config:    mode + w.Provider() + w.Object("a", hello, aes),
			},
			{
				Config:  mode + w.Provider(`require_encryption = { modes = ["cos/kms"] }`),
				Destroy: true,
			},
		},
	})
	acctest.Now(t, w.HasKeys())
}

// Parts of the default may be known only at apply.
func TestAccDefaultEncryptionLate(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		value, provider string
		object          []string
		want            sse.Observed
	}{
		"the mode":             {`"AES256"`, "default_encryption = { server_side_encryption = LATE }", nil, sse.Observed{Mode: sse.ModeAES256}},
		"the key id":           {`"` + acctest.KMSKey2 + `"`, `default_encryption = { server_side_encryption = "cos/kms", sse_kms_key_id = LATE }`, nil, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2}},
		"the name":             {`"one"`, "default_encryption = { sse_customer_key_name = LATE }", nil, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
		"all of it":            {`{ server_side_encryption = "cos/kms" }`, "default_encryption = LATE", nil, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: cosmock.DefaultKMSKeyID}},
		"a mode that is null":  {"null", `default_encryption = { server_side_encryption = "AES256" }`, []string{"server_side_encryption = LATE"}, sse.Observed{Mode: sse.ModeAES256}},
		"a key that is null":   {"null", `default_encryption = { server_side_encryption = "AES256" }`, []string{"sse_customer_key = LATE"}, sse.Observed{Mode: sse.ModeAES256}},
		"a name that is null":  {"null", `default_encryption = { server_side_encryption = "AES256" }`, []string{"sse_customer_key_name = LATE"}, sse.Observed{Mode: sse.ModeAES256}},
		"a name that is given": {`"one"`, `default_encryption = { server_side_encryption = "AES256" }`, []string{"sse_customer_key_name = LATE"}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
		"a key that is given":  {`"` + acctest.KeyA + `"`, `default_encryption = { server_side_encryption = "AES256" }`, []string{"sse_customer_key = LATE"}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				Steps: []resource.TestStep{{
					Config: late("late", tc.value) + w.Provider(append([]string{twoKeys}, replaceLate(tc.provider)...)...) +
						w.Object("a", append([]string{hello}, replaceLate(tc.object...)...)...),
					ConfigStateChecks: []statecheck.StateCheck{w.Holds("a", "hello", tc.want)},
				}},
			})
		})
	}
}

// replaceLate writes what is late into lines of a configuration.
func replaceLate(lines ...string) []string {
	replaced := make([]string, len(lines))
	for i, line := range lines {
		replaced[i] = strings.ReplaceAll(line, "LATE", lateValue("late"))
	}
	return replaced
}

// A URL for an upload is under the same rules; one that reads is not.
func TestAccRequireEncryptionOfUploads(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	var steps []resource.TestStep
	for name, tc := range map[string]struct {
		rules, url string
		says       []string
	}{
		"a mode":             {`modes = ["cos/kms"]`, `method = "PUT"` + "\n" + `sse_customer_key_name = "one"`, []string{"require_encryption.modes", "forbids the encryption of this URL"}},
		"a KMS key":          {`sse_kms_key_ids = ["` + acctest.KMSKey1 + `"]`, `method = "PUT"` + "\n" + `server_side_encryption = "cos/kms"`, []string{"require_encryption.sse_kms_key_ids"}},
		"an allowed KMS key": {`sse_kms_key_ids = ["` + acctest.KMSKey1 + `"]`, `method = "PUT"` + "\n" + `server_side_encryption = "cos/kms"` + "\n" + `sse_kms_key_id = "` + acctest.KMSKey1 + `"`, nil},
		"a read":             {`modes = ["cos/kms"]`, `sse_customer_key_name = "one"`, nil},
	} {
		step := resource.TestStep{
			Config: "# " + name + "\n" + w.Provider(twoKeys, "require_encryption = { "+tc.rules+" }") +
				"ephemeral \"cos_presigned_url\" \"test\" {\nbucket = " + acctest.Quote(w.Bucket()) + "\nkey = \"a\"\n" + tc.url + "\n}\n",
		}
		if tc.says != nil {
			step.ExpectError = acctest.Error(append(tc.says, "Encryption Not Allowed")...)
		}
		steps = append(steps, step)
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
}

// What is only read may be encrypted in any way, and an ephemeral resource
// keeps its key in no state.
func TestAccRequireEncryptionOfReads(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	key := customerKey(t, acctest.KeyA)
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeCustomer, CustomerKey: key}))
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{{
			Config: w.Provider(twoKeys, `require_encryption = { modes = ["cos/kms"], allow_customer_key_in_state = false }`) +
				"ephemeral \"cos_encrypted_object\" \"test\" {\nbucket = " + acctest.Quote(w.Bucket()) + "\nkey = \"a\"\nsse_customer_key = " + acctest.Quote(acctest.KeyA) + "\n}\n",
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{w.Sent("HEAD 200 customer", "GET 200 customer"), w.Says()}},
		}},
	})
}

// A rule that comes later finds the objects that are there, changed or not, and
// does not keep them from being destroyed.
func TestAccRequireEncryptionLater(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		CheckDestroy:             w.HasKeys().OfState,
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("a", aes, hello)},
			{
				Config:      w.Provider(`require_encryption = { modes = ["cos/kms"] }`) + w.Object("a", aes, hello),
				ExpectError: acctest.Error("Encryption Not Allowed", "require_encryption.modes"),
			},
		},
	})
}
