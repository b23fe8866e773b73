package object

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// wantedEncryption resolves how an object is to be encrypted. The declared
// encryption takes precedence. Next comes the current one, if its key was set by
// sse_customer_key_wo, which a run may omit; then the provider's default; and
// finally the current one. It returns the configuration with the default filled in.
//
// Errors are only about the configuration, because an error during the plan also
// blocks a destroy. Problems with the stored object are returned as a refusal.
func (m model) wantedEncryption(prior *model, private privateState, data *providerdata.Data) (model, encryption.Wanted, *refusal, diag.Diagnostics) {
	wasCustomer := prior != nil && !prior.SSECustomerKeyMD5.IsNull()
	switch {
	case m.encryption().Any(), prior != nil && private.WriteOnlyKey && (wasCustomer || private.encryptionUnknown(*prior)):
	default:
		m.setEncryption(m.encryption().WithDefault(data))
	}
	switch {
	case m.encryption().Any():
		e, diags := m.encryption().Resolve(data)
		diags.Append(e.UnknownKey(m.encryption(), nameOf(prior), data))
		diags.Append(e.Allowed(m.encryption(), data.Policy)...)
		return m, e, nil, diags
	case prior == nil:
		var diags diag.Diagnostics
		diags.AddAttributeError(path.Root("server_side_encryption"), "No Encryption Declared",
			"An object is never stored without encryption: set server_side_encryption (AES256 or cos/kms), or a customer key with sse_customer_key_name, sse_customer_key_wo or sse_customer_key, or default_encryption in the provider block."+absentSecret)
		return m, encryption.Wanted{ModeKnown: true, KeyKnown: true}, nil, diags
	}
	e, refused := m.keptEncryption(*prior, private, data)
	if refused == nil {
		refused = keptViolation(e, *prior, data.Policy)
	}
	return m, e, refused, nil
}

// absentSecret ends errors that may also appear during a destroy. It explains what
// to do if this run omits a secret.
const absentSecret = " If this is a destroy and the value comes by a variable that this run does not set, set it, or use -refresh=false."

// keptEncryption returns the encryption of an object that declares none.
func (m model) keptEncryption(prior model, private privateState, data *providerdata.Data) (encryption.Wanted, *refusal) {
	was := prior.observed()
	e := encryption.Wanted{ModeKnown: true, KeyKnown: true, Kept: true}
	e.Mode, e.KMSKeyID = was.Mode, was.KMSKeyID
	switch {
	case private.encryptionUnknown(prior):
		return e, &refusal{Attribute: "server_side_encryption", Summary: "Encryption Not Known",
			Detail: fmt.Sprintf("The object %s was changed outside of Terraform, under a customer key that is not available, and no encryption is declared for it. Declare an encryption, or add the key to sse_customer_keys.", prior.location())}
	case e.Mode == sse.ModeNone:
		return e, &refusal{Attribute: "server_side_encryption", Summary: "Object Not Encrypted",
			Detail: fmt.Sprintf("The object %s is stored without encryption, and none is declared for it. Set server_side_encryption or a customer key, or default_encryption in the provider block.", prior.location())}
	case e.Mode != sse.ModeCustomer:
		return e, nil
	}
	e.Origin = encryption.OriginKept
	if data.PlainHTTP {
		return e, &refusal{Attribute: "sse_customer_key_name", Summary: encryption.PlainHTTPSummary, Detail: encryption.PlainHTTPDetail}
	}
	_, inKeyring, found := data.Keyring.ByMD5(was.CustomerKeyMD5)
	if found {
		e.CustomerKey = inKeyring
		return e, nil
	}
	if !prior.SSECustomerKey.IsNull() {
		return e, &refusal{Attribute: "sse_customer_key", Summary: "Only Copy of the Customer Key",
			Detail: fmt.Sprintf("sse_customer_key was removed from the configuration of %s, and no other encryption is declared. The state may contain the only copy of the key, so it is kept. "+
				"Declare another encryption, which re-encrypts the object with the key in the state, or add the key to the provider's sse_customer_keys first.", prior.location())}
	}
	e.KeyKnown = true // the object keeps its key, whichever it is
	return e, nil
}

// encryption returns the encryption arguments.
func (m model) encryption() encryption.Declared {
	return encryption.Declared{
		ServerSideEncryption: m.ServerSideEncryption, SSEKMSKeyID: m.SSEKMSKeyID, SSEContext: m.SSEContext,
		SSECustomerKey: m.SSECustomerKey, SSECustomerKeyWO: m.SSECustomerKeyWO, SSECustomerKeyName: m.SSECustomerKeyName,
	}
}

// setEncryption sets the encryption arguments.
func (m *model) setEncryption(d encryption.Declared) {
	m.ServerSideEncryption, m.SSEKMSKeyID, m.SSEContext = d.ServerSideEncryption, d.SSEKMSKeyID, d.SSEContext
	m.SSECustomerKey, m.SSECustomerKeyWO, m.SSECustomerKeyName = d.SSECustomerKey, d.SSECustomerKeyWO, d.SSECustomerKeyName
}

// nameOf returns the name of the object's customer key, null if it has none.
func nameOf(prior *model) types.String {
	if prior == nil {
		return types.StringNull()
	}
	return prior.SSECustomerKeyName
}

// keptViolation checks an encryption that is kept without being declared. It is
// only refused once the object changes.
func keptViolation(e encryption.Wanted, prior model, policy sse.Policy) *refusal {
	violation := policy.AllowsMode(e.Mode)
	if violation == nil && e.Mode == sse.ModeKMS {
		violation = policy.AllowsKMSKey(prior.SSEKMSKeyID.ValueString())
	}
	if violation == nil {
		return nil
	}
	return &refusal{Attribute: e.Attribute(), Summary: "Encryption Not Allowed",
		Detail: fmt.Sprintf("require_encryption.%s of the provider block forbids the encryption of the object %s: %s. No encryption is declared for it: declare one that is allowed.", violation.Rule, prior.location(), violation.Text)}
}
