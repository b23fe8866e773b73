package object

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

const unknownName = "Unknown Customer Key Name"

// plannedEncryption is encryption for a plan. A name that is not in the keyring
// is an error, except where the object has it already: its key is lost, and an
// error would keep it from being refreshed and destroyed, which need no key.
// Update and a replacement need one, and say so.
func (m model) plannedEncryption(prior *model, data *providerdata.Data) (encryption, diag.Diagnostics) {
	e, diags := m.encryption(data)
	if prior == nil || !known(m.SSECustomerKeyName) || !m.SSECustomerKeyName.Equal(prior.SSECustomerKeyName) || len(m.replaces(*prior)) > 0 {
		return e, diags
	}
	var kept diag.Diagnostics
	for _, d := range diags {
		switch {
		case d.Summary() != unknownName:
			kept.Append(d)
		case data.WarnOnce(unknownName + m.SSECustomerKeyName.ValueString()):
			kept.AddAttributeWarning(path.Root("sse_customer_key_name"), unknownName,
				d.Detail()+" Objects that have it can be refreshed and destroyed all the same; any change to them fails until the key is in the keyring again, or another one is declared.")
		}
	}
	return e, kept
}
