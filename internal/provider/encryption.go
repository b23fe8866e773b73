package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// encryptionAttributes returns default_encryption and require_encryption.
func encryptionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"default_encryption": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Encryption of objects that do not declare one: `server_side_encryption` or `sse_customer_key_name`. " +
				"A change encrypts the objects that rely on it again, by a copy on the server.",
			Attributes: map[string]schema.Attribute{
				"server_side_encryption": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "`AES256` (SSE-COS), `SM4` (SSE-COS, if the account supports it) or `cos/kms` (SSE-KMS).",
				},
				"sse_kms_key_id": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "ID of the KMS key, only with `cos/kms`. Default: COS's default key.",
				},
				"sse_customer_key_name": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Name of a key in the keyring `sse_customer_keys` (SSE-C).",
				},
			},
		},
		"require_encryption": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Policy for the encryption of objects. An object that violates a rule fails at plan, or at apply if its encryption is not known before. " +
				"It applies to `default_encryption` and to uploads by `cos_presigned_url` as well, and not to what is only read. What is left out allows everything.",
			Attributes: map[string]schema.Attribute{
				"modes": schema.ListAttribute{
					Optional:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "Allowed modes: `AES256`, `SM4`, `cos/kms`, and `customer` for customer keys (SSE-C).",
				},
				"sse_kms_key_ids": schema.ListAttribute{
					Optional:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "Allowed KMS keys. If this is set, an object under SSE-KMS must name one of them: COS's default key is not allowed.",
				},
				"allow_customer_key_in_state": schema.BoolAttribute{
					Optional:            true,
					MarkdownDescription: "Whether an object may set `sse_customer_key`, which is stored in the state. Default `true`. If `false`, customer keys must come from the keyring or `sse_customer_key_wo`.",
				},
			},
		},
	}
}

// encryption reads both arguments. Unknown parts of the policy impose no
// restriction yet: objects are checked again during apply.
func (m model) encryption() (*providerdata.Encryption, sse.Policy, diag.Diagnostics) {
	policy, diags := m.policy()
	at := path.Root("default_encryption")
	if m.DefaultEncryption.IsNull() {
		return nil, policy, diags
	}
	unknown := types.StringUnknown()
	if m.DefaultEncryption.IsUnknown() {
		return &providerdata.Encryption{ServerSideEncryption: unknown, SSEKMSKeyID: unknown, SSECustomerKeyName: unknown}, policy, diags
	}
	e := &providerdata.Encryption{
		ServerSideEncryption: stringOf(m.DefaultEncryption, "server_side_encryption"),
		SSEKMSKeyID:          stringOf(m.DefaultEncryption, "sse_kms_key_id"),
		SSECustomerKeyName:   stringOf(m.DefaultEncryption, "sse_customer_key_name"),
	}
	invalid := func(name, detail string) {
		diags.AddAttributeError(at.AtName(name), "Invalid Default Encryption", detail)
	}
	var mode sse.Mode
	if arguments.Known(e.ServerSideEncryption) {
		var err error
		if mode, err = sse.ParseMode(e.ServerSideEncryption.ValueString()); err != nil {
			invalid("server_side_encryption", err.Error()+".")
			return e, policy, diags
		}
	}
	switch {
	case e.ServerSideEncryption.IsNull() && e.SSECustomerKeyName.IsNull():
		diags.AddAttributeError(at, "Invalid Default Encryption", "default_encryption needs server_side_encryption or sse_customer_key_name.")
	case arguments.Known(e.ServerSideEncryption) && arguments.Known(e.SSECustomerKeyName):
		invalid("sse_customer_key_name", "An object has only one encryption, but both server_side_encryption and sse_customer_key_name are set.")
	case arguments.Known(e.SSECustomerKeyName) && e.SSECustomerKeyName.ValueString() == "":
		invalid("sse_customer_key_name", "The name is empty.")
	case arguments.Known(e.SSEKMSKeyID) && (e.ServerSideEncryption.IsNull() || mode != "" && mode != sse.ModeKMS):
		invalid("sse_kms_key_id", "sse_kms_key_id is only valid with SSE-KMS: set server_side_encryption = \"cos/kms\".")
	}
	if e.ServerSideEncryption.IsNull() && !e.SSECustomerKeyName.IsUnknown() {
		mode = sse.ModeCustomer
	}
	if mode != "" && !diags.HasError() {
		for _, violation := range []*sse.Violation{policy.AllowsMode(mode), kmsViolation(policy, mode, e.SSEKMSKeyID)} {
			if violation != nil {
				diags.AddAttributeError(at, "Default Encryption Not Allowed", fmt.Sprintf("require_encryption.%s of this provider block forbids it: %s.", violation.Rule, violation.Text))
			}
		}
	}
	return e, policy, diags
}

func kmsViolation(policy sse.Policy, mode sse.Mode, id types.String) *sse.Violation {
	if mode != sse.ModeKMS || id.IsUnknown() {
		return nil
	}
	return policy.AllowsKMSKey(id.ValueString())
}

// policy reads require_encryption. A list with an unknown element is unknown.
func (m model) policy() (sse.Policy, diag.Diagnostics) {
	var policy sse.Policy
	var diags diag.Diagnostics
	at := path.Root("require_encryption")
	modes, ok := stringsOf(m.RequireEncryption, "modes", &diags)
	for _, text := range modes {
		mode, err := sse.ParseMode(text)
		if text == string(sse.ModeCustomer) {
			mode, err = sse.ModeCustomer, nil
		}
		if err != nil {
			diags.AddAttributeError(at.AtName("modes"), "Invalid Encryption Mode", fmt.Sprintf("%s. For customer keys (SSE-C) use customer.", err))
			continue
		}
		if ok {
			policy.Modes = append(policy.Modes, mode)
		}
	}
	if ids, ok := stringsOf(m.RequireEncryption, "sse_kms_key_ids", &diags); ok {
		policy.KMSKeyIDs = ids
	}
	if allow, ok := m.RequireEncryption.Attributes()["allow_customer_key_in_state"].(types.Bool); ok && !allow.IsNull() && !allow.IsUnknown() {
		policy.NoKeyInState = !allow.ValueBool()
	}
	return policy, diags
}

// stringOf returns a nested attribute, or null if the object is null.
func stringOf(o types.Object, name string) types.String {
	s, ok := o.Attributes()[name].(types.String)
	if !ok {
		return types.StringNull()
	}
	return s
}

// stringsOf returns the known elements of a list; ok is false if any element is
// unknown. An empty list is an error, because it would allow nothing.
func stringsOf(o types.Object, name string, diags *diag.Diagnostics) (values []string, ok bool) {
	list, isList := o.Attributes()[name].(types.List)
	if !isList || list.IsNull() || list.IsUnknown() {
		return nil, false
	}
	at := path.Root("require_encryption").AtName(name)
	if len(list.Elements()) == 0 {
		diags.AddAttributeError(at, "Invalid Encryption Policy", "The list is empty, which would allow nothing. Omit it to allow everything.")
	}
	ok = true
	for _, element := range list.Elements() {
		switch s, _ := element.(types.String); {
		case element.IsUnknown():
			ok = false
		case element.IsNull() || s.ValueString() == "":
			diags.AddAttributeError(at, "Invalid Encryption Policy", "An element of the list is null or empty.")
		default:
			values = append(values, s.ValueString())
		}
	}
	return values, ok
}
