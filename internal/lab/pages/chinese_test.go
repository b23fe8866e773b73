package pages_test

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	fenced  = regexp.MustCompile("(?ms)^```[^\n]*\n(.*?)^```$")
	comment = regexp.MustCompile(`(?m)[ \t]*#.*$`)
)

// The Chinese README is a translation of the current one: whoever changes one of
// the two has to look at the other, and set the checksum that it begins with.
func TestChineseREADME(t *testing.T) {
	t.Parallel()
	english, chinese := read(t, "README.md"), read(t, "README.zh-CN.md")
	want := fmt.Sprintf("<!-- Translated from README.md, sha256 %x -->\n", sha256.Sum256([]byte(english)))
	if !strings.HasPrefix(chinese, want) {
		t.Errorf("README.zh-CN.md is not a translation of README.md as it is now: bring it up to date, and begin it with\n%s", want)
	}
	if diff := cmp.Diff(commands(english), commands(chinese)); diff != "" {
		t.Errorf("the code (-README.md +README.zh-CN.md):\n%s", diff)
	}
	if diff := cmp.Diff(targets(english, "README.zh-CN.md"), targets(chinese, "README.md")); diff != "" {
		t.Errorf("the links among the pages (-README.md +README.zh-CN.md):\n%s", diff)
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

// targets returns the links of a page to other pages, in their order, but for
// the one to its translation.
func targets(page, translation string) []string {
	var all []string
	for _, found := range link.FindAllStringSubmatch(page, -1) {
		if to := found[1]; !strings.Contains(to, "://") && to != translation {
			all = append(all, to)
		}
	}
	return all
}
