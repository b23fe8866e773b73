package object_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// A plan may be applied in another folder if the path of the source begins with
// path.module. The CLI itself rejects a path from path.cwd or abspath() before
// anything is sent. If the file is missing there, the provider's error names the
// cause.
//
// With our runner: a saved plan is applied in another folder.
func TestAccSourceInAnotherFolder(t *testing.T) {
	t.Parallel()
	binary := acctest.Build(t)
	for name, tc := range map[string]struct {
		source string
		gone   bool // the file is missing in the other folder
		says   []string
	}{
		"path.module":           {source: `"${path.module}/f.txt"`},
		"path.cwd":              {source: `"${path.cwd}/f.txt"`, says: []string{"inconsistent final plan"}},
		"abspath()":             {source: `abspath("f.txt")`, says: []string{"inconsistent final plan"}},
		"path.cwd, gone":        {source: `"${path.cwd}/f.txt"`, gone: true, says: []string{"there is no such file", "path.cwd or abspath()", "${path.module}"}},
		"path.module, and gone": {source: `"${path.module}/f.txt"`, gone: true, says: []string{"there is no such file", "starts at the folder that Terraform runs in", "/other"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Binary = binary // runs in the folder of the CLI
			file := ws.Write("f.txt", "hello")
			ws.Config(w.Provider(), w.Object("a", aes, "source = "+tc.source))
			ws.ChangedPlan("-out=plan")
			if tc.gone {
				must(t, os.Remove(file))
			}
			other := filepath.Join(t.TempDir(), "other")
			must(t, os.Rename(ws.Dir, other))
			ws.Dir = other
			w.ResetRequests()
			if tc.says == nil {
				applyPlan(t, ws)
				ws.EmptyPlan()
				return
			}
			checkReport(t, ws.Fail("apply", "plan"), tc.says)
			if diff := cmp.Diff([]string{}, append([]string{}, w.Calls()...)); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

// A pattern is not a file. It is rejected when it would create an object, but does
// not prevent anything else: a file may have an asterisk in its name, and be
// missing when its object is destroyed.
//
// With our runner: the provider runs as a separate program in the folder of the
// CLI.
func TestAccSourcePattern(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Binary = acctest.Build(t)
	object := w.Object("a", plain, `source = "${path.module}/a*.txt"`)
	ws.Config(w.Provider(), object)
	checkReport(t, ws.Fail("plan"), []string{"Source Is Not a File", "fileset(path.module", "each.value", "declare source_hash"})
	file := ws.Write("a*.txt", "hello")
	ws.Apply()
	ws.EmptyPlan()
	must(t, os.Remove(file))
	checkReport(t, ws.EmptyPlan(), []string{"Source Does Not Exist Yet", "fileset"})
	ws.Destroy()
	if keys := w.Keys(w.Bucket()); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
	ws.Config(w.Provider(), w.Object("a", plain, `source = "${path.module}/a*.txt"`, `source_hash = "1"`))
	checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Unable to Create Encrypted Object", "fileset"})
}
