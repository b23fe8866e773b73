package object_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

var hclBlock = regexp.MustCompile("(?s)```terraform\n(.*?)```")

// The examples in the guide on customer keys are formatted HCL. Those that need no
// other provider work as the guide says.
//
// With our runner: the CLI formats the examples.
func TestAccGuide(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	text, err := os.ReadFile(filepath.FromSlash("../../templates/guides/customer-keys.md"))
	must(t, err)
	published, err := os.ReadFile(filepath.FromSlash("../../docs/guides/customer-keys.md"))
	must(t, err)
	if string(text) != string(published) {
		t.Error("docs/guides is not what templates/guides has: run make generate")
	}
	const bucket = "examplebucket-1250000000"
	w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{bucket} })
	applied := 0
	for _, block := range hclBlock.FindAllStringSubmatch(string(text), -1) {
		file := ws.Write("block.tf", block[1])
		if r := ws.Run("fmt", "-check", "-diff", file); r.Code != 0 {
			t.Errorf("a block is not formatted:\n%s", r.Output())
		}
		must(t, os.Remove(file))
		if !strings.Contains(block[1], "derive_customer_key") {
			continue
		}
		applied++
		// This process serves the provider, and runs in another folder.
		for _, name := range []string{"a.csv", "b.csv"} {
			ws.Write(name, name)
		}
		ws.Env = []string{"TF_VAR_master_key=" + acctest.KeyA}
		ws.Config(w.Provider(), strings.ReplaceAll(block[1], "${path.module}", filepath.ToSlash(ws.Dir)))
		ws.Apply()
		ws.EmptyPlan()
		a, _ := w.Stored("a.csv")
		b, _ := w.Stored("b.csv")
		if a.CustomerKeyMD5 == "" || a.CustomerKeyMD5 == b.CustomerKeyMD5 {
			t.Errorf("the objects are under the keys of MD5 %q and %q", a.CustomerKeyMD5, b.CustomerKeyMD5)
		}
	}
	if applied != 1 {
		t.Errorf("%d blocks were applied, want 1", applied)
	}
}
