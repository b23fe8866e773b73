package providerdata

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// A decision may be made twice before its diagnostics are shown. They count as
// shown when they are first shown, not when they are first created.
func TestOnce(t *testing.T) {
	t.Parallel()
	var d Data
	lost := Once(diag.NewWarningDiagnostic("lost", "a"), "a")
	always := diag.NewWarningDiagnostic("always", "b")
	if d.AllSaid(diag.Diagnostics{lost}) || d.AllSaid(diag.Diagnostics{always}) || !d.AllSaid(nil) {
		t.Error("something counts as shown before it was")
	}
	if got := d.Unsaid(diag.Diagnostics{lost, always}); len(got) != 2 || got[0].Summary() != "lost" {
		t.Errorf("the first time: %v", got)
	}
	if !d.AllSaid(diag.Diagnostics{lost}) || d.AllSaid(diag.Diagnostics{lost, always}) {
		t.Error("what was shown does not count, or what is always shown does")
	}
	if got := d.Unsaid(diag.Diagnostics{lost, always, Once(diag.NewWarningDiagnostic("another", "c"), "c")}); len(got) != 2 {
		t.Errorf("the second time: %v", got)
	}
}
