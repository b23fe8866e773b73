package encryption

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Validate checks each argument that is known.
func (d Declared) Validate(invalid arguments.Report) {
	if arguments.Known(d.ServerSideEncryption) {
		if _, err := sse.ParseMode(d.ServerSideEncryption.ValueString()); err != nil {
			invalid("server_side_encryption", "Invalid Encryption Mode", "%s. For a customer key (SSE-C) leave it out and set sse_customer_key_name or sse_customer_key.", err)
			return
		}
	}
	if arguments.Known(d.SSEKMSKeyID) {
		arguments.HeaderValue(invalid, "sse_kms_key_id", d.SSEKMSKeyID.ValueString())
	}
	if arguments.Known(d.SSEContext) {
		if _, err := sse.ParseContext(d.SSEContext.ValueString()); err != nil {
			invalid("sse_context", "Invalid Encryption Context", "%s.", arguments.Sentence(err.Error()))
		}
	}
	for name, key := range map[string]types.String{"sse_customer_key": d.SSECustomerKey, "sse_customer_key_wo": d.SSECustomerKeyWO} {
		if !arguments.Known(key) {
			continue
		}
		if _, err := sse.ParseCustomerKey(key.ValueString()); err != nil {
			invalid(name, "Invalid Customer Key", "%s.", arguments.Sentence(err.Error()))
		}
	}
	if arguments.Known(d.SSECustomerKeyName) && d.SSECustomerKeyName.ValueString() == "" {
		invalid("sse_customer_key_name", "Invalid Customer Key Name", "The name is empty.")
	}
}

// ValidateExclusive reports conflicting arguments. Unknown arguments may turn out
// to be null and do not conflict.
func (d Declared) ValidateExclusive(invalid arguments.Report) {
	if names := d.set(); len(names) > 1 {
		invalid(names[1], "More Than One Encryption", "An object has only one encryption, but these arguments are set: %s.", strings.Join(names, " and "))
	}
	mode, err := sse.ParseMode(d.ServerSideEncryption.ValueString())
	if d.ServerSideEncryption.IsUnknown() || arguments.Known(d.ServerSideEncryption) && (err != nil || mode == sse.ModeKMS) {
		return
	}
	for _, arg := range []struct {
		name  string
		value types.String
	}{{"sse_kms_key_id", d.SSEKMSKeyID}, {"sse_context", d.SSEContext}} {
		if arguments.Known(arg.value) {
			invalid(arg.name, "KMS Argument Without SSE-KMS", "%s is only valid with SSE-KMS: set server_side_encryption = \"cos/kms\".", arg.name)
		}
	}
}

// set returns the known arguments that declare an encryption.
func (d Declared) set() []string {
	var set []string
	for _, way := range []struct {
		name  string
		value types.String
	}{
		{"server_side_encryption", d.ServerSideEncryption},
		{"sse_customer_key", d.SSECustomerKey},
		{"sse_customer_key_wo", d.SSECustomerKeyWO},
		{"sse_customer_key_name", d.SSECustomerKeyName},
	} {
		if arguments.Known(way.value) {
			set = append(set, way.name)
		}
	}
	return set
}
