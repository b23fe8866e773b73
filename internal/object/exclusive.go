package object

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// validateExclusive checks what excludes each other. It runs on the
// configuration as it is written, and at plan once more on what the CLI has
// made of it by ignore_changes. What is unknown may turn out to be null.
func (m model) validateExclusive(invalid report) {
	if set := m.bodiesSet(); len(set) > 1 {
		invalid(set[1], "More Than One Body", "An object has one body, and %s are set together.", strings.Join(set, " and "))
	}
	if set := m.encryptionsSet(); len(set) > 1 {
		invalid(set[1], "More Than One Encryption", "An object has one encryption, and %s are set together.", strings.Join(set, " and "))
	}
	mode, err := sse.ParseMode(m.ServerSideEncryption.ValueString())
	if m.ServerSideEncryption.IsUnknown() || known(m.ServerSideEncryption) && (err != nil || mode == sse.ModeKMS) {
		return
	}
	for _, arg := range []struct {
		name  string
		value types.String
	}{{"sse_kms_key_id", m.SSEKMSKeyID}, {"sse_context", m.SSEContext}} {
		if known(arg.value) {
			invalid(arg.name, "KMS Argument Without SSE-KMS", "%s belongs to SSE-KMS: it needs server_side_encryption = \"cos/kms\".", arg.name)
		}
	}
}

// bodiesSet names the arguments that declare a body, as far as they are known.
func (m model) bodiesSet() []string {
	var set []string
	for _, body := range []struct {
		kind  bodyKind
		value types.String
	}{{bodySource, m.Source}, {bodyContent, m.Content}, {bodyBase64, m.ContentBase64}, {bodyWriteOnly, m.ContentWO}} {
		if known(body.value) {
			set = append(set, string(body.kind))
		}
	}
	if !m.CopySource.IsNull() && !m.CopySource.IsUnknown() {
		set = append(set, string(bodyCopy))
	}
	return set
}

// encryptionsSet names the arguments that declare an encryption, as far as they
// are known.
func (m model) encryptionsSet() []string {
	var set []string
	for _, way := range []struct {
		name  string
		value types.String
	}{
		{"server_side_encryption", m.ServerSideEncryption},
		{"sse_customer_key", m.SSECustomerKey},
		{"sse_customer_key_wo", m.SSECustomerKeyWO},
		{"sse_customer_key_name", m.SSECustomerKeyName},
	} {
		if known(way.value) {
			set = append(set, way.name)
		}
	}
	return set
}
