package bucketencryption_test

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func does(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

func has(mode string, key knownvalue.Check) []statecheck.StateCheck {
	return []statecheck.StateCheck{
		statecheck.ExpectKnownValue(address, tfjsonpath.New("server_side_encryption"), knownvalue.StringExact(mode)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("sse_kms_key_id"), key),
	}
}

// Each attribute of a default encryption is changed, drifts, is deleted and
// restored, and is imported.
func TestAccLifecycle(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{"lab-1250000000", "other-1250000000"} })
	config := func(lines ...string) string { return w.Provider() + encryption(w, lines...) }
	set := func(mode sse.Mode, key string) func() {
		return func() {
			if err := w.SetDefaultEncryption(w.Bucket(), mode, key); err != nil {
				t.Error(err)
			}
		}
	}
	none, key1, key2 := knownvalue.Null(), knownvalue.StringExact(acctest.KMSKey1), knownvalue.StringExact(acctest.KMSKey2)
	imports := func(id string) resource.TestStep {
		return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id,
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "bucket"}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy: func(*terraform.State) error {
			all := calls(w, 0)
			if diff := cmp.Diff([]string{"DELETE 204", "GET 404"}, all[len(all)-2:]); diff != "" {
				t.Errorf("the last requests (-want +got):\n%s", diff)
			}
			return nil
		},
		Steps: []resource.TestStep{
			{Config: config(aes), ConfigPlanChecks: does(plancheck.ResourceActionCreate), ConfigStateChecks: has("AES256", none)},
			{Config: config(`server_side_encryption = "AES-256"`), PlanOnly: true},
			{Config: config(sm4), ConfigPlanChecks: does(plancheck.ResourceActionUpdate), ConfigStateChecks: has("SM4", none)},
			{Config: config(kms), ConfigPlanChecks: does(plancheck.ResourceActionUpdate), ConfigStateChecks: has("cos/kms", none)},
			{Config: config(kms, kmsKey1), ConfigPlanChecks: does(plancheck.ResourceActionUpdate), ConfigStateChecks: has("cos/kms", key1)},
			imports(w.Bucket()),
			imports(w.Region() + ":" + w.Bucket()),
			{Config: config(kms), PlanOnly: true}, // the key stays
			{Config: config(kms, kmsKey2), ConfigPlanChecks: does(plancheck.ResourceActionUpdate), ConfigStateChecks: has("cos/kms", key2)},
			{PreConfig: set(sse.ModeAES256, ""), Config: config(kms, kmsKey2), ConfigPlanChecks: does(plancheck.ResourceActionUpdate), ConfigStateChecks: has("cos/kms", key2)},
			{PreConfig: set(sse.ModeKMS, acctest.KMSKey1), Config: config(kms, kmsKey2), ConfigPlanChecks: does(plancheck.ResourceActionUpdate), ConfigStateChecks: has("cos/kms", key2)},
			{PreConfig: set(sse.ModeNone, ""), Config: config(aes), ConfigPlanChecks: does(plancheck.ResourceActionCreate), ConfigStateChecks: has("AES256", none)},
			{Config: config(aes, `region = "`+w.Region()+`"`), PlanOnly: true},
			{Config: w.Provider() + block("test", `bucket = "other-1250000000"`, aes), ConfigPlanChecks: does(plancheck.ResourceActionReplace)},
		},
	})
}

// An identical default is adopted without a write. A different one is left
// unchanged, and the error suggests an import.
func TestAccTakeOver(t *testing.T) {
	t.Parallel()
	table := []struct {
		name    string
		mode    sse.Mode
		key     string
		lines   []string
		refused bool
	}{
		{"the same mode", sse.ModeAES256, "", []string{aes}, false},
		{"the same key", sse.ModeKMS, acctest.KMSKey1, []string{kms, kmsKey1}, false},
		{"any key", sse.ModeKMS, acctest.KMSKey1, []string{kms}, false},
		{"another mode", sse.ModeSM4, "", []string{aes}, true},
		{"another key", sse.ModeKMS, acctest.KMSKey1, []string{kms, kmsKey2}, true},
		{"a key, not one", sse.ModeKMS, "", []string{kms, kmsKey2}, true},
	}
	w, buckets := manyBuckets(t, len(table))
	all, adopted := w.Provider(), w.Provider()
	says := []string{}
	for i, tc := range table {
		if err := w.SetDefaultEncryption(buckets[i], tc.mode, tc.key); err != nil {
			t.Fatal(err)
		}
		text := "# " + tc.name + "\n" + block(label(i), append(tc.lines, "bucket = "+acctest.Quote(buckets[i]))...)
		all += text
		if tc.refused {
			says = append(says, "terraform import cos_bucket_encryption.<name> ap-guangzhou:"+buckets[i])
		} else {
			adopted += text
		}
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: []resource.TestStep{
		{Config: all, ExpectError: regexp.MustCompile("Bucket Has Another Default")},
		{
			PreConfig: func() {
				acctest.Now(t, w.Says(says...))
				for i, tc := range table {
					for _, call := range callsFor(w, buckets[i]) {
						if call == "PUT 200" || tc.refused && call != "GET 200" {
							t.Errorf("%s: sent %s", tc.name, call)
						}
					}
				}
			},
			Config: adopted,
		},
	}})
	for i, tc := range table {
		for _, call := range callsFor(w, buckets[i]) {
			if call == "PUT 200" {
				t.Errorf("%s: sent %s", tc.name, call)
			}
		}
	}
}

// Invalid arguments are reported at the argument, before any change.
func TestAccBadInput(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	other := w.Provider() + encryption(w, aes)
	fails := func(says, config string) resource.TestStep {
		return resource.TestStep{Config: config, ExpectError: regexp.MustCompile(says)}
	}
	imports := func(says, id string) resource.TestStep {
		return resource.TestStep{Config: other, ResourceName: address, ImportState: true, ImportStateId: id, ExpectError: regexp.MustCompile(says)}
	}
	var steps []resource.TestStep
	for name, tc := range map[string]struct {
		provider []string
		lines    []string
		says     string
	}{
		"region":            {nil, []string{aes, `region = "Guangzhou"`}, `Invalid Region`},
		"another region":    {nil, []string{aes, `region = "ap-beijing"`}, `(?s)Unable to Create Bucket Encryption.*(region|bucket)`},
		"key of nobody":     {nil, []string{kms, `sse_kms_key_id = "nobody"`}, `(?s)Unable to Create Bucket Encryption.*KmsKeyNotExist.*check\s+sse_kms_key_id`},
		"policy on modes":   {[]string{`require_encryption = { modes = ["cos/kms"] }`}, []string{aes}, `(?s)Encryption Not Allowed.*require_encryption.modes`},
		"policy on no key":  {[]string{`require_encryption = { sse_kms_key_ids = ["` + acctest.KMSKey1 + `"] }`}, []string{kms}, `(?s)Encryption Not Allowed.*sse_kms_key_ids`},
		"policy on the key": {[]string{`require_encryption = { sse_kms_key_ids = ["` + acctest.KMSKey1 + `"] }`}, []string{kms, kmsKey2}, `(?s)Encryption Not Allowed.*sse_kms_key_ids`},
		"KMS":               {nil, []string{`server_side_encryption = "KMS"`}, `(?s)Invalid Encryption Mode.*cos/kms`},
		"unknown mode":      {nil, []string{`server_side_encryption = "AES512"`}, `Invalid Encryption Mode`},
		"key without KMS":   {nil, []string{aes, kmsKey1}, `KMS Argument Without SSE-KMS`},
		"empty key":         {nil, []string{kms, `sse_kms_key_id = ""`}, `Invalid KMS Key`},
	} {
		steps = append(steps, fails(tc.says, "# "+name+"\n"+w.Provider(tc.provider...)+encryption(w, tc.lines...)))
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: append(steps,
		fails("Invalid Bucket", w.Provider()+block("test", `bucket = "lab"`, aes)),
		fails(`(?s)NoSuchBucket.*There is no such bucket`, w.Provider()+block("test", `bucket = "nobody-1250000000"`, aes)),
		fails("NoSuchBucket", w.Provider()+`data "cos_bucket_encryption" "test" { bucket = "nobody-1250000000" }`),
		imports("Invalid Import ID", "https://lab/?q-signature=canary"),
		imports(`(?s)has no default\s+encryption`, w.Bucket()),
	)})
	for _, call := range calls(w, 0) {
		if call == "PUT 200" {
			t.Error("something was changed")
		}
	}
}

// An ID that is empty, as from a variable of the shell that is not set, is an ID like
// any other wrong one. The CLI sends a null identity with it.
func TestAccImportOfAnEmptyID(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: []resource.TestStep{{
		Config: w.Provider() + encryption(w, aes), ResourceName: address,
		ImportState: true, ImportStateIdFunc: func(*terraform.State) (string, error) { return "", nil },
		ExpectError: acctest.Error("Invalid Import ID"),
	}}})
}

// Arguments may be unknown until apply.
func TestAccUnknown(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	value := func(name, s string) string {
		return "resource \"terraform_data\" \"" + name + "\" {\n  input = " + acctest.Quote(s) + "\n}\n"
	}
	config := w.Provider() + value("bucket", w.Bucket()) + value("mode", "cos/kms") + value("key", acctest.KMSKey1) + value("region", w.Region()) +
		block("test", "bucket = terraform_data.bucket.output", "region = terraform_data.region.output", "server_side_encryption = terraform_data.mode.output", "sse_kms_key_id = terraform_data.key.output")
	bad := w.Provider() + value("mode", "KMS") + encryption(w, "server_side_encryption = terraform_data.mode.output")
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
		{Config: bad, ExpectError: regexp.MustCompile("Invalid Encryption Mode")},
		{Config: config, ConfigPlanChecks: does(plancheck.ResourceActionCreate), ConfigStateChecks: has("cos/kms", knownvalue.StringExact(acctest.KMSKey1))},
	}})
}

// The data source returns the default encryption, or null if there is none.
func TestAccDataSource(t *testing.T) {
	t.Parallel()
	table := []struct {
		mode      sse.Mode
		key       string
		want, kms knownvalue.Check
	}{
		{sse.ModeNone, "", knownvalue.Null(), knownvalue.Null()},
		{sse.ModeSM4, "", knownvalue.StringExact("SM4"), knownvalue.Null()},
		{sse.ModeKMS, acctest.KMSKey1, knownvalue.StringExact("cos/kms"), knownvalue.StringExact(acctest.KMSKey1)},
	}
	w, buckets := manyBuckets(t, len(table))
	config, checks := w.Provider(), []statecheck.StateCheck{}
	for i, tc := range table {
		if err := w.SetDefaultEncryption(buckets[i], tc.mode, tc.key); err != nil {
			t.Fatal(err)
		}
		config += "data \"cos_bucket_encryption\" " + acctest.Quote(label(i)) + " {\n  bucket = " + acctest.Quote(buckets[i]) + "\n}\n"
		data := "data.cos_bucket_encryption." + label(i)
		checks = append(checks,
			statecheck.ExpectKnownValue(data, tfjsonpath.New("server_side_encryption"), tc.want),
			statecheck.ExpectKnownValue(data, tfjsonpath.New("sse_kms_key_id"), tc.kms),
			statecheck.ExpectKnownValue(data, tfjsonpath.New("region"), knownvalue.StringExact(w.Region())))
	}
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{{Config: config, ConfigStateChecks: checks}}})
}
