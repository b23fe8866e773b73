package examples_test

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	bucketEncryption     = "resources/cos_bucket_encryption"
	bucketEncryptionData = "data-sources/cos_bucket_encryption/data-source.tf"
	bucketEncryptionName = "cos_bucket_encryption.reports"
)

// With our runner: the example is a directory of files.
func TestAccBucketEncryptionExamples(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	w.Config(world.Provider())
	use(t, w, bucketEncryption+"/resource.tf")
	w.Apply()
	if got := w.Attributes(bucketEncryptionName)["sse_kms_key_id"]; got != acctest.KMSKey1 {
		t.Errorf("the key is %v", got)
	}
	w.EmptyPlan()
	commands := 0
	forget := func() {
		if r := w.Run("state", "rm", bucketEncryptionName); r.Code != 0 {
			t.Fatal(r.Output())
		}
	}
	for line := range strings.Lines(read(t, bucketEncryption+"/import.sh")) {
		arguments, isCommand := strings.CutPrefix(strings.TrimSpace(line), "terraform ")
		if !isCommand {
			continue
		}
		commands++
		forget()
		if r := w.Run(strings.Fields(arguments)...); r.Code != 0 {
			t.Fatalf("%s:\n%s", line, r.Output())
		}
		w.EmptyPlan()
	}
	if commands == 0 {
		t.Error("there is no command in the example")
	}
	forget()
	use(t, w, bucketEncryption+"/import-by-string-id.tf")
	imported(t, w)
	w.Write("import-by-string-id.tf", "")
	forget()
	use(t, w, bucketEncryption+"/import-by-identity.tf")
	if hasIdentity(t, w) {
		imported(t, w)
	} else if r := w.Fail("plan"); !strings.Contains(r.Text(), "identity") {
		t.Errorf("refused for another reason:\n%s", r.Output())
	}
}

// With our runner: the example is a directory of files.
func TestAccBucketEncryptionDataExample(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	w.Config(world.Provider())
	use(t, w, bucketEncryptionData)
	if r := w.Fail("apply", "-auto-approve"); !strings.Contains(r.Text(), "by default") {
		t.Errorf("the condition did not fail:\n%s", r.Output())
	}
	if err := world.SetDefaultEncryption(exampleBucket, sse.ModeKMS, ""); err != nil {
		t.Fatal(err)
	}
	w.Apply()
}
