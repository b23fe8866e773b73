package leak

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSearchFolder(t *testing.T) {
	t.Parallel()

	body := []byte("a first line of some length\nshort\na second line of some length\n")
	tests := map[string]struct {
		files map[string]string
		want  Searched
		err   string
	}{
		"nothing in it":     {files: map[string]string{"a": "12345", "deep/er/b": "67"}, want: Searched{Files: 2, Bytes: 7}},
		"an empty folder":   {want: Searched{}},
		"only a short line": {files: map[string]string{"a": "short"}, want: Searched{Files: 1, Bytes: 5}},
		"the whole":         {files: map[string]string{"deep/er/b": "xx" + string(body)}, err: "deep/er/b: the body of object"},
		"one line":          {files: map[string]string{"a": "xx a second line of some length yy"}, err: "a: a line of object"},
		"in base64":         {files: map[string]string{"a": base64.StdEncoding.EncodeToString(body)}, err: "a: the body of object"},
		"in hex":            {files: map[string]string{"a": "00" + hex.EncodeToString(body)}, err: "a: the body of object"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			folder := t.TempDir()
			for file, content := range test.files {
				path := filepath.Join(folder, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, err := SearchFolder(folder, Pieces("object", body))
			if test.err != "" {
				if !errors.Is(err, ErrFound) || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want ErrFound with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSearchFolderThatIsNotThere(t *testing.T) {
	t.Parallel()

	if _, err := SearchFolder(filepath.Join(t.TempDir(), "gone"), nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want one that says so: an empty search would pass for a clean disk", err)
	}
}
