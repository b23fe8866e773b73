package pages_test

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	fence   = regexp.MustCompile("(?ms)^[ \t]*```.*?^[ \t]*```$")
	code    = regexp.MustCompile("`[^`\n]*`")
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
	anchor  = regexp.MustCompile(`<a id="([^"]+)">`)
)

// Every link and anchor in the pages, the README, CONTRIBUTING and SECURITY is
// valid.
func TestLinks(t *testing.T) {
	t.Parallel()
	pages := append(files(t, "docs", ".md"), "README.md", "README.zh-CN.md", "CONTRIBUTING.md", "SECURITY.md")
	checked := 0
	for _, page := range pages {
		text := code.ReplaceAllString(fence.ReplaceAllString(read(t, page), ""), "")
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			checked++
			checkLink(t, page, found[1])
		}
	}
	if checked < 100 {
		t.Errorf("only %d links were found", checked)
	}
	t.Logf("%d links of %d pages", checked, len(pages))
}

// checkLink follows a link on a page. Registry pages link to each other without
// an extension.
func checkLink(t *testing.T, page, to string) {
	t.Helper()
	name, fragment, _ := strings.Cut(to, "#")
	target := page
	if name != "" {
		target = path.Join(path.Dir(page), name)
	}
	at := filepath.Join(root, filepath.FromSlash(target))
	if info, err := os.Stat(at); err != nil {
		target += ".md"
		if _, err := os.Stat(at + ".md"); err != nil {
			t.Errorf("%s links to %s, and there is no such page", page, to)
			return
		}
	} else if info.IsDir() {
		if fragment != "" {
			t.Errorf("%s links to an anchor in the folder %s", page, to)
		}
		return
	}
	if fragment != "" && !anchors(read(t, target))[fragment] {
		t.Errorf("%s links to %s, and %s has no such heading", page, to, target)
	}
}

// anchors returns the anchors of a page, from headings and explicit ones.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, explicit := range anchor.FindAllStringSubmatch(text, -1) {
		found[explicit[1]] = true
	}
	for _, h := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		found[slug(h[1])] = true
	}
	return found
}

// slug returns the anchor that GitHub and the registry generate for a heading.
func slug(heading string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(heading)) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('-')
		}
	}
	return b.String()
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for heading, want := range map[string]string{
		"By ID":                            "by-id",
		"Use with tencentcloud_cos_bucket": "use-with-tencentcloud_cos_bucket",
		"The `terraform` command, again":   "the-terraform-command-again",
		"为加密":                              "为加密",
	} {
		if got := slug(heading); got != want {
			t.Errorf("slug(%q) = %q, want %q", heading, got, want)
		}
	}
}

// Each README links to every guide in its language.
func TestReadmeLinksToEveryGuide(t *testing.T) {
	t.Parallel()
	english, chinese := read(t, "README.md"), read(t, "README.zh-CN.md")
	for _, template := range files(t, "templates/guides", ".md", ".tmpl") {
		page := strings.TrimSuffix(strings.TrimPrefix(template, "templates/"), ".tmpl")
		name, readme := "README.md", english
		if strings.HasPrefix(path.Base(page), chinesePrefix) {
			name, readme = "README.zh-CN.md", chinese
		}
		if strings.Count(page, "/") == 1 && !strings.Contains(readme, "(docs/"+page+")") {
			t.Errorf("%s does not link to docs/%s", name, page)
		}
	}
}
