package examples_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

const directory = "resources/cos_encrypted_directory"

// directoryFiles are the files that the directory examples upload.
var directoryFiles = []string{"site/index.html", "site/assets/app.3f2a.js", "config/app.json"}

func useTrees(t *testing.T, w *acctest.Workspace) {
	t.Helper()
	for _, name := range directoryFiles {
		at := filepath.Join(w.Dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(read(t, directory+"/"+name)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// With our runner: the example is a directory of files.
func TestAccEncryptedDirectoryExamples(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
	useTrees(t, w)
	w.Write("provider.tf", `terraform {
  required_providers {
    cos = { source = "cos-terraform/cos" }
  }
}
`+world.Provider())
	use(t, w, directory+"/resource.tf")
	use(t, w, directory+"/configuration.tf")
	// The third example replaces these resources.
	w.Write("from-for-each.tf", `resource "cos_encrypted_object" "file" {
  for_each               = fileset("${path.module}/config", "**")
  bucket                 = "examplebucket-1250000000"
  key                    = "files/${each.value}"
  source                 = "${path.module}/config/${each.value}"
  server_side_encryption = "AES256"
}
`)
	w.Apply()
	o, ok := world.Server.Object("examplebucket-1250000000", "site/assets/app.3f2a.js")
	if !ok || !strings.Contains(o.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the asset is stored with %v", o.Header)
	}
	from := len(world.Requests())
	use(t, w, directory+"/from-for-each.tf")
	w.Apply()
	for _, r := range world.Requests()[from:] {
		if r.Method == "PUT" || r.Method == "DELETE" {
			t.Errorf("the move from for_each does %s", acctest.Call(r))
		}
	}
	w.EmptyPlan()
	w.Destroy()
}
