package examples_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// functions returns the functions with an example, and the example's expected output, if any.
func functions() map[string]map[string]any {
	return map[string]map[string]any{
		"crc64":                {"crc64": "16749565679157681890"},
		"derive_customer_key":  nil,
		"filecrc64":            {"report_crc64": reportCRC64},
		"object_url":           {"url": "https://examplebucket-1250000000.cos.ap-guangzhou.myqcloud.com/reports/2026%20draft.csv"},
		"parse_object_url":     {"report": map[string]any{"bucket": "examplebucket-1250000000", "region": "ap-guangzhou", "key": "reports/2026 draft.csv", "version_id": nil}},
		"sse_context":          nil,
		"sse_customer_key":     nil,
		"sse_customer_key_md5": {"archive_key_md5": acctest.KeyAMD5},
	}
}

// reportCRC64 is the CRC64 of report.csv in the resource's example, computed by an independent bitwise implementation.
const reportCRC64 = "10285646722871970304"

func functionExample(name string) string { return "functions/" + name + "/function.tf" }

// All function examples are valid in one configuration, and the objects they create have the documented encryption.
//
// With our runner: the example is a directory of files, and the provider runs as a separate process.
func TestAccFunctionExamples(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
	w.Config()
	want := map[string]any{}
	for name, outputs := range functions() {
		w.Write(name+".tf", read(t, functionExample(name)))
		for output, value := range outputs {
			want[output] = value
		}
	}
	use(t, w, object+"/report.csv")
	// The example's provider block is for the real COS. An override file redirects it to the test server.
	w.Write("override.tf", acctest.ProviderBlock("region = "+acctest.Quote(world.Region()),
		"endpoint = "+acctest.Quote(world.URL()), "ca_certificate_file = "+acctest.Quote(world.CAFile())))
	w.Write("by_name.tf", `resource "cos_encrypted_object" "by_name" {
  bucket                = "examplebucket-1250000000"
  key                   = "by-name"
  content               = "c"
  sse_customer_key_name = "archive"
}
`)
	w.Env = append(w.Env, "TENCENTCLOUD_SECRET_ID="+world.SecretID(), "TENCENTCLOUD_SECRET_KEY="+world.SecretKey(),
		"TF_VAR_key_text=0123456789ABCDEF0123456789ABCDEF", "TF_VAR_archive_key="+acctest.KeyA, "TF_VAR_master_key="+acctest.KeyB)
	w.Apply()

	var outputs map[string]struct{ Value any }
	if err := json.Unmarshal([]byte(w.Run("output", "-json").Stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for name, output := range outputs {
		got[name] = output.Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	if md5 := w.Attributes("cos_encrypted_object.by_name")["sse_customer_key_md5"]; md5 != acctest.KeyAMD5 {
		t.Errorf("the key made of a text has the MD5 %v", md5)
	}
	if stored, _ := world.Stored("reports/2026.txt"); stored.KMSContext != `{"department":"finance","year":"2026"}` {
		t.Errorf("the context is %s", stored.KMSContext)
	}
	if found := acctest.Leaks(w.State(), acctest.KeyB); len(found) > 0 {
		t.Errorf("the state holds the master key, as %q", found)
	}
	w.EmptyPlan()
	w.Destroy()
	if left := world.Keys(exampleBucket); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
