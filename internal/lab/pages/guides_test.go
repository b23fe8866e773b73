package pages_test

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"
)

// untested lists the templates with Terraform blocks that no test runs, and the
// reason.
var untested = map[string]string{
	"resources/bucket_encryption.md.tmpl": "the block needs the official provider, and the page says that it was not tried",
}

// Every Terraform block is an included example, which a test applies, or is on a
// page that a test reads by name.
func TestEveryBlockIsTested(t *testing.T) {
	t.Parallel()
	var tests strings.Builder
	names := append(files(t, "internal", "_test.go"), files(t, "examples", "_test.go")...)
	for _, name := range append(names, "install_test.go") {
		if !strings.HasPrefix(name, "internal/lab/pages/") {
			tests.WriteString(read(t, name))
		}
	}
	for _, name := range files(t, "templates", ".md", ".tmpl") {
		page := strings.Replace(strings.TrimPrefix(name, "templates/"), chinesePrefix, "", 1) // its blocks are the English ones
		blocks := strings.Count(read(t, name), "```terraform\n") + strings.Count(read(t, name), "```hcl\n")
		tested := strings.Contains(tests.String(), path.Base(page)+"\"")
		switch reason := untested[page]; {
		case blocks > 0 && !tested && reason == "":
			t.Errorf("%s has %d blocks of Terraform's language that no test tries: move them to examples/ and include them with tffile, or have a test read the page", name, blocks)
		case reason != "" && (blocks == 0 || tested):
			t.Errorf("%s has no untested blocks any more: remove it from the list", name)
		}
	}
}

// Every guide starts with its purpose, followed soon by an example, and belongs
// to a group of the registry's navigation.
func TestGuidesBeginWithAnExample(t *testing.T) {
	t.Parallel()
	for _, name := range files(t, "templates/guides", ".md", ".tmpl") {
		text := read(t, name)
		if !regexp.MustCompile(`(?m)^subcategory: "[^"]+"$`).MatchString(text) {
			t.Errorf("%s has no subcategory", name)
		}
		_, body, _ := strings.Cut(text, "\n# ")
		first := strings.Index(body, "```")
		if include := strings.Index(body, "{{ tffile"); include >= 0 && (first < 0 || include < first) {
			first = include
		}
		if first < 0 || strings.Count(body[:first], "\n## ") > 2 {
			t.Errorf("%s has no example in its first two sections", name)
		}
	}
}

// Only one page lists where secrets are stored, since a second table would soon
// differ.
func TestOneTableOfSecrets(t *testing.T) {
	t.Parallel()
	header := regexp.MustCompile(`(?m)^\|[^\n]*\| (Saved plan file|Plan file|State and its backup)[^\n]*\|$`)
	var with []string
	for _, name := range files(t, "templates", ".md", ".tmpl") {
		if header.MatchString(read(t, name)) {
			with = append(with, name)
		}
	}
	if got, want := fmt.Sprint(with), "[templates/guides/secrets.md]"; got != want {
		t.Errorf("tables of where secrets rest are in %s, want them in %s", got, want)
	}
}
