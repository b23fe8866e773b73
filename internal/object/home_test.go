package object

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// The source may be in the home folder. The state keeps the path as declared.
func TestSourceInHomeFolder(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	if err := os.WriteFile(filepath.Join(home, "f"), []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := model{Source: types.StringValue("~/f")}.declaredBody(t.Context(), &content.Memo{})
	if d.missing != nil || d.sum == nil || d.sum.Length != 5 {
		t.Errorf("the body is %v, missing %v", d.sum, d.missing)
	}
}
