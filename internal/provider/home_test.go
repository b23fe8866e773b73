package provider

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

func TestCACertificateFileInHomeFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	server, err := cosmock.Start(cosmock.Options{DataDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	if err := os.WriteFile(filepath.Join(home, "ca.pem"), server.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	if roots, err := (model{CACertificateFile: types.StringValue("~/ca.pem")}).roots(); err != nil || roots == nil {
		t.Errorf("roots %v, %v", roots, err)
	}
}
