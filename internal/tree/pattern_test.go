package tree

import (
	"errors"
	"strings"
	"testing"

	"github.com/bmatcuk/doublestar/v4"
)

func mustParse(t testing.TB, texts ...string) []Pattern {
	t.Helper()
	var all []Pattern
	for _, text := range texts {
		p, err := ParsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// A pattern that can never match, or that matches something other than it seems
// to, would silently leave files out.
func TestPatternThatSilentlyMatchesNothing(t *testing.T) {
	t.Parallel()
	for pattern, says := range map[string]string{
		"":                                 "** matches every file",
		"/a":                               `leave the leading "/" out`,
		"./a":                              `leave the leading "./" out`,
		"../a":                             `part ".."`,
		"a/./b":                            `part "."`,
		"a//b":                             `part ""`,
		"{a,}/b":                           `part ""`,
		"**.html":                          "write **/*.html instead of **.html",
		"a/b**":                            "only between slashes",
		"{a,**.js}":                        "only between slashes",
		"[a":                               "has no counterpart",
		"{a":                               "has no counterpart",
		"a}":                               "has no counterpart",
		`a\`:                               "has no counterpart",
		"[]":                               "has no counterpart",
		"[a/b]":                            "slash in brackets",
		`a\/b`:                             "slash cannot be escaped",
		"\xff":                             "not valid UTF-8",
		strings.Repeat("a/", maxSegments):  "more than 60 slashes",
		strings.Repeat("{a,b}", 9):         "more than 256",
		strings.Repeat("{a,{b,{c,d}}}", 9): "more than 256",
	} {
		_, err := ParsePattern(pattern)
		if !errors.Is(err, ErrPattern) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want it to say %q", pattern, err, says)
		}
	}
}

func TestPatternMatches(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		pattern  string
		yes, not []string
	}{
		"everything":               {"**", []string{"a", "a/b/c", ".a/b"}, nil},
		"a folder by its slash":    {"a/", []string{"a/b", "a/b/c"}, []string{"b/a", "ab/c"}},
		"folders by their slash":   {"{a,b}/", []string{"a/x", "b/x"}, []string{"c/x"}},
		"a slash in one brace":     {"{a/,b.txt}", []string{"a/x/y", "b.txt"}, []string{"a.txt"}},
		"anywhere":                 {"**/*.js", []string{"a.js", "x/y/a.js"}, []string{"a.jsx", "a.js/b"}},
		"one star, one folder":     {"*/a", []string{"x/a"}, []string{"a", "x/y/a"}},
		"two double stars":         {"**/a/**/b", []string{"a/b", "x/a/y/z/b", "a/a/b/b"}, []string{"a", "b", "x/b"}},
		"case":                     {"A.TXT", []string{"A.TXT"}, []string{"a.txt"}},
		"brackets":                 {"[ab]?[^c]", []string{"axd", "bcd"}, []string{"axc", "cxd"}},
		"braces within braces":     {"{a,b{c,d/e}}.x", []string{"a.x", "bc.x", "bd/e.x"}, []string{"b.x"}},
		"a brace in brackets":      {"[{]a[}]", []string{"{a}"}, []string{"a"}},
		"escaped":                  {`\*\{a\,b\}`, []string{"*{a,b}"}, []string{"xa"}},
		"a backslash in a name":    {`a\\b`, []string{`a\b`}, []string{"a/b", "ab"}},
		"dots are names to rules":  {"**/*.html", []string{".well-known/.x.html"}, nil},
		"Unicode":                  {"?/é*", []string{"ü/état"}, []string{"uu/état"}},
		"many stars in one part":   {"*a*a*a*a*a*b", []string{"aaaaaaab"}, []string{strings.Repeat("a", 200)}},
		"many double stars at all": {strings.Repeat("**/", 25) + "b", []string{strings.Repeat("a/", 50) + "b"}, []string{strings.Repeat("a/", 200) + "c"}},
	} {
		p := mustParse(t, tc.pattern)[0]
		for _, path := range tc.yes {
			if !p.Match(path) {
				t.Errorf("%s: %q does not match %q", name, tc.pattern, path)
			}
		}
		for _, path := range tc.not {
			if p.Match(path) {
				t.Errorf("%s: %q matches %q", name, tc.pattern, path)
			}
		}
	}
}

// A directory is only read if a pattern can match its contents, because others
// may be unreadable.
func TestPatternBelow(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		pattern, folder string
		want            bool
	}{
		{"**", "a/b", true},
		{"a/b/*.js", "a", true},
		{"a/b/*.js", "a/b", true},
		{"a/b/*.js", "a/c", false},
		{"a/b/*.js", "a/b/c", false},
		{"*.js", "a", false},
		{"{a,b/c}/d", "b", true},
		{"{a,b/c}/d", "c", false},
		{"a/**/z", "a/q/r", true},
		{"a/**", "a", true},
	} {
		if _, below := mustParse(t, tc.pattern)[0].match(tc.folder); below != tc.want {
			t.Errorf("%s below %s: got %v", tc.pattern, tc.folder, below)
		}
	}
}

// The segments are matched one by one; the result must equal the library's for
// the whole pattern.
func FuzzPatternAgainstLibrary(f *testing.F) {
	for _, seed := range [][2]string{
		{"**/*.js", "a/b.js"},
		{"a/**/b/**/c", "a/b/b/c/c"},
		{"{a,b/c}/d{e,f}", "b/c/df"},
		{`\*[a-c]?`, "*bx"},
		{"**/a*/**", "x/ab/c"},
		{"[^a]/b", "c/b"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, path string) {
		p, err := ParsePattern(pattern)
		if err != nil || len(pattern) > 50 || len(path) > 100 ||
			strings.Contains(pattern, "[") && strings.ContainsAny(pattern, "{}") || // the library looks for braces in brackets
			strings.HasSuffix(pattern, "/") || strings.Contains(pattern, "/,") || strings.Contains(pattern, "/}") || // patterns that have another meaning here
			path == "" || strings.Contains("/"+path+"/", "//") {
			return
		}
		want, err := doublestar.Match(pattern, path)
		if err != nil {
			return
		}
		if got := p.Match(path); got != want {
			t.Errorf("%q on %q: got %v, the library says %v", pattern, path, got, want)
		}
	})
}
