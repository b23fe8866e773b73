package pages_test

import (
	"crypto/sha256"
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// chinesePrefix begins the names of the guides in Chinese. The registry shows
// guides of one folder only.
const chinesePrefix = "zh-cn-"

var (
	fenced   = regexp.MustCompile("(?ms)^```[^\n]*\n(.*?)^```$")
	comment  = regexp.MustCompile(`(?m)[ \t]*#.*$`)
	included = regexp.MustCompile(`\{\{[^}]*\}\}`)
)

// The Chinese README and guides are translations of the current English ones:
// whoever changes one of the two has to look at the other, and set the checksum
// that it begins with.
func TestChinesePages(t *testing.T) {
	t.Parallel()
	pages := map[string]string{"README.md": "README.zh-CN.md"}
	for _, name := range files(t, "templates/guides", ".md", ".tmpl") {
		folder, file := path.Split(name)
		if english, ok := strings.CutPrefix(file, chinesePrefix); ok {
			read(t, folder+english) // fails if there is no such page
		} else {
			pages[name] = folder + chinesePrefix + file
		}
	}
	for english, chinese := range pages {
		t.Run(chinese, func(t *testing.T) {
			t.Parallel()
			checkTranslation(t, english, chinese)
		})
	}
}

func checkTranslation(t *testing.T, english, chinese string) {
	t.Helper()
	from, to := read(t, english), read(t, chinese)
	want := fmt.Sprintf("Translated from %s, sha256 %x", english, sha256.Sum256([]byte(from)))
	if first, _, _ := strings.Cut(strings.TrimPrefix(to, "---\n"), "\n"); !strings.Contains(first, want) {
		t.Errorf("%s is not a translation of %s as it is now: bring it up to date, and set its first comment to\n%s", chinese, english, want)
	}
	for what, of := range map[string]func(string) []string{
		"code":     commands,
		"includes": func(page string) []string { return included.FindAllString(page, -1) },
		"links":    targets,
		"outline":  outline,
	} {
		if diff := cmp.Diff(of(from), of(to)); diff != "" {
			t.Errorf("the %s of the pages (-%s +%s):\n%s", what, english, chinese, diff)
		}
	}
}

// commands returns the code blocks of a page without comments.
func commands(page string) []string {
	var all []string
	for _, block := range fenced.FindAllStringSubmatch(page, -1) {
		all = append(all, comment.ReplaceAllString(block[1], ""))
	}
	return all
}

// targets returns the links of a page to other pages, in their order and as if
// they led to English pages, but for those to its translation and to a heading.
func targets(page string) []string {
	var all []string
	for _, found := range link.FindAllStringSubmatch(page, -1) {
		to, _, _ := strings.Cut(strings.Replace(found[1], chinesePrefix, "", 1), "#")
		if !strings.Contains(to, "://") && to != "" && to != "README.md" && to != "README.zh-CN.md" {
			all = append(all, to)
		}
	}
	return all
}

// outline returns the levels of a page's headings and the rows of its tables,
// each as the number of its cells.
func outline(page string) []string {
	var all []string
	if front, body, ok := strings.Cut(page, "\n---\n"); ok && strings.HasPrefix(front, "---\n") {
		page = body
	}
	for line := range strings.Lines(fence.ReplaceAllString(page, "")) {
		switch level := len(line) - len(strings.TrimLeft(line, "#")); {
		case level > 0:
			all = append(all, strings.Repeat("#", level))
		case strings.HasPrefix(line, "|"):
			all = append(all, fmt.Sprint("row of ", strings.Count(line, "|")-1))
		}
	}
	return all
}
