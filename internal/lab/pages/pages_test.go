package pages_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// root is the directory of the repository.
const root = "../../.."

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// files returns the files in a directory tree whose names have one of the
// suffixes.
func files(t *testing.T, folder string, suffixes ...string) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(root), folder, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) }) {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// guide returns the template of a guide without its includes.
func guide(t *testing.T, name string) string {
	t.Helper()
	file := path.Join("templates/guides", name+".md")
	if _, err := os.Stat(filepath.Join(root, file)); err != nil {
		file += ".tmpl"
	}
	return read(t, file)
}
