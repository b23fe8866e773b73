package functions_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFileCRC64InHomeFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	if err := os.WriteFile(filepath.Join(home, "f"), []byte("123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	value, err := call(t, "filecrc64", str("~/f"))
	if diff := cmp.Diff(outcome{Text: "11051210869376104954"}, outcomeOf(t, value, err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
