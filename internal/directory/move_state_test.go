package directory_test

import (
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// This provider may have another address, as a mirror or a fork. Its state,
// including the record of the files, is adopted without a write, and a destroy
// deletes what the other provider wrote.
//
// With our runner: the provider has two addresses.
func TestAccMovedFromMirror(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b/index.html")
	ws := acctest.NewWorkspace(t)
	ws.MoveFromMirror(w, "cos_encrypted_directory", s.config(w, plain))
	if calls := counted(w); calls["PUT"]+calls["COPY"]+calls["DELETE"] > 0 {
		t.Errorf("the requests are %v", calls)
	}
	ws.Run("destroy", "-auto-approve")
	if keys := w.Keys(w.Bucket()); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}
