package pages_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// title matches the summary of a diagnostic: at least two words in title case
// without a full stop.
var title = regexp.MustCompile(`^[A-Z][A-Za-z'-]*( ([A-Z][A-Za-z'-]*|\.well-known|a|an|and|as|at|by|for|from|in|is|not|of|on|or|the|to|with|without))+$`)

// summaryAt maps functions to the position of their summary argument.
var summaryAt = map[string]int{
	"AddError": 0, "AddWarning": 0, "AddAttributeError": 1, "AddAttributeWarning": 1,
	"NewErrorDiagnostic": 0, "NewWarningDiagnostic": 0, "NewAttributeErrorDiagnostic": 1, "NewAttributeWarningDiagnostic": 1,
}

// summaries returns the summaries of all diagnostics, each with a file that
// contains it. Functions may pass summaries on, so every string literal in title
// case counts.
func summaries(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, name := range files(t, "internal", ".go") {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "internal/lab/") || strings.HasPrefix(name, "internal/cosmock/") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && title.MatchString(text) {
					found[text] = name
				}
			case *ast.CallExpr:
				if text, ok := literalSummary(n); ok && !title.MatchString(text) {
					t.Errorf("%s: the summary %q is not in title case", name, text)
				}
			}
			return true
		})
	}
	return found
}

// literalSummary returns the summary in a call that creates a diagnostic, if it
// is a literal.
func literalSummary(call *ast.CallExpr) (text string, ok bool) {
	selector, isSelector := call.Fun.(*ast.SelectorExpr)
	if !isSelector {
		return "", false
	}
	at, makes := summaryAt[selector.Sel.Name]
	if !makes || at >= len(call.Args) {
		return "", false
	}
	literal, isLiteral := call.Args[at].(*ast.BasicLit)
	if !isLiteral {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}

// The troubleshooting guide's index contains every summary of a diagnostic
// exactly once, and no others.
func TestTroubleshootingHasEveryDiagnostic(t *testing.T) {
	t.Parallel()
	_, index, ok := strings.Cut(guide(t, "troubleshooting"), "\n## Index\n")
	if !ok {
		t.Fatal("the guide has no index")
	}
	var listed []string
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`).FindAllStringSubmatch(index, -1) {
		if row[1] != "Summary" && row[1] != "---" {
			listed = append(listed, row[1])
		}
	}
	slices.Sort(listed)
	in := summaries(t)
	if len(in) < 100 {
		t.Fatalf("only %d summaries are in the source: they are looked for in the wrong place", len(in))
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(in)), listed); diff != "" {
		t.Errorf("the index of templates/guides/troubleshooting.md is not what the source has (-source +index):\n%s", diff)
	}
}
