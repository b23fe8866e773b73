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

// An object without a declared encryption uses the provider's default. If the
// default changes, one copy re-encrypts the object without sending a body.
// Declaring the same encryption is not a change.
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
		// One copy without a body; declaring the same encryption is not a change.
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
	// Without either, an object keeps its encryption, but cannot be created.
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

// copiesAndBodies returns the requests that copy or have a body.
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

// An object that violates a rule fails during the plan, at its own attribute, and
// the error names the rule.
func TestAccRequireEncryption(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	const kms = `server_side_encryption = "cos/kms"`
	var steps []resource.TestStep
	for name, tc := range map[string]struct {
		policy, object string
		says           []string // nil if it is allowed
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

// Errors in the provider block are reported there.
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

// A policy that is unknown during the plan is enforced by the apply before anything
// is written. An object that a policy forbids can still be destroyed.
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

// Parts of the default encryption may be unknown until the apply.
func TestAccDefaultEncryptionLate(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
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
	}
	w := acctest.New(t)
	f := newFleet(t, table, func(*testing.T, string) *acctest.World { return w })
	config, stored := "", []statecheck.StateCheck{}
	for name, tc := range table {
		key := f.label(name)
		lines := func(all ...string) []string {
			for i, line := range all {
				all[i] = strings.ReplaceAll(line, "LATE", lateValue(key))
			}
			return all
		}
		config += late(key, tc.value) + f.of(name, w.Provider(lines(twoKeys, tc.provider)...)+w.Object(key, lines(append(tc.object, hello)...)...))
		stored = append(stored, named(name, w.Holds(key, "hello", tc.want)))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: f.factories(),
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: stored}},
	})
}

// The rules apply to presigned URLs for uploads, but not to those for reads.
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

// Objects that are only read may have any encryption, and an ephemeral resource
// keeps its key out of the state.
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

// A rule added later applies to existing objects, changed or not, but does not
// prevent destroying them.
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
