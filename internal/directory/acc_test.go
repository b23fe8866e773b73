package directory_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

const (
	resourceName = "cos_encrypted_directory.test"
	plain        = `server_side_encryption = "AES256"`
)

// site is a local directory with files.
type site struct {
	t   *testing.T
	dir string
}

func newSite(t *testing.T, files ...string) site {
	s := site{t, t.TempDir()}
	for _, f := range files {
		s.write(f, "content of "+f)
	}
	return s
}

func (s site) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s site) remove(name string) {
	s.t.Helper()
	if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
		s.t.Fatal(err)
	}
}

// config returns a provider and a directory resource for the site.
func (s site) config(w *acctest.World, lines ...string) string {
	return w.Provider() + s.resource(w, lines...)
}

func (s site) resource(w *acctest.World, lines ...string) string {
	all := append([]string{"bucket = " + acctest.Quote(w.Bucket()), `prefix = "site/"`, "source = " + acctest.Quote(s.dir)}, lines...)
	return "resource \"cos_encrypted_directory\" \"test\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

func action(a plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(resourceName, a)}}
}

func emptied(t *testing.T, w *acctest.World) func(*terraform.State) error {
	return func(*terraform.State) error {
		if keys := w.Keys(w.Bucket()); len(keys) > 0 {
			t.Errorf("left behind: %q", keys)
		}
		return nil
	}
}

func counted(w *acctest.World) map[string]int {
	calls := map[string]int{}
	for _, r := range w.Requests() {
		what := r.Method
		switch {
		case r.CopySource != "":
			what = "COPY"
		case r.Subresource != "":
			what += " ?" + r.Subresource
		case r.Method == "GET" && r.Key == "":
			what = "LIST"
		}
		calls[what]++
	}
	return calls
}

// A directory is created, left unchanged, changed in one file, and destroyed.
func TestAccDirectoryLifecycle(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "index.html", "app.js", "img/a.png")
	before := 0
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             emptied(t, w),
		Steps: []resource.TestStep{
			{
				Config:           s.config(w, plain),
				ConfigPlanChecks: action(plancheck.ResourceActionCreate),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(resourceName, tfjsonpath.New("file_count"), knownvalue.Int64Exact(3)),
					statecheck.ExpectKnownValue(resourceName, tfjsonpath.New("files"), knownvalue.MapSizeExact(3)),
				},
			},
			{
				Config:           s.config(w, plain),
				ConfigPlanChecks: action(plancheck.ResourceActionNoop),
			},
			{
				PreConfig: func() {
					s.write("app.js", "other content")
					before = counted(w)["PUT"]
				},
				Config:           s.config(w, plain),
				ConfigPlanChecks: action(plancheck.ResourceActionUpdate),
				Check: func(*terraform.State) error {
					if puts := counted(w)["PUT"] - before; puts != 1 {
						return fmt.Errorf("%d uploads for one changed file", puts)
					}
					o, ok := w.Stored("site/app.js")
					if !ok || o.Size != 13 {
						return fmt.Errorf("app.js is stored with %d bytes", o.Size)
					}
					return nil
				},
			},
		},
	})
}

func both(w *acctest.World, s site, lines ...string) string {
	return s.config(w, append([]string{plain}, lines...)...) + `
resource "cos_encrypted_object" "one" {
  bucket                 = ` + acctest.Quote(w.Bucket()) + `
  key                    = "site/a.js"
  content                = "content of a.js"
  server_side_encryption = "AES256"
}
`
}

// An object resource and a directory with the same key would undo each other's
// changes.
func TestAccObjectAndDirectoryOfOneKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             emptied(t, w),
		Steps: []resource.TestStep{
			{Config: both(w, s), ExpectError: regexp.MustCompile("Object Declared Twice")},
			{Config: both(w, s, `exclude = ["a.js"]`)},
			{Config: both(w, s), ExpectError: regexp.MustCompile("Object Declared Twice")},
		},
	})
}

// A file that moves from one directory resource to another always has an object.
func TestAccDirectoryIsSplit(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "img/b.png")
	split := s.config(w, plain, `exclude = ["img/"]`, `removed_files = "keep"`) + `
resource "cos_encrypted_directory" "images" {
  bucket                 = ` + acctest.Quote(w.Bucket()) + `
  prefix                 = "site/"
  source                 = ` + acctest.Quote(s.dir) + `
  include                = ["img/"]
  existing               = "adopt_identical"
  server_side_encryption = "AES256"
}
`
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             emptied(t, w),
		Steps: []resource.TestStep{
			{Config: s.config(w, plain)},
			{Config: split, Check: func(*terraform.State) error {
				if calls := counted(w); calls["PUT"] != 2 || calls["DELETE"] != 0 {
					return fmt.Errorf("the requests are %v", calls)
				}
				return nil
			}},
			{Config: split, PlanOnly: true},
		},
	})
}

// After a replacement that destroys first, the objects exist.
func TestAccDirectoryIsReplaced(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "index.html")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             emptied(t, w),
		Steps: []resource.TestStep{
			{Config: s.config(w, plain)},
			{
				Config:           s.config(w, plain),
				Taint:            []string{resourceName},
				ConfigPlanChecks: action(plancheck.ResourceActionReplace),
				Check: func(*terraform.State) error {
					if keys := w.Keys(w.Bucket()); len(keys) != 2 {
						return fmt.Errorf("stored: %q", keys)
					}
					return nil
				},
			},
			{Config: s.config(w, plain), PlanOnly: true},
		},
	})
}
