package rawcos

import (
	"os"
	"path/filepath"
	"testing"
)

func TestNewClientWantsACertificate(t *testing.T) {
	t.Parallel()

	path := filepath.Join(t.TempDir(), "ca.pem")
	if _, err := NewClient(path); err == nil {
		t.Error("no error without the file")
	}
	if err := os.WriteFile(path, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := NewClient(path); err == nil {
		t.Error("no error with a file that holds none")
	}
}
