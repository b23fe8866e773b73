package encryption

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ReadKey returns the customer key that the arguments of an ephemeral resource
// declare, or the zero key. All arguments are known when an ephemeral resource is
// opened, but the keyring may not be.
func ReadKey(key, name types.String, data *providerdata.Data) (sse.CustomerKey, diag.Diagnostics) {
	if key.IsNull() && name.IsNull() {
		return sse.CustomerKey{}, nil
	}
	e, diags := Declared{SSECustomerKey: key, SSECustomerKeyName: name}.Resolved(data)
	if !diags.HasError() && e.CustomerKey.IsZero() {
		diags.AddAttributeError(path.Root("sse_customer_key_name"), "Customer Key Not Known",
			"The value of this key in the provider's sse_customer_keys is not known yet, but an ephemeral resource is opened during the plan. Apply what the keyring depends on first, for example with -target.")
	}
	return e.CustomerKey, diags
}
