package provider_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The guide names every environment variable that supplies credentials, and its
// blocks are formatted and valid.
//
// With our runner: the CLI formats and validates the guide's blocks.
func TestAccCredentialsGuide(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	read := func(name string) string {
		text, err := os.ReadFile(filepath.FromSlash(name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	guide := read("../../templates/guides/credentials.md")
	if guide != read("../../docs/guides/credentials.md") {
		t.Error("docs/guides is not what templates/guides has: run make generate")
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash("../credentials/source.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok {
			return true
		}
		name, _ := strconv.Unquote(literal.Value)
		if !regexp.MustCompile(`^(TENCENTCLOUD|TKE)_[A-Z_]+$`).MatchString(name) {
			return true
		}
		names++
		if !strings.Contains(guide, "`"+name+"`") {
			t.Errorf("the guide does not name %s", name)
		}
		return true
	})
	if names < 26 {
		t.Errorf("only %d variables were found", names)
	}
	blocks := regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(guide, -1)
	if len(blocks) != 4 {
		t.Errorf("%d blocks", len(blocks))
	}
	for _, block := range blocks {
		path := ws.Write("block.tf", block[1])
		if r := ws.Run("fmt", "-check", "-diff", path); r.Code != 0 {
			t.Errorf("a block is not formatted:\n%s", r.Output())
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		ws.Config(block[1])
		if r := ws.Run("validate"); r.Code != 0 {
			t.Errorf("a block is not valid:\n%s", r.Output())
		}
	}
}
