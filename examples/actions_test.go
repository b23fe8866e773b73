package examples_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	reencryptExample = "actions/cos_reencrypt_objects/action.tf"
	triggerExample   = "actions/cos_reencrypt_objects/trigger.tf"
	abortExample     = "actions/cos_abort_multipart_uploads/action.tf"
	restoreExample   = "actions/cos_restore_objects/action.tf"
	beforeExample    = "actions/cos_restore_objects/before.tf"
	copyExample      = "actions/cos_copy_objects/action.tf"
	backupBucket     = "backupbucket-1250000000" // bucket in the example of a copy
)

// exampleAction is an action block with its type and the literals of its config.
type exampleAction struct {
	kind   string
	config map[string]any
}

// actionsOf returns the action blocks of an example by name.
func actionsOf(t *testing.T, path string) map[string]exampleAction {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(read(t, path)), path, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	body, _ := file.Body.(*hclsyntax.Body)
	found := map[string]exampleAction{}
	for _, block := range body.Blocks {
		if block.Type != "action" {
			continue
		}
		a := exampleAction{block.Labels[0], map[string]any{}}
		for name, attribute := range block.Body.Blocks[0].Body.Attributes {
			value, diags := attribute.Expr.Value(nil)
			switch {
			case diags.HasErrors():
				t.Fatal(diags)
			case value.Type() == cty.Bool:
				a.config[name] = value.True()
			case value.Type() == cty.Number:
				n, _ := value.AsBigFloat().Int64()
				a.config[name] = int(n)
			default:
				a.config[name] = value.AsString()
			}
		}
		found[block.Labels[1]] = a
	}
	return found
}

// fillForActions stores the objects and uploads that the examples need.
func fillForActions(t *testing.T, w *acctest.World) {
	t.Helper()
	for key, o := range map[string]cosmock.NewObject{
		"reports/a.csv": {}, "reports/b.csv": {Mode: sse.ModeAES256}, "archive/old": {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}, "other": {},
		"backups/a": {Class: "ARCHIVE"}, "backups/b": {Class: "DEEP_ARCHIVE"}, "vault/a": {Class: "ARCHIVE"}, "ledger/a.csv": {},
	} {
		o.Body = strings.NewReader("body")
		if err := w.PutObject(exampleBucket, key, o); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.CreateBucket(backupBucket, "ap-shanghai"); err != nil {
		t.Fatal(err)
	}
	for key, age := range map[string]time.Duration{"forgotten": 8 * 24 * time.Hour, "under way": time.Hour} {
		if err := w.BeginUpload(exampleBucket, key, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
}

// checkReports checks the effects of the re-encryption examples.
func checkReports(t *testing.T, w *acctest.World, report string) {
	t.Helper()
	for key, want := range map[string]string{"reports/a.csv": acctest.KMSKey1, "reports/b.csv": acctest.KMSKey1, "archive/old": acctest.KMSKey1, "other": ""} {
		if o, _ := w.Stored(key); o.KMSKeyID != want {
			t.Errorf("%s is under the key %q, want %q", key, o.KMSKeyID, want)
		}
	}
	if lines, err := os.ReadFile(report); err != nil || strings.Count(string(lines), `"result":"done"`) != 2 {
		t.Errorf("the report: %v\n%s", err, lines)
	}
	if left := w.Uploads(exampleBucket); len(left) != 1 {
		t.Errorf("%d uploads are left", len(left))
	}
}

// checkRestored checks the effects of the restoration examples.
func checkRestored(t *testing.T, w *acctest.World, report string) {
	t.Helper()
	if o, _ := w.Stored("vault/a"); o.KMSKeyID != acctest.KMSKey1 || o.Class != "ARCHIVE" {
		t.Errorf("vault/a is under the key %q in the class %s", o.KMSKeyID, o.Class)
	}
	if lines, err := os.ReadFile(report); err != nil || strings.Count(string(lines), `"result":"requested"`) != 2 {
		t.Errorf("the report: %v\n%s", err, lines)
	}
}

// checkBackup checks the effect of the copy example.
func checkBackup(t *testing.T, w *acctest.World, report string) {
	t.Helper()
	if o, _ := w.Server.Object(backupBucket, "2026/ledger/a.csv"); o.KMSKeyID != acctest.KMSKey2 || o.Class != "STANDARD_IA" {
		t.Errorf("the backup is under the key %q in the class %s", o.KMSKeyID, o.Class)
	}
	if lines, err := os.ReadFile(report); err != nil || strings.Count(string(lines), `"target":"2026/ledger/a.csv","result":"done"`) != 1 {
		t.Errorf("the report: %v\n%s", err, lines)
	}
}

// The action examples work as documented. They are called over the protocol, so
// the test needs no CLI that supports actions.
func TestActionExamples(t *testing.T) {
	examples := map[string]exampleAction{}
	for _, path := range []string{reencryptExample, triggerExample, abortExample, restoreExample, beforeExample, copyExample} {
		maps.Copy(examples, actionsOf(t, path))
	}
	var ago atomic.Int64
	w := acctest.New(t, func(o *cosmock.Options) {
		o.Buckets = []string{exampleBucket}
		o.Now = func() time.Time { return time.Now().Add(-time.Duration(ago.Load())) }
	})
	ago.Store(int64(20 * 365 * 24 * time.Hour))
	fillForActions(t, w)
	ago.Store(0)
	t.Chdir(t.TempDir()) // directory of the report
	a := w.ActionServer(nil)
	invoke := func(name string) string {
		t.Helper()
		example := examples[name]
		delete(examples, name)
		run := a.Invoke(t.Context(), example.kind, example.config, nil)
		if len(run.Errors) > 0 {
			t.Fatal(run.Errors)
		}
		return strings.Join(run.Progress, "\n")
	}
	if told := invoke("estimate"); !strings.Contains(told, "2 planned") {
		t.Error(told)
	}
	invoke("reports")
	invoke("forgotten")
	checkReports(t, w, "reencryption.jsonl")
	for _, name := range []string{"backups", "first", "then"} {
		invoke(name)
	}
	checkRestored(t, w, "restored.jsonl")
	invoke("backup")
	checkBackup(t, w, "backup.jsonl")
	if told := invoke("renewal"); !strings.Contains(told, "1 object: 1 done") {
		t.Error(told)
	}
	if told := a.Invoke(t.Context(), "cos_reencrypt_objects", map[string]any{"bucket": exampleBucket, "prefix": "archive/", "server_side_encryption": "cos/kms"}, nil).Progress; !strings.Contains(told[len(told)-1], "1 right") {
		t.Error(told)
	}
	if len(examples) > 0 {
		t.Errorf("not tried: %v", examples)
	}
}

// The action examples work with a CLI that supports actions.
//
// With our runner: plugin-testing cannot invoke actions.
func TestAccActionExamples(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
	if !acctest.AtLeast(t, "1.14") {
		t.Skip("actions need version 1.14 of the CLI")
	}
	fillForActions(t, world)
	w.Config(world.Provider())
	for _, path := range []string{reencryptExample, abortExample, restoreExample, beforeExample, copyExample} {
		w.Write(filepath.Base(filepath.Dir(path))+"_"+filepath.Base(path), read(t, path))
	}
	w.Apply("-invoke=action.cos_reencrypt_objects.estimate")
	if o, _ := world.Stored("reports/a.csv"); o.Mode != sse.ModeNone {
		t.Error("the estimate writes")
	}
	w.Apply("-invoke=action.cos_reencrypt_objects.reports")
	w.Apply("-invoke=action.cos_abort_multipart_uploads.forgotten")
	checkReports(t, world, filepath.Join(w.Dir, "reencryption.jsonl"))
	w.Apply("-invoke=action.cos_restore_objects.backups")
	w.Apply("-invoke=action.cos_restore_objects.first")
	w.Apply("-invoke=action.cos_reencrypt_objects.then")
	checkRestored(t, world, filepath.Join(w.Dir, "restored.jsonl"))
	w.Apply("-invoke=action.cos_copy_objects.backup")
	checkBackup(t, world, filepath.Join(w.Dir, "backup.jsonl"))

	use(t, w, triggerExample)
	world.ResetRequests()
	w.Apply()
	if calls := world.CallsOf("archive/old"); !slices.Contains(calls, "HEAD 200") {
		t.Errorf("the trigger started nothing: %q", calls)
	}
	w.Destroy()
}

// An older CLI rejects action blocks, but otherwise works with the provider, even
// though the schema contains actions.
//
// With our runner: the CLI has to reject the configuration.
func TestAccActionsNeedANewerCLI(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	w.Config(world.Provider(), `resource "cos_encrypted_object" "test" {
  bucket                 = "examplebucket-1250000000"
  key                    = "k"
  content                = "c"
  server_side_encryption = "AES256"
}
`)
	w.Apply()
	w.EmptyPlan()
	if acctest.AtLeast(t, "1.14") {
		return
	}
	use(t, w, reencryptExample)
	if r := w.Fail("plan"); !strings.Contains(r.Text(), `Blocks of type "action" are not expected here`) {
		t.Errorf("refused for another reason:\n%s", r.Output())
	}
}
