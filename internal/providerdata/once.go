package providerdata

import "github.com/hashicorp/terraform-plugin-framework/diag"

// once is a diagnostic that is shown for only one object in a run.
type once struct {
	diag.Diagnostic

	subject string
}

// Once marks a diagnostic to be shown once per subject in a run. It may be
// created more than once; the caller that shows diagnostics filters them with
// Unsaid.
func Once(d diag.Diagnostic, subject string) diag.Diagnostic { return once{d, subject} }

// Unsaid returns diags without those of Once that have been shown, and marks the
// rest as shown.
func (d *Data) Unsaid(diags diag.Diagnostics) diag.Diagnostics {
	var unsaid diag.Diagnostics
	for _, one := range diags {
		if one == nil {
			continue
		}
		if o, ok := one.(once); ok {
			if !d.WarnOnce(o.subject) {
				continue
			}
			one = o.Diagnostic
		}
		unsaid.Append(one)
	}
	return unsaid
}

// AllSaid reports whether Unsaid would return nothing. It marks nothing as shown.
func (d *Data) AllSaid(diags diag.Diagnostics) bool {
	for _, one := range diags {
		o, ok := one.(once)
		if !ok {
			return false
		}
		if _, warned := d.warned.Load(o.subject); !warned {
			return false
		}
	}
	return true
}
