package examples_test

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	objectData     = "data-sources/cos_encrypted_object/data-source.tf"
	auditCheck     = "data-sources/cos_encrypted_objects/check.tf"
	auditCondition = "data-sources/cos_encrypted_objects/postcondition.tf"
	versionsData   = "data-sources/cos_encrypted_object_versions/data-source.tf"
)

// The check only warns, while the postcondition fails the run.
//
// With our runner: the example is a directory of files.
func TestAccAuditExamples(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	put := func(key, body string, mode sse.Mode) {
		if err := world.PutObject(exampleBucket, key, cosmock.NewObject{Body: strings.NewReader(body), Mode: mode}); err != nil {
			t.Fatal(err)
		}
	}
	put("reports/plain.csv", "a,b", sse.ModeNone)
	put("app/settings.json", `{"log_level":"debug"}`, sse.ModeKMS)
	w.Config(world.Provider())
	use(t, w, objectData)
	use(t, w, auditCheck)
	if r := w.Apply(); !strings.Contains(r.Text(), "Not encrypted: reports/plain.csv") {
		t.Errorf("the check did not warn:\n%s", r.Output())
	}
	use(t, w, auditCondition)
	if r := w.Fail("apply", "-auto-approve"); !strings.Contains(r.Text(), "objects without encryption") {
		t.Errorf("the condition did not fail:\n%s", r.Output())
	}
	put("reports/plain.csv", "a,b", sse.ModeAES256)
	if r := w.Apply(); strings.Contains(r.Text(), "Not encrypted") {
		t.Errorf("the check warns of nothing:\n%s", r.Output())
	}
}

// The versions under the old key are listed, and so is the history of an object with its delete marker.
//
// With our runner: the example is a directory of files.
func TestAccVersionsExample(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	if err := world.SetVersioning(exampleBucket, cosmock.VersioningEnabled); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, kmsKey := range []string{acctest.KMSKey1, acctest.KMSKey2} {
		if err := world.PutObject(exampleBucket, "reports/a.csv", cosmock.NewObject{Body: strings.NewReader("a"), Mode: sse.ModeKMS, KMSKeyID: kmsKey}); err != nil {
			t.Fatal(err)
		}
		o, _ := world.Stored("reports/a.csv")
		ids = append(ids, o.VersionID)
	}
	if err := world.DeleteObject(exampleBucket, "reports/a.csv"); err != nil {
		t.Fatal(err)
	}
	w.Config(world.Provider())
	use(t, w, versionsData)
	out := w.Apply().Text()
	if !strings.Contains(out, "reports/a.csv "+ids[0]) || strings.Contains(out, ids[1]) {
		t.Errorf("the output is not of the version under the old key:\n%s", out)
	}
	shown := w.Run("state", "show", "data.cos_encrypted_object_versions.history").Text()
	if strings.Count(shown, "version_id =") != 3 || strings.Count(shown, "delete_marker = true") != 1 {
		t.Errorf("the history is not three versions:\n%s", shown)
	}
}
