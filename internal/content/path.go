package content

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Resolve turns a path as a configuration has it into one that can be opened. A
// leading "~/" is the home folder. A name that is not there is looked for in
// Unicode's decomposed form (NFD) too: the CLI composes every string, and file
// systems, above all those that macOS has written, need not. A path that leads
// nowhere is returned as it is, so that errors show what the user wrote.
func Resolve(path string) string {
	expanded := expandHome(path)
	if _, err := os.Lstat(expanded); err == nil || norm.NFD.IsNormalString(expanded) {
		return expanded
	}
	found := filepath.VolumeName(expanded)
	for i, name := range strings.Split(filepath.ToSlash(expanded[len(found):]), "/") {
		if i > 0 {
			found += string(filepath.Separator)
		}
		if _, err := os.Lstat(found + name); err != nil {
			if _, err := os.Lstat(found + norm.NFD.String(name)); err == nil {
				name = norm.NFD.String(name)
			}
		}
		found += name
	}
	if _, err := os.Lstat(found); err != nil {
		return expanded
	}
	return found
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
