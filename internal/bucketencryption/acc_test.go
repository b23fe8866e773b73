package bucketencryption_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
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

// has checks a default encryption in the state.
func has(address, mode string, key knownvalue.Check) []statecheck.StateCheck {
	return []statecheck.StateCheck{
		statecheck.ExpectKnownValue(address, tfjsonpath.New("server_side_encryption"), knownvalue.StringExact(mode)),
		statecheck.ExpectKnownValue(address, tfjsonpath.New("sse_kms_key_id"), key),
	}
}

// turn is what a default encryption is declared to be, and what comes of it.
type turn struct {
	before func() // what somebody else does first
	lines  []string
	action plancheck.ResourceActionType
	mode   string // in the state
	key    knownvalue.Check
}

// Each attribute of a default encryption is changed, drifts, is deleted and
// restored, and is imported. The rows are side by side, with a bucket each.
func TestAccLifecycle(t *testing.T) {
	t.Parallel()
	const elsewhere = "elsewhere-1250000000"
	in := func(row string) string { return row + "-1250000000" }
	at := func(row string) string { return "cos_bucket_encryption." + row }
	var w *acctest.World
	set := func(row string, mode sse.Mode, key string) func() {
		return func() {
			if err := w.SetDefaultEncryption(in(row), mode, key); err != nil {
				t.Error(err)
			}
		}
	}
	const create, update, replace = plancheck.ResourceActionCreate, plancheck.ResourceActionUpdate, plancheck.ResourceActionReplace
	none, key1, key2 := knownvalue.Null(), knownvalue.StringExact(acctest.KMSKey1), knownvalue.StringExact(acctest.KMSKey2)
	table := map[string][3]turn{
		"mode": {
			{nil, []string{aes}, create, "AES256", none},
			{nil, []string{sm4}, update, "SM4", none},
			{nil, []string{kms}, update, "cos/kms", none},
		},
		"key": {
			{nil, []string{kms}, create, "cos/kms", none},
			{nil, []string{kms, kmsKey1}, update, "cos/kms", key1},
			{nil, []string{kms, kmsKey2}, update, "cos/kms", key2},
		},
		"drift": {
			{nil, []string{kms, kmsKey2}, create, "cos/kms", key2},
			{set("drift", sse.ModeAES256, ""), []string{kms, kmsKey2}, update, "cos/kms", key2},
			{set("drift", sse.ModeKMS, acctest.KMSKey1), []string{kms, kmsKey2}, update, "cos/kms", key2},
		},
		"deleted": {
			{nil, []string{kms, kmsKey2}, create, "cos/kms", key2},
			{set("deleted", sse.ModeNone, ""), []string{aes}, create, "AES256", none},
			{nil, []string{aes, `bucket = "` + elsewhere + `"`}, replace, "AES256", none},
		},
	}
	rows := slices.Sorted(maps.Keys(table))
	buckets := []string{elsewhere}
	for _, row := range rows {
		buckets = append(buckets, in(row))
	}
	w = acctest.New(t, func(o *cosmock.Options) { o.Buckets = buckets })
	config := func(lines func(row string) []string) string {
		text := w.Provider()
		for _, row := range rows {
			all := lines(row)
			if !strings.Contains(strings.Join(all, " "), "bucket = ") {
				all = append([]string{"bucket = " + acctest.Quote(in(row))}, all...)
			}
			text += block(row, all...)
		}
		return text
	}
	takes := func(n int) resource.TestStep {
		step := resource.TestStep{
			PreConfig: func() {
				for _, row := range rows {
					if before := table[row][n].before; before != nil {
						before()
					}
				}
			},
			Config: config(func(row string) []string { return table[row][n].lines }),
		}
		for _, row := range rows {
			turn := table[row][n]
			step.ConfigPlanChecks.PreApply = append(step.ConfigPlanChecks.PreApply, plancheck.ExpectResourceAction(at(row), turn.action))
			step.ConfigStateChecks = append(step.ConfigStateChecks, has(at(row), turn.mode, turn.key)...)
		}
		return step
	}
	same := map[string][]string{ // as what the second turn declares
		"mode":    {sm4, `region = "` + w.Region() + `"`},
		"key":     {kms}, // the key stays
		"drift":   {kms, kmsKey2},
		"deleted": {`server_side_encryption = "AES-256"`},
	}
	imports := func(row, id string) resource.TestStep {
		return resource.TestStep{ResourceName: at(row), ImportState: true, ImportStateId: id,
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "bucket"}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy: func(*terraform.State) error {
			for _, bucket := range buckets {
				all := callsFor(w, bucket)
				if diff := cmp.Diff([]string{"DELETE 204", "GET 404"}, all[max(0, len(all)-2):]); diff != "" {
					t.Errorf("the last requests for %s (-want +got):\n%s", bucket, diff)
				}
			}
			return nil
		},
		Steps: []resource.TestStep{
			takes(0),
			takes(1),
			imports("key", in("key")),
			imports("key", w.Region()+":"+in("key")),
			{Config: config(func(row string) []string { return same[row] }), PlanOnly: true},
			takes(2),
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
		{Config: config, ConfigPlanChecks: does(plancheck.ResourceActionCreate), ConfigStateChecks: has(address, "cos/kms", knownvalue.StringExact(acctest.KMSKey1))},
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
