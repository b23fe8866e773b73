package providerdata

import "github.com/hashicorp/terraform-plugin-framework/diag"

// once is a diagnostic that a run shows for one of its objects only.
type once struct {
	diag.Diagnostic

	subject string
}

// Once marks a diagnostic that is shown once in a run for all with the subject.
// It may be created more than once; Unsaid is for the caller that shows it.
func Once(d diag.Diagnostic, subject string) diag.Diagnostic { return once{d, subject} }

// Unsaid returns the diagnostics without those of Once that were shown before.
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

// AllSaid reports whether Unsaid would return nothing. Nothing counts as shown.
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
