package acctest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// reason introduces the sentence that explains why a test does not use
// terraform-plugin-testing.
const reason = "With our runner:"

// acceptance matches TestAcc* but not TestAcceleration.
var acceptance = regexp.MustCompile(`^TestAcc[A-Z]`)

// At least two thirds of the acceptance tests that run a CLI use
// terraform-plugin-testing, which readers of other providers know. The others state why they cannot.
func TestHarness(t *testing.T) {
	t.Parallel()
	harness, others := 0, 0
	folders := testFiles(t)
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		declared := functions(folders[folder])
		for _, name := range slices.Sorted(maps.Keys(declared)) {
			if !acceptance.MatchString(name) {
				continue
			}
			calls := map[string]bool{}
			reach(declared, name, calls)
			switch {
			case calls["resource.Test"], calls["resource.ParallelTest"]:
				harness++
				continue
			case !calls["acctest.NewWorkspace"]:
				continue // it runs no CLI itself
			case !strings.Contains(declared[name].Doc.Text(), reason):
				t.Errorf("%s: %s runs the CLI with our runner: say above it, after %q, what terraform-plugin-testing cannot do", folder, name, reason)
			}
			others++
		}
	}
	if harness+others < 140 {
		t.Errorf("only %d acceptance tests were found", harness+others)
	}
	if 3*harness < 2*(harness+others) {
		t.Errorf("%d of %d acceptance tests are written with terraform-plugin-testing, want two thirds", harness, harness+others)
	}
	t.Logf("%d with terraform-plugin-testing, %d otherwise", harness, others)
}

// What happens between the plans after an apply is seen only where each of them is made: the launcher of the CLI makes
// one of them elsewhere.
func TestPlansWithSomethingBetween(t *testing.T) {
	t.Parallel()
	found := 0
	for folder, files := range testFiles(t) {
		for name, f := range functions(files) {
			between, every := false, false
			ast.Inspect(f, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					between, every = between || id.Name == "PostApplyPreRefresh", every || id.Name == "EveryPlan"
				}
				return true
			})
			if between {
				found++
			}
			if between && !every {
				t.Errorf("%s: %s has checks after a plan without a refresh, and no tfcli.EveryPlan in the configuration", folder, name)
			}
		}
	}
	if found < 3 {
		t.Errorf("only %d such tests were found", found)
	}
}

// testFiles parses the tests of the module, by folder.
func testFiles(t *testing.T) map[string][]*ast.File {
	t.Helper()
	folders := map[string][]*ast.File{}
	err := filepath.WalkDir("../../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && strings.Trim(entry.Name(), ".") != "" {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ParseComments|parser.SkipObjectResolution)
		folders[filepath.Dir(path)] = append(folders[filepath.Dir(path)], file)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return folders
}

// functions returns the functions and methods of a package by name.
func functions(files []*ast.File) map[string]*ast.FuncDecl {
	declared := map[string]*ast.FuncDecl{}
	for _, file := range files {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				declared[f.Name.Name] = f
			}
		}
	}
	return declared
}

// reach collects the names that a function calls, directly or through functions
// of its package.
func reach(declared map[string]*ast.FuncDecl, name string, calls map[string]bool) {
	if calls[name] || declared[name] == nil {
		return
	}
	calls[name] = true
	ast.Inspect(declared[name], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if of, ok := n.X.(*ast.Ident); ok {
				calls[of.Name+"."+n.Sel.Name] = true
			}
			reach(declared, n.Sel.Name, calls)
		case *ast.Ident:
			reach(declared, n.Name, calls)
		}
		return true
	})
}
