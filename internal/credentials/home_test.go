package credentials

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTokenFileInHomeFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	if err := os.WriteFile(filepath.Join(home, "token"), []byte("t\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if token, err := readToken("~/token"); err != nil || token != "t" {
		t.Errorf("%q, %v", token, err)
	}
}
