package encryption

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Errors about a customer key that would be sent in clear text, and about a name
// that is not in the keyring.
const (
	PlainHTTPSummary = "Customer Key Over Plain HTTP"
	PlainHTTPDetail  = "The provider's endpoint is an http:// address, and a customer key would cross the network in clear text. " +
		"Use an https:// endpoint; for a private certificate authority set ca_certificate_file."
	UnknownName = "Unknown Customer Key Name"
)

// Resolve resolves the declared encryption with the provider's keyring. Unknown
// arguments may turn out to be null, so a known argument takes precedence. A
// declared name that is not in the keyring is not yet an error; see UnknownKey.
func (d Declared) Resolve(data *providerdata.Data) (Wanted, diag.Diagnostics) {
	var diags diag.Diagnostics
	e := Wanted{ModeKnown: true, KeyKnown: true}
	switch {
	case arguments.Known(d.CustomerKey()):
		e.Mode = sse.ModeCustomer
		e.CustomerKey, _ = sse.ParseCustomerKey(d.CustomerKey().ValueString()) // validated
	case arguments.Known(d.SSECustomerKeyName):
		e.Mode = sse.ModeCustomer
		e.KeyKnown = false
		if key, ok := data.Keyring.ByName(d.SSECustomerKeyName.ValueString()); ok || !data.Keyring.Unknown() {
			e.Lost = !ok
			e.CustomerKey, e.KeyKnown = key, !key.IsZero()
		}
	case arguments.Known(d.ServerSideEncryption):
		e.Mode, _ = sse.ParseMode(d.ServerSideEncryption.ValueString()) // validated
	case d.ServerSideEncryption.IsUnknown():
		e.ModeKnown, e.KeyKnown = false, false
	case d.CustomerKey().IsUnknown(), d.SSECustomerKeyName.IsUnknown():
		e.Mode, e.KeyKnown = sse.ModeCustomer, false
	}
	if e.Mode == sse.ModeKMS {
		e.KMSKeyID = d.SSEKMSKeyID.ValueString()
		if arguments.Known(d.SSEContext) {
			e.Context, _ = sse.ParseContext(d.SSEContext.ValueString()) // validated
		}
	}
	switch {
	case e.Mode != sse.ModeCustomer:
	case !d.SSECustomerKey.IsNull():
		e.Origin = OriginState
	case !d.SSECustomerKeyWO.IsNull():
		e.Origin = OriginWriteOnly
	default:
		e.Origin = OriginName
	}
	if e.Mode == sse.ModeCustomer && data.PlainHTTP {
		diags.AddAttributeError(path.Root(e.Attribute()), PlainHTTPSummary, PlainHTTPDetail)
	}
	return e, diags
}

// Resolved is like Resolve, but reports a name that is not in the keyring as an
// error.
func (d Declared) Resolved(data *providerdata.Data) (Wanted, diag.Diagnostics) {
	e, diags := d.Resolve(data)
	diags.Append(e.UnknownKey(d, types.StringNull(), data))
	return e, diags
}

// Attribute returns the argument that determines the encryption.
func (e Wanted) Attribute() string {
	switch e.Origin {
	case OriginState:
		return "sse_customer_key"
	case OriginWriteOnly:
		return "sse_customer_key_wo"
	case OriginName, OriginKept:
		return "sse_customer_key_name"
	}
	return "server_side_encryption"
}
