package object

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// withDefault is a configuration as if it had declared the provider's default
// encryption, where it declares none. Where an argument is unknown, and may
// turn out to be null, so is what the default would set.
func (m model) withDefault(data *providerdata.Data) model {
	if data == nil || data.DefaultEncryption == nil {
		return m
	}
	unknown := false
	for _, value := range []types.String{m.ServerSideEncryption, m.SSECustomerKey, m.SSECustomerKeyWO, m.SSECustomerKeyName} {
		if known(value) {
			return m
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
	set(&m.ServerSideEncryption, data.DefaultEncryption.ServerSideEncryption)
	set(&m.SSEKMSKeyID, data.DefaultEncryption.SSEKMSKeyID)
	set(&m.SSECustomerKeyName, data.DefaultEncryption.SSECustomerKeyName)
	return m
}

// allowed checks how a URL uploads an object against the provider's policy.
func (m presignedURLModel) allowed(mode sse.Mode, policy sse.Policy) diag.Diagnostics {
	var diags diag.Diagnostics
	violations := map[string]*sse.Violation{"method": policy.AllowsMode(mode)}
	if mode == sse.ModeKMS {
		violations["sse_kms_key_id"] = policy.AllowsKMSKey(m.SSEKMSKeyID.ValueString())
	}
	for attribute, violation := range violations {
		if violation != nil {
			diags.AddAttributeError(path.Root(attribute), "Encryption Not Allowed",
				fmt.Sprintf("require_encryption.%s of the provider block forbids how this URL would encrypt an object: %s.", violation.Rule, violation.Text))
		}
	}
	return diags
}

// allowed checks the encryption against the provider's policy. What is not
// known yet is checked when it is applied.
func (e encryption) allowed(m model, policy sse.Policy) diag.Diagnostics {
	var diags diag.Diagnostics
	refuse := func(attribute string, violation *sse.Violation) {
		if violation != nil {
			diags.AddAttributeError(path.Root(attribute), "Encryption Not Allowed",
				fmt.Sprintf("require_encryption.%s of the provider block forbids how this object is encrypted: %s.", violation.Rule, violation.Text))
		}
	}
	if !m.SSECustomerKey.IsNull() && !m.SSECustomerKey.IsUnknown() {
		refuse("sse_customer_key", policy.AllowsKeyInState())
	}
	if !e.modeKnown || e.Mode == sse.ModeNone {
		return diags
	}
	// An unknown key may turn out to be null, and the mode another one.
	if e.Mode != sse.ModeCustomer || known(m.customerKey()) || known(m.SSECustomerKeyName) {
		refuse(e.attribute(), policy.AllowsMode(e.Mode))
	}
	if e.Mode == sse.ModeKMS && !m.SSEKMSKeyID.IsUnknown() {
		refuse("sse_kms_key_id", policy.AllowsKMSKey(m.SSEKMSKeyID.ValueString()))
	}
	return diags
}

// keptViolation checks an encryption that the object has and nobody declares:
// it is refused when the object is changed, and not before.
func (e encryption) keptViolation(prior model, policy sse.Policy) *refusal {
	violation := policy.AllowsMode(e.Mode)
	if violation == nil && e.Mode == sse.ModeKMS {
		violation = policy.AllowsKMSKey(prior.SSEKMSKeyID.ValueString())
	}
	if violation == nil {
		return nil
	}
	return &refusal{Attribute: e.attribute(), Summary: "Encryption Not Allowed",
		Detail: fmt.Sprintf("require_encryption.%s of the provider block forbids how the object %s is encrypted: %s. Nothing is declared for it: declare an encryption that is allowed.", violation.Rule, prior.location(), violation.Text)}
}
