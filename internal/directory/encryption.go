package directory

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// wantedEncryption resolves the encryption of all files: as declared, otherwise
// the provider's default, otherwise the existing customer key from
// sse_customer_key_wo, which a run may leave unset.
func (m model) wantedEncryption(prior *model, data *providerdata.Data) (model, encryption.Wanted, diag.Diagnostics) {
	if !m.encryption().Any() {
		m.setEncryption(m.encryption().WithDefault(data))
	}
	if m.encryption().Any() {
		name := types.StringNull()
		if prior != nil {
			name = prior.SSECustomerKeyName
		}
		e, diags := m.encryption().Resolve(data)
		diags.Append(data.Unsaid(diag.Diagnostics{e.UnknownKey(m.encryption(), name, data)})...)
		diags.Append(e.Allowed(m.encryption(), data.Policy)...)
		return m, e, diags
	}
	if prior != nil && !prior.SSECustomerKeyMD5.IsNull() {
		e := encryption.Wanted{ModeKnown: true, KeyKnown: true, Kept: true, Origin: encryption.OriginKept}
		e.Mode = sse.ModeCustomer
		_, e.CustomerKey, _ = data.Keyring.ByMD5(prior.SSECustomerKeyMD5.ValueString())
		return m, e, e.Allowed(m.encryption(), data.Policy)
	}
	var diags diag.Diagnostics
	diags.AddAttributeError(path.Root("server_side_encryption"), "No Encryption Declared",
		"An object is never stored without encryption: set server_side_encryption (AES256 or cos/kms), or a customer key with sse_customer_key_name or sse_customer_key_wo, or default_encryption in the provider block.")
	return m, encryption.Wanted{ModeKnown: true, KeyKnown: true}, diags
}

// protectionWanted returns the protection that each object must have. An unknown
// customer key matches no object; a kept one is that of the state.
func protectionWanted(e encryption.Wanted, prior *model) protection {
	if e.Kept && prior != nil {
		return prior.protection()
	}
	return protectionOf(e.Settings)
}

// planEncryption plans the attributes that the configuration leaves unset.
func (m *model) planEncryption(e encryption.Wanted, was *model) {
	m.SSECustomerKeyWO = types.StringNull()
	if e.Kept {
		m.ServerSideEncryption, m.SSEKMSKeyID = was.ServerSideEncryption, was.SSEKMSKeyID
		m.SSECustomerKeyName, m.SSECustomerKeyMD5 = was.SSECustomerKeyName, was.SSECustomerKeyMD5
		return
	}
	m.SSECustomerKeyMD5 = types.StringNull()
	if !e.ModeKnown || e.Mode == sse.ModeCustomer {
		// An ephemeral key may differ between plan and apply.
		m.SSECustomerKeyMD5 = types.StringUnknown()
	}
}

// resolveUnknowns fills in the attributes that the plan left unknown. It reports
// a missing key.
func (m *model) resolveUnknowns(e encryption.Wanted, prior *model, keyring *sse.Keyring) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, value := range []*types.String{&m.ServerSideEncryption, &m.SSEKMSKeyID, &m.SSECustomerKeyName} {
		if value.IsUnknown() {
			*value = types.StringNull()
		}
	}
	m.SSECustomerKeyWO = types.StringNull()
	m.SSECustomerKeyMD5 = types.StringNull()
	if e.Mode != sse.ModeCustomer {
		return diags
	}
	if e.Kept {
		m.SSECustomerKeyMD5 = prior.SSECustomerKeyMD5
		return diags
	}
	switch {
	case e.Lost:
		diags.AddAttributeError(path.Root(e.Attribute()), encryption.UnknownName, encryption.UnknownKeyName(m.SSECustomerKeyName.ValueString(), keyring)+" Nothing was sent.")
		return diags
	case e.CustomerKey.IsZero():
		diags.AddAttributeError(path.Root(e.Attribute()), "Customer Key Not Known", "The customer key that the files are to be encrypted with is not available, so nothing was sent.")
		return diags
	}
	m.SSECustomerKeyMD5 = types.StringValue(e.CustomerKey.MD5())
	return diags
}

// keys finds the customer keys of objects.
type keys struct {
	keyring *sse.Keyring
	wanted  sse.CustomerKey
}

// of returns the key for a protection; ok is false if it is not available.
func (k keys) of(p protection) (key sse.CustomerKey, ok bool) {
	switch {
	case p.Mode != sse.ModeCustomer:
		return sse.CustomerKey{}, true
	case !k.wanted.IsZero() && k.wanted.MD5() == p.KeyMD5:
		return k.wanted, true
	}
	_, key, ok = k.keyring.ByMD5(p.KeyMD5)
	return key, ok && !key.IsZero()
}

// readable reports whether an object with this protection can be read.
func (k keys) readable(p protection) bool {
	_, ok := k.of(p)
	return ok
}
