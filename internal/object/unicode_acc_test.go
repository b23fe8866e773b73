package object_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"golang.org/x/text/unicode/norm"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// fileset finds a file with a decomposed name, as macOS writes it, and the file is
// uploaded although the CLI composes the result of fileset.
func TestAccDecomposedFileName(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, norm.NFD.String("größe.txt")), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	config := w.Provider() + `
locals { file = one(fileset(` + acctest.Quote(dir) + `, "*")) }
` + w.Object("größe.txt", plain, `source = "`+dir+`/${local.file}"`)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: config,
				Check: func(*terraform.State) error {
					if stored, ok := w.Stored("größe.txt"); !ok || stored.Size != 5 {
						t.Errorf("stored are %q", w.Keys(w.Bucket()))
					}
					return nil
				},
			},
			{
				Config:           config,
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			},
		},
	})
}

// The CLI composes keys, even in import blocks, so an object with a decomposed key
// does not exist for it.
func TestAccImportDecomposedKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	decomposed := norm.NFD.String("größe.txt")
	must(t, w.PutObject(w.Bucket(), decomposed, cosmock.NewObject{Body: strings.NewReader("x"), Mode: sse.ModeAES256}))
	config := w.Provider() + w.Object("größe.txt", plain, `content = "x"`)
	imported := func(key, says string) resource.TestStep {
		return resource.TestStep{
			Config:        config,
			ResourceName:  address,
			ImportState:   true,
			ImportStateId: w.Bucket() + "/" + key,
			ExpectError:   regexp.MustCompile(says),
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			imported("größe.txt", `(?s)decomposed\s+form`),
			imported("none.txt", `non-existent`),
		},
	})
}
