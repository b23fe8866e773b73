package bucketencryption_test

import (
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// This provider may have another address, as a mirror or a fork. Its state is
// adopted without a write, and a destroy deletes the default encryption.
//
// With our runner: the provider has two addresses.
func TestAccMovedFromMirror(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.MoveFromMirror(w, "cos_bucket_encryption", w.Provider()+encryption(w, kms, kmsKey1))
	ws.Run("destroy", "-auto-approve")
	if all := calls(w, 0); len(all) == 0 || all[0] != "GET 200" || all[len(all)-2] != "DELETE 204" {
		t.Errorf("requests: %q", all)
	}
}
