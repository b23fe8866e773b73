package encryption

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// WithDefault applies the provider's default encryption to a configuration that
// declares none. If an argument is unknown and may turn out to be null, the
// attributes that the default would set are unknown too.
func (d Declared) WithDefault(data *providerdata.Data) Declared {
	if data == nil || data.DefaultEncryption == nil {
		return d
	}
	unknown := false
	for _, value := range []types.String{d.ServerSideEncryption, d.SSECustomerKey, d.SSECustomerKeyWO, d.SSECustomerKeyName} {
		if arguments.Known(value) {
			return d
		}
		unknown = unknown || value.IsUnknown()
	}
	set := func(value *types.String, other types.String) {
		switch {
		case !value.IsNull():
		case unknown:
			*value = types.StringUnknown()
		default:
			*value = other
		}
	}
	set(&d.ServerSideEncryption, data.DefaultEncryption.ServerSideEncryption)
	set(&d.SSEKMSKeyID, data.DefaultEncryption.SSEKMSKeyID)
	set(&d.SSECustomerKeyName, data.DefaultEncryption.SSECustomerKeyName)
	return d
}

// Allowed checks the encryption against the provider's policy. Unknown values are
// checked during apply.
func (e Wanted) Allowed(d Declared, policy sse.Policy) diag.Diagnostics {
	var diags diag.Diagnostics
	refuse := func(attribute string, violation *sse.Violation) {
		if violation != nil {
			diags.AddAttributeError(path.Root(attribute), "Encryption Not Allowed",
				fmt.Sprintf("require_encryption.%s of the provider block forbids the encryption of this object: %s.", violation.Rule, violation.Text))
		}
	}
	if !d.SSECustomerKey.IsNull() && !d.SSECustomerKey.IsUnknown() {
		refuse("sse_customer_key", policy.AllowsKeyInState())
	}
	if !e.ModeKnown || e.Mode == sse.ModeNone {
		return diags
	}
	// An unknown key may turn out to be null, which changes the mode.
	if e.Mode != sse.ModeCustomer || e.Kept || arguments.Known(d.CustomerKey()) || arguments.Known(d.SSECustomerKeyName) {
		refuse(e.Attribute(), policy.AllowsMode(e.Mode))
	}
	if e.Mode == sse.ModeKMS && !d.SSEKMSKeyID.IsUnknown() {
		refuse("sse_kms_key_id", policy.AllowsKMSKey(d.SSEKMSKeyID.ValueString()))
	}
	return diags
}
