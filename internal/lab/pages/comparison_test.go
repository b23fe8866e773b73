package pages_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	provingTest = regexp.MustCompile("`((?:internal/[a-z0-9/]+|examples))\\.(Test\\w+)`")
	testName    = regexp.MustCompile(`\bTest[A-Z]\w*`)
	firstCell   = regexp.MustCompile(`(?m)^\| ([^|]+) \|`)
)

// Every test that the comparison names exists in the directory it names, so that
// no statement outlives its test.
func TestComparisonNamesTests(t *testing.T) {
	t.Parallel()
	page, tests := guide(t, "comparison"), map[string]string{}
	named := map[string]bool{}
	for _, found := range provingTest.FindAllStringSubmatch(page, -1) {
		folder, name := found[1], found[2]
		named[name] = true
		if _, ok := tests[folder]; !ok {
			tests[folder] = testsOf(t, folder)
		}
		if !strings.Contains(tests[folder], "\nfunc "+name+"(t *testing.T) {") {
			t.Errorf("%s has no test %s", folder, name)
		}
	}
	if len(named) < 40 {
		t.Errorf("only %d tests were found", len(named))
	}
	for _, name := range testName.FindAllString(page, -1) {
		if !named[name] {
			t.Errorf("%s is named without its folder", name)
		}
	}
}

// testsOf returns the text of all tests in a directory, excluding subdirectories.
func testsOf(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	for _, name := range files(t, folder, "_test.go") {
		if !strings.Contains(strings.TrimPrefix(name, folder+"/"), "/") {
			all.WriteString(read(t, name))
		}
	}
	return all.String()
}

// Every compared feature has a row in the list of tests, in the same order, and a
// cell for each provider.
func TestComparisonProvesEveryRow(t *testing.T) {
	t.Parallel()
	_, page, _ := strings.Cut(guide(t, "comparison"), "\n## Features\n")
	features, page, _ := strings.Cut(page, "\n## What others can do\n")
	_, page, _ = strings.Cut(page, "\n## Tests\n")
	proofs, _, _ := strings.Cut(page, "\n## Sources\n")
	compared, proved := rowsOf(features), rowsOf(proofs)
	if len(compared) < 30 {
		t.Fatalf("only %d features were found", len(compared))
	}
	if diff := cmp.Diff(compared, proved); diff != "" {
		t.Errorf("the list of tests is not that of the features (-features +tests):\n%s", diff)
	}
	for line := range strings.Lines(features) {
		if strings.HasPrefix(line, "|") && strings.Count(line, "|") != 8 {
			t.Errorf("not a cell for each provider: %s", line)
		}
	}
	for line := range strings.Lines(proofs) {
		if len(rowsOf(line)) > 0 && !provingTest.MatchString(line) {
			t.Errorf("no test: %s", line)
		}
	}
}

// rowsOf returns the first cells of all table rows except the headers.
func rowsOf(text string) []string {
	var rows []string
	for _, row := range firstCell.FindAllStringSubmatch(text, -1) {
		if strings.Trim(row[1], " -") != "" {
			rows = append(rows, row[1])
		}
	}
	return rows
}
