package bucketencryption

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ValidateConfig checks the arguments on their own. Unknown arguments are checked
// once they are known.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
}

func (m model) validate() diag.Diagnostics {
	diags := m.validateAddress()
	if arguments.Known(m.ServerSideEncryption) {
		diags.Append(m.validateMode()...)
	}
	if arguments.Known(m.SSEKMSKeyID) && m.key() == "" {
		diags.AddAttributeError(path.Root("sse_kms_key_id"), "Invalid KMS Key",
			"The ID of the KMS key is empty. Omit sse_kms_key_id to use COS's default key.")
	}
	return diags
}

// validateAddress checks bucket and region.
func (m model) validateAddress() diag.Diagnostics {
	var diags diag.Diagnostics
	arguments.Address{Bucket: m.Bucket, Key: types.StringNull(), Region: m.Region}.Validate(arguments.Into(&diags))
	return diags
}

func (m model) validateMode() diag.Diagnostics {
	var diags diag.Diagnostics
	mode, err := sse.ParseMode(m.ServerSideEncryption.ValueString())
	switch {
	case m.ServerSideEncryption.ValueString() == "KMS":
		diags.AddAttributeError(path.Root("server_side_encryption"), "Invalid Encryption Mode",
			`SSE-KMS is written "cos/kms" here, as it is for objects. The API of COS calls it "KMS" for a bucket; the provider translates.`)
	case err != nil:
		diags.AddAttributeError(path.Root("server_side_encryption"), "Invalid Encryption Mode",
			fmt.Sprintf("The value %s.", err))
	case mode != sse.ModeKMS && arguments.Known(m.SSEKMSKeyID):
		diags.AddAttributeError(path.Root("sse_kms_key_id"), "KMS Argument Without SSE-KMS",
			`A KMS key needs server_side_encryption = "cos/kms".`)
	}
	return diags
}

// allowed checks the encryption against the provider's policy: the default for
// uploads must be allowed for objects.
func (m model) allowed(policy sse.Policy) diag.Diagnostics {
	var diags diag.Diagnostics
	refuse := func(attribute string, violation *sse.Violation) {
		if violation != nil {
			diags.AddAttributeError(path.Root(attribute), "Encryption Not Allowed",
				fmt.Sprintf("require_encryption.%s of the provider block forbids this default encryption: %s.", violation.Rule, violation.Text))
		}
	}
	if m.mode() == sse.ModeNone {
		return diags
	}
	refuse("server_side_encryption", policy.AllowsMode(m.mode()))
	if m.mode() == sse.ModeKMS && !m.SSEKMSKeyID.IsUnknown() {
		refuse("sse_kms_key_id", policy.AllowsKMSKey(m.key()))
	}
	return diags
}
