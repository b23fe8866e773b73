package content_test

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// The CLI normalizes configured paths, but a file system need not: each directory
// on the way may be in either form.
func TestResolve(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	decomposed := norm.NFD.String("größe")
	for _, dir := range []string{decomposed, "naïve"} {
		if err := os.MkdirAll(filepath.Join(home, dir, decomposed), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(home, dir, decomposed, norm.NFD.String("é.txt")), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct{ path, want string }{
		"as it is":                   {filepath.Join(home, "naïve"), filepath.Join(home, "naïve")},
		"nothing there":              {filepath.Join(home, "größe", "none"), filepath.Join(home, "größe", "none")},
		"all decomposed":             {filepath.Join(home, "größe", "größe", "é.txt"), filepath.Join(home, decomposed, decomposed, norm.NFD.String("é.txt"))},
		"composed, then decomposed":  {filepath.Join(home, "naïve", "größe", "é.txt"), filepath.Join(home, "naïve", decomposed, norm.NFD.String("é.txt"))},
		"the home folder":            {"~", home},
		"in the home folder":         {"~/naïve", home + "/naïve"},
		"decomposed, in the home":    {"~/größe", filepath.Join(home, decomposed)},
		"somebody else's home":       {"~root/x", "~root/x"},
		"a tilde inside":             {"a/~/b", "a/~/b"},
		"relative, and not there":    {"größe", "größe"},
		"empty":                      {"", ""},
		"nothing in the home folder": {"~/none", home + "/none"},
	} {
		if got := content.Resolve(tc.path); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

// The normalized name wins if both exist.
func TestResolvePrefersTheDeclaredForm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"é", norm.NFD.String("é")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := content.Resolve(filepath.Join(dir, "é")); got != filepath.Join(dir, "é") {
		t.Errorf("%q", got)
	}
}

// Normalization also changes partially decomposed names, and CJK compatibility
// ideographs, which it replaces by others.
func TestResolveWhatComposingChanges(t *testing.T) {
	t.Parallel()
	for name, onDisk := range map[string]string{
		"decomposed in part":         "\u00e9 e\u0301.txt",
		"a compatibility ideograph":  "\ufa19.txt",
		"the sign of the ohm":        "10 k\u2126.txt",
		"an ideograph of a folder":   filepath.Join("\ufa19", "f"),
		"both on the way to a file":  filepath.Join("\ufa19", "\u00e9 e\u0301"),
		"accents in another order":   "a\u0301\u0323.txt",
		"Hangul, decomposed in part": "\ud55c \u1112\u1161\u11ab.txt",
	} {
		dir := t.TempDir()
		file := filepath.Join(dir, onDisk)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := content.Resolve(norm.NFC.String(file)); got != file {
			t.Errorf("%s: %+q, want %+q", name, got, file)
		}
	}
}

// If two files have names that normalize to the same one, none is chosen.
func TestResolveAmbiguous(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"\u1eb9\u0301 e\u0301", "\u00e9\u0323 e\u0301"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	composed := filepath.Join(dir, norm.NFC.String("\u00e9\u0323 e\u0301"))
	if got := content.Resolve(composed); got != composed {
		t.Errorf("%+q", got)
	}
}
