package bulk

import (
	"strings"
	"testing"
)

// A prefix that cuts through folders, or that gives copies an empty folder, is
// told; one that is the beginning of names on purpose is not.
func TestBoundary(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		prefix string
		keys   []string
		target string // the prefix of the copies; "-" if there are none
		says   []string
	}{
		"two folders":                  {"logs", []string{"logs/a", "logs/b", "logs-old/z", "logs-old/c"}, "-", []string{`"logs" is taken verbatim: besides 2 objects in the folder "logs/", it covers 2 objects`, `such as "logs-old/c"`, `write "logs/"`}},
		"a folder and a file":          {"logs", []string{"logs.txt", "logs/a"}, "-", []string{`covers 1 object`, `"logs.txt"`}},
		"copies of two folders":        {"logs", []string{"logs/a", "logs-old/c"}, "kept", []string{"logs-old/c"}},
		"an empty folder":              {"logs", []string{"logs/b", "logs/a"}, "kept/", []string{`The copy of "logs/a" is "kept//a"`, `write "logs/"`}},
		"an empty folder, at the root": {"logs", []string{"logs/a"}, "", []string{`The copy of "logs/a" is "/a"`}},
		"both":                         {"logs", []string{"logs/a", "logs-old/c"}, "kept/", []string{`"logs-old/c"`, `"kept//a"`}},
		"a folder":                     {"logs/", []string{"logs/a", "logs//b"}, "kept/", nil},
		"a folder without its slash":   {"logs", []string{"logs/a", "logs/b/c"}, "kept", nil},
		"beginnings of names":          {"logs/2026-1", []string{"logs/2026-10.gz", "logs/2026-11.gz"}, "kept/", nil},
		"everything":                   {"", []string{"/a", "b"}, "", nil},
		"the key itself":               {"logs", []string{"logs", "logs/a"}, "kept", nil},
		"nothing":                      {"logs", nil, "-", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := Boundary{prefix: tc.prefix}
			for _, key := range tc.keys {
				r := Result{Key: key}
				if tc.target != "-" {
					r.Target = tc.target + strings.TrimPrefix(key, tc.prefix)
				}
				b.add(r)
			}
			text := b.String()
			if (text != "") != (tc.says != nil) {
				t.Errorf("said %q", text)
			}
			for _, want := range tc.says {
				if !strings.Contains(text, want) {
					t.Errorf("%q does not say %q", text, want)
				}
			}
		})
	}
}
