package object_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A file that another resource writes during the same apply, and whose hash is
// only known then.
func TestAccSourceHashOfAFileWrittenMeanwhile(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	file := filepath.Join(ws.Dir, "built", "report.txt")
	config := func(text string) {
		ws.Config(w.Provider(), fmt.Sprintf(`
resource "terraform_data" "build" {
  triggers_replace = %[1]q
  input            = sha256(%[1]q)
  provisioner "local-exec" {
    command = "mkdir -p built && printf '%%s' '%[1]s' > built/report.txt"
  }
}
`, text), w.Object("a", plain, "source = "+acctest.Quote(file), "source_hash = terraform_data.build.output"))
	}
	config("first")
	ws.Apply()
	ws.EmptyPlan()
	checkStored(t, w, "a", "first", sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{})
	// On a fresh machine the file is not there, and nothing has changed.
	must(t, os.RemoveAll(filepath.Dir(file)))
	ws.EmptyPlan()
	config("second")
	ws.ChangedPlan("-out=plan")
	applyPlan(t, ws)
	checkStored(t, w, "a", "second", sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{})
	ws.EmptyPlan()
}

func TestAccSourceHash(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	file := ws.Write("file", "hello")
	config := func(hash string, lines ...string) {
		ws.Config(w.Provider(), w.Object("a", append(lines, plain, "source = "+acctest.Quote(file), "source_hash = "+acctest.Quote(hash))...))
	}
	config("1")
	ws.Apply()
	// The same hash: the file is not read, whatever it holds.
	ws.Write("file", "not read")
	ws.EmptyPlan()
	config("1", `cache_control = "no-store"`)
	ws.Apply()
	checkStored(t, w, "a", "hello", sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{})
	// Another hash, and the same bytes: nothing is sent.
	ws.Write("file", "hello")
	config("2", `cache_control = "no-store"`)
	w.ResetRequests()
	ws.Apply()
	if len(wrote(w)) > 0 {
		t.Errorf("the same bytes were written again: %q", wrote(w))
	}
	ws.EmptyPlan()
	// Drift of the stored body shows and is repaired, with the bytes that were written.
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256}))
	checkReport(t, ws.ChangedPlan(), []string{`-> "11177612005948864433"`, "content_length = 6 -> 5"})
	ws.Write("file", "not what was written")
	checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Body Changed Since It Was Planned"})
	ws.Write("file", "hello")
	ws.Apply()
	checkStored(t, w, "a", "hello", sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{})
	ws.EmptyPlan()
	// Another hash, and other bytes.
	ws.Write("file", "other")
	config("3")
	ws.Apply()
	checkStored(t, w, "a", "other", sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{})
	// Declared on an imported object it costs no upload.
	imported := acctest.NewWorkspace(t)
	imported.Config(w.Provider(), w.Object("a", plain, "source = "+acctest.Quote(file), `source_hash = "3"`))
	imported.Run("import", testObject, importID)
	w.ResetRequests()
	imported.Apply()
	if len(wrote(w)) > 0 {
		t.Errorf("an import was written: %q", wrote(w))
	}
	imported.EmptyPlan()
}
