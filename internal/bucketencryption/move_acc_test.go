package bucketencryption_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// This provider may have another address, as a mirror or a fork. Its state is
// adopted without a write, and a destroy deletes the default encryption.
//
// With our runner: the provider has two addresses.
func TestAccMovedFromMirror(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Others = map[string]func() tfprotov6.ProviderServer{"acme/cos": provider.Server("test")}
	ws.ConfigFrom("acme/cos", w.Provider(), encryption(w, kms, kmsKey1))
	ws.Apply()
	before := ws.Attributes(address)
	w.ResetRequests()

	// Each address has its own provider block, so the resource is renamed with it.
	ws.Config(w.Provider(), strings.Replace(encryption(w, kms, kmsKey1), `"test"`, `"new"`, 1),
		"moved {\n  from = cos_bucket_encryption.test\n  to   = cos_bucket_encryption.new\n}\n")
	if out := ws.Apply().Text(); !strings.Contains(out, "0 added, 0 changed, 0 destroyed") {
		t.Errorf("got:\n%s", out)
	}
	if diff := cmp.Diff(before, ws.Attributes("cos_bucket_encryption.new")); diff != "" {
		t.Errorf("the state (-before +after):\n%s", diff)
	}
	ws.EmptyPlan()
	ws.Run("destroy", "-auto-approve")
	if all := calls(w, 0); len(all) == 0 || all[0] != "GET 200" || all[len(all)-2] != "DELETE 204" {
		t.Errorf("requests: %q", all)
	}
}
