package reencrypt

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

func (m model) objects() bulkaction.Objects {
	return bulkaction.Objects{Bucket: m.Bucket, Region: m.Region, Prefix: m.Prefix, Match: m.Match, ReportFile: m.ReportFile, Parallelism: m.Parallelism}
}

func (m model) declared() encryption.Declared {
	return encryption.Declared{
		ServerSideEncryption: m.ServerSideEncryption, SSEKMSKeyID: m.SSEKMSKeyID, SSEContext: m.SSEContext,
		SSECustomerKey: types.StringNull(), SSECustomerKeyWO: types.StringNull(), SSECustomerKeyName: m.SSECustomerKeyName,
	}
}

// validate reports errors that do not depend on the provider's configuration.
func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	invalid := arguments.Into(&diags)
	m.objects().Validate(invalid)
	m.validateSelection(invalid)
	m.declared().Validate(invalid)
	m.declared().ValidateExclusive(invalid)
	if !m.SSEContext.IsNull() && m.ModifiedBefore.IsNull() {
		invalid("sse_context", "Context Without a Time", "COS never returns an encryption context, so that no run could tell which objects have it already: set modified_before, such as the time at which the context was decided.")
	}
	if arguments.Known(m.ModifiedBefore) {
		if before, err := time.Parse(time.RFC3339, m.ModifiedBefore.ValueString()); err != nil {
			invalid("modified_before", "Invalid Time", "%q is not a time in RFC 3339, such as 2026-11-01T00:00:00Z.", m.ModifiedBefore.ValueString())
		} else if before.After(time.Now()) {
			invalid("modified_before", "Time in the Future", "%s is in the future: what this run writes would be before it as well, so that no run would ever end the work.", m.ModifiedBefore.ValueString())
		}
	}
	return diags
}

func (m model) validateSelection(invalid arguments.Report) {
	if m.Encryption.IsNull() || m.Encryption.IsUnknown() {
		return
	}
	if len(m.Encryption.Elements()) == 0 {
		invalid("encryption", "Invalid Encryption", "encryption is empty: leave it out instead.")
	}
	for _, element := range m.Encryption.Elements() {
		if value, ok := element.(types.String); ok && arguments.Known(value) && !audit.Known(value.ValueString()) {
			invalid("encryption", "Invalid Encryption", "%q is not an encryption: use none, AES256, SM4, cos/kms, customer or customer_unknown.", value.ValueString())
		}
	}
}

// wanted is a target that may be partly unknown.
type wanted struct {
	Target
	known bool
}

// target resolves the arguments, except for the region, with the provider's
// configuration.
func (m model) target(data *providerdata.Data) (wanted, diag.Diagnostics) {
	settings, known, diags := bulkaction.Wanted(m.declared(), data)
	before, _ := time.Parse(time.RFC3339, m.ModifiedBefore.ValueString()) // validated; zero if there is none
	t := Target{
		Bucket: m.Bucket.ValueString(), Encryption: settings,
		ModifiedBefore: before, IncludePublic: m.IncludePublic.ValueBool(), DryRun: m.DryRun.ValueBool(),
	}
	for _, element := range m.Encryption.Elements() {
		if value, ok := element.(types.String); ok {
			t.Only = append(t.Only, audit.Encryption(value.ValueString()))
		}
	}
	return wanted{t, known}, diags
}
