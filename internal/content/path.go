package content

import (
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Resolve turns a path as a configuration has it into one that can be opened. A
// leading "~/" is the home folder. A name that is not there is looked for under
// the names that the CLI would have composed to it (NFC): file systems, above
// all those that macOS has written, need not compose. A path that leads nowhere
// is returned as it is, so that errors show what the user wrote.
func Resolve(path string) string {
	expanded := expandHome(path)
	if _, err := os.Lstat(expanded); err == nil || isASCII(expanded) {
		return expanded
	}
	found := filepath.VolumeName(expanded)
	for i, name := range strings.Split(filepath.ToSlash(expanded[len(found):]), "/") {
		if i > 0 {
			found += string(filepath.Separator)
		}
		if _, err := os.Lstat(found + name); err != nil {
			name = nameOnDisk(found, name)
		}
		found += name
	}
	if _, err := os.Lstat(found); err != nil {
		return expanded
	}
	return found
}

// nameOnDisk finds the name in a folder, "" for the current one, that is composed
// to the given one. Mostly it is the decomposed one. Names that are decomposed
// in part, as HFS+ has them, and compatibility ideographs, which composing
// turns into others, show in the listing only. If several fit, none is chosen.
func nameOnDisk(dir, name string) string {
	decomposed := norm.NFD.String(name)
	if _, err := os.Lstat(dir + decomposed); err == nil || isASCII(name) {
		return decomposed
	}
	if dir == "" {
		dir = "."
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return name
	}
	found := ""
	for _, e := range entries {
		switch {
		case norm.NFC.String(e.Name()) != norm.NFC.String(name):
		case found != "":
			return name
		default:
			found = e.Name()
		}
	}
	if found == "" {
		return name
	}
	return found
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// expandHome expands "~" and "~/". If there is no home folder, nothing is.
func expandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil || home == "" {
		return path
	}
	return home + rest
}
