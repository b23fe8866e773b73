package examples_test

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	objectData     = "data-sources/cos_encrypted_object/data-source.tf"
	auditCheck     = "data-sources/cos_encrypted_objects/check.tf"
	auditCondition = "data-sources/cos_encrypted_objects/postcondition.tf"
)

// The check only warns of what it finds, and the postcondition fails the run.
// With our runner: the example is a folder of files, and the provider is a program of its own.
func TestAccAuditExamples(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
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
