package examples_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// modules are the folders of examples/modules.
var modules = []string{"encrypted-object", "encrypted-website"}

// moduleFiles returns the files of the modules and the workflow that tests them. The test of the workflow uses all.
func moduleFiles() []string {
	files := []string{moduleWorkflow}
	for _, module := range modules {
		err := fs.WalkDir(os.DirFS("."), "modules/"+module, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			panic(err)
		}
	}
	return files
}

// moduleBlocks returns the blocks of a type in a file, by their label, in the order of the file.
func moduleBlocks(t *testing.T, path, kind string) []*hclsyntax.Block {
	t.Helper()
	return blocksOf(t, read(t, path), path, kind)
}

func blocksOf(t *testing.T, text, name, kind string) []*hclsyntax.Block {
	t.Helper()
	file, diagnostics := hclparse.NewParser().ParseHCL([]byte(text), name)
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		t.Fatalf("%s is %T", name, file.Body)
	}
	var found []*hclsyntax.Block
	for _, block := range body.Blocks {
		if block.Type == kind {
			found = append(found, block)
		}
	}
	return found
}

// labels returns the first labels of blocks.
func labels(blocks []*hclsyntax.Block) []string {
	var names []string
	for _, block := range blocks {
		names = append(names, block.Labels[0])
	}
	return names
}

func description(t *testing.T, block *hclsyntax.Block) string {
	t.Helper()
	attribute := block.Body.Attributes["description"]
	if attribute == nil {
		t.Fatalf("%s has no description", block.Labels[0])
	}
	value, diagnostics := attribute.Expr.Value(nil)
	if diagnostics.HasErrors() || value.Type() != cty.String || value.AsString() == "" {
		t.Fatalf("the description of %s is %#v, %s", block.Labels[0], value, diagnostics)
	}
	return value.AsString()
}

// The README of a module lists its variables and outputs as they are declared.
func TestModulePages(t *testing.T) {
	t.Parallel()
	for _, module := range modules {
		page := read(t, "modules/"+module+"/README.md")
		inputs := "| Name | Description | Default |\n| --- | --- | --- |\n"
		path := "modules/" + module + "/variables.tf"
		source := read(t, path)
		for _, variable := range moduleBlocks(t, path, "variable") {
			value := "required"
			if attribute := variable.Body.Attributes["default"]; attribute != nil {
				of := attribute.Expr.Range()
				value = "`" + source[of.Start.Byte:of.End.Byte] + "`"
			}
			inputs += fmt.Sprintf("| `%s` | %s | %s |\n", variable.Labels[0], description(t, variable), value)
		}
		outputs := "| Name | Description |\n| --- | --- |\n"
		for _, output := range moduleBlocks(t, "modules/"+module+"/outputs.tf", "output") {
			outputs += fmt.Sprintf("| `%s` | %s |\n", output.Labels[0], description(t, output))
		}
		for _, table := range []string{"## Inputs\n\n" + inputs, "## Outputs\n\n" + outputs} {
			if !strings.Contains(page, table) {
				t.Errorf("the README of %s has another table than:\n%s", module, table)
			}
		}
	}
}

// Every validation of a variable is expected by a test, and every output is read by one.
func TestModuleTestsAreComplete(t *testing.T) {
	t.Parallel()
	for _, module := range modules {
		var tests strings.Builder
		refused := map[string]bool{}
		for _, path := range moduleTests(t, module) {
			text := read(t, path)
			tests.WriteString(text)
			for _, run := range moduleBlocks(t, path, "run") {
				if expected := run.Body.Attributes["expect_failures"]; expected != nil {
					for _, traversal := range expected.Expr.Variables() {
						refused[name(traversal)] = true
					}
				}
			}
		}
		for _, variable := range moduleBlocks(t, "modules/"+module+"/variables.tf", "variable") {
			validated := slices.ContainsFunc(variable.Body.Blocks, func(b *hclsyntax.Block) bool { return b.Type == "validation" })
			if validated != refused["var."+variable.Labels[0]] {
				t.Errorf("%s: %s has a validation: %v, and a test expects it to fail: %v", module, variable.Labels[0], validated, !validated)
			}
		}
		for _, output := range moduleBlocks(t, "modules/"+module+"/outputs.tf", "output") {
			// What only passes an argument on needs no test.
			if !slices.Contains([]string{"bucket", "key", "prefix", "region", "total_size"}, output.Labels[0]) &&
				!regexp.MustCompile(`\boutput\.`+output.Labels[0]+`\b`).MatchString(tests.String()) {
				t.Errorf("%s: no test reads the output %s", module, output.Labels[0])
			}
		}
	}
}

// name returns a traversal of attributes as it is written.
func name(traversal hcl.Traversal) string {
	parts := []string{traversal.RootName()}
	for _, step := range traversal[1:] {
		if attribute, ok := step.(hcl.TraverseAttr); ok {
			parts = append(parts, attribute.Name)
		}
	}
	return strings.Join(parts, ".")
}

// moduleTests returns the paths of the files of tests of a module.
func moduleTests(t *testing.T, module string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.FromSlash("modules/" + module + "/tests/*.tftest.hcl"))
	if err != nil || len(found) == 0 {
		t.Fatalf("%s has no tests, %v", module, err)
	}
	for i, path := range found {
		found[i] = filepath.ToSlash(path)
	}
	return found
}

// The modules work as their pages call them, and an object that is to be under a customer key does not get the default
// encryption of the provider if the key is missing.
//
// With our runner: the modules are folders of files.
func TestAccModulePages(t *testing.T) {
	t.Parallel()
	world, w := stage(t)
	if err := os.CopyFS(filepath.Join(w.Dir, "modules"), os.DirFS("modules")); err != nil {
		t.Fatal(err)
	}
	for _, name := range directoryFiles {
		w.Write(name, read(t, directory+"/"+name))
	}
	w.Write("site/app.js.map", "{}")
	w.Write("report.csv", "a,b\n")
	published := regexp.MustCompile(`"github\.com/cos-terraform/terraform-provider-cos//examples/(modules/[\w-]+)\?ref=v0\.1\.0"`)
	calls := 0
	for _, module := range modules {
		for i, block := range fencedTerraform.FindAllStringSubmatch(read(t, "modules/"+module+"/README.md"), -1) {
			calls += len(blocksOf(t, block[1], module+"/README.md", "module"))
			w.Write(fmt.Sprintf("%s-%d.tf", module, i), published.ReplaceAllString(block[1], `"./$1"`))
		}
	}
	if calls != 3 {
		t.Fatalf("the pages call the modules %d times: each call needs a place in this test", calls)
	}
	w.Write("provider.tf", required+world.Provider(`default_encryption = { server_side_encryption = "AES256" }`))
	if r := w.Run("get"); r.Code != 0 {
		t.Fatalf("terraform get:\n%s", r.Output())
	}
	if r := w.Fail("plan"); !strings.Contains(r.Text(), "would not be encrypted as declared") {
		t.Errorf("without the key:\n%s", r.Output())
	}
	w.Env = append(w.Env, "TF_VAR_backup_key="+acctest.KeyA)
	w.Apply()
	for key, want := range map[string]sse.Mode{"reports/2026.csv": sse.ModeKMS, "backup/2026.csv": sse.ModeCustomer, "site/index.html": sse.ModeAES256} {
		if o, ok := world.Server.Object(exampleBucket, key); !ok || o.Mode != want {
			t.Errorf("%s is stored under %q, want %q", key, o.Mode, want)
		}
	}
	if _, ok := world.Server.Object(exampleBucket, "site/app.js.map"); ok {
		t.Error("the source map was uploaded")
	}
	if strings.Contains(w.State(), acctest.KeyA) {
		t.Error("the key is in the state")
	}
}

var fencedTerraform = regexp.MustCompile("(?s)```terraform\n(.*?)```")
