package object

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// declaredKey returns the customer key that the arguments of an ephemeral
// resource declare; the zero key where there is none. All arguments are known
// when an ephemeral resource is opened, but the keyring need not be.
func declaredKey(key, name types.String, data *providerdata.Data) (sse.CustomerKey, diag.Diagnostics) {
	if key.IsNull() && name.IsNull() {
		return sse.CustomerKey{}, nil
	}
	e, diags := model{SSECustomerKey: key, SSECustomerKeyName: name}.resolved(data)
	if !diags.HasError() && e.CustomerKey.IsZero() {
		diags.AddAttributeError(path.Root("sse_customer_key_name"), "Customer Key Not Known",
			"The value of this key in the provider's sse_customer_keys is not known yet, and an ephemeral resource is opened during plan. Apply what the keyring depends on first, for example with -target.")
	}
	return e.CustomerKey, diags
}

// effectiveRegion returns the region that is declared, or the provider's.
func effectiveRegion(region types.String, data *providerdata.Data) (types.String, diag.Diagnostics) {
	var diags diag.Diagnostics
	switch {
	case !region.IsNull():
	case data.RegionUnknown:
		diags.AddAttributeError(path.Root("region"), "No Region", "The region is that of the provider block, which is not known yet: set region here, or apply what it depends on first.")
	case data.Region == "":
		diags.AddAttributeError(path.Root("region"), "No Region", "The region of the bucket is not set: set region here or in the provider block, or TENCENTCLOUD_REGION.")
	default:
		region = types.StringValue(data.Region)
	}
	return region, diags
}
