package acctest

import (
	"context"
	"os"
	"sync"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// build is the provider that the tests of a package start as a program. Linking it takes longer than most of them, so it
// is built when the first one asks for it, and removed by Main.
type build struct {
	once   sync.Once
	folder string
	err    error
}

// built is that of the running tests.
var built build

// Build returns the folder of a built provider, for Workspace.Binary. It is shared: write nothing into it.
func Build(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.folder, built.err = os.MkdirTemp("", "cos-provider-"); built.err == nil { //nolint:usetesting // it outlives the test
			// Not under the context of one test: others wait for it.
			built.err = tfcli.Build(context.Background(), "", built.folder, "github.com/cos-terraform/terraform-provider-cos")
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.folder
}

func (b *build) remove() error {
	if b.folder == "" {
		return nil
	}
	return os.RemoveAll(b.folder)
}
