package directory_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
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
	ws.Others = map[string]func() tfprotov6.ProviderServer{"acme/cos": provider.Server("test")}
	config := s.config(w, plain)
	ws.ConfigFrom("acme/cos", config)
	ws.Apply()
	before := ws.Attributes(resourceName)
	w.ResetRequests()

	// Each address has its own provider block, so the resource is renamed with it.
	ws.Config(strings.Replace(config, `"cos_encrypted_directory" "test"`, `"cos_encrypted_directory" "new"`, 1),
		"moved {\n  from = cos_encrypted_directory.test\n  to   = cos_encrypted_directory.new\n}\n")
	if out := ws.Apply().Text(); !strings.Contains(out, "0 added, 0 changed, 0 destroyed") {
		t.Errorf("got:\n%s", out)
	}
	if calls := counted(w); calls["PUT"]+calls["COPY"]+calls["DELETE"] > 0 {
		t.Errorf("the requests are %v", calls)
	}
	if diff := cmp.Diff(before, ws.Attributes("cos_encrypted_directory.new")); diff != "" {
		t.Errorf("the state (-before +after):\n%s", diff)
	}
	ws.EmptyPlan()
	ws.Run("destroy", "-auto-approve")
	if keys := w.Keys(w.Bucket()); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}
