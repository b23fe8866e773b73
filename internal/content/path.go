package content

import (
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Resolve turns a configured path into one that can be opened. A leading "~/" is
// the home directory. If a name does not exist, Resolve looks for a file whose
// name the CLI would have normalized (NFC) to it, because file systems, in
// particular those written by macOS, need not normalize names. A path that leads
// nowhere is returned unchanged, so that errors show what the user wrote.
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

// nameOnDisk finds the name in a directory ("" is the current one) that
// normalizes to the given one. Usually it is the decomposed form. Only the
// directory listing reveals partially decomposed names, as in HFS+, and
// compatibility ideographs, which NFC replaces by others. If several names match,
// none is chosen.
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

// expandHome expands "~" and "~/" if there is a home directory.
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
