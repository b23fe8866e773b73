package presign

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	testKeyA = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	testKeyB = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
)

func str(s string) types.String { return types.StringValue(s) }

// findings returns the attributes and summaries of diagnostics.
func findings(diags diag.Diagnostics) []string {
	var list []string
	for _, d := range diags {
		where := "(nowhere)"
		if located, ok := d.(diag.DiagnosticWithPath); ok {
			where = located.Path().String()
		}
		list = append(list, where+": "+d.Summary())
	}
	return list
}
