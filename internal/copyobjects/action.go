package copyobjects

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

var (
	_ action.Action                   = (*Action)(nil)
	_ action.ActionWithConfigure      = (*Action)(nil)
	_ action.ActionWithValidateConfig = (*Action)(nil)
	_ action.ActionWithModifyPlan     = (*Action)(nil)
)

const unableToCopy = "Unable to Copy Objects"

// Action is the action cos_copy_objects.
type Action struct{ data *providerdata.Data }

// NewAction returns an unconfigured action.
func NewAction() action.Action { return &Action{} }

func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_copy_objects"
}

func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

func (a *Action) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(config.validate()...)
		resp.Diagnostics.Append(config.warnJoined()...)
	}
}

// ModifyPlan rejects targets that cannot be applied. It sends no request.
func (a *Action) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || a.data == nil {
		return
	}
	_, _, diags := bulkaction.Wanted(config.declared(), a.data)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(config.overlap(arguments.Optional(a.data.Region), a.data.Client)...)
}

func (a *Action) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !a.data.Ready(unableToCopy, &resp.Diagnostics) {
		return
	}
	target, diags := config.target(a.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	out := target.Run(ctx, a.data.Store(), config.objects().Options(resp))
	resp.Diagnostics.Append(words.Diagnostics(target.Source.Bucket, target.DryRun, out)...)
}

// target resolves all arguments when the action runs.
func (m model) target(data *providerdata.Data) (Target, diag.Diagnostics) {
	diags := m.validate()
	settings, known, more := bulkaction.Wanted(m.declared(), data)
	diags.Append(more...)
	if diags.HasError() {
		return Target{}, diags
	}
	if !known {
		diags.AddError(unableToCopy, "The wanted encryption is not known: the provider's sse_customer_keys or default_encryption depend on something that is not there yet.")
		return Target{}, diags
	}
	source, more := arguments.Region(m.SourceRegion, data)
	diags.Append(more...)
	region, more := arguments.Region(m.Region, data)
	diags.Append(more...)
	if diags.HasError() {
		return Target{}, diags
	}
	m.SourceRegion, m.Region = source, region
	diags.Append(m.overlap(types.StringNull(), data.Client)...)
	return Target{
		Source:     m.source(),
		To:         Place{region.ValueString(), m.Bucket.ValueString(), m.Prefix.ValueString()},
		Encryption: settings, StorageClass: m.StorageClass.ValueString(),
		Overwrite: m.Overwrite.ValueBool(), DryRun: m.DryRun.ValueBool(),
	}, diags
}

// words are the action's messages about its outcome.
var words = bulkaction.Words{
	Unable: unableToCopy, Missed: "Objects Not Copied", Left: "Objects Not Found",
	Rest: "The copies of the others are right, and proved. Run the action again once the causes are gone: what is right at the target is skipped.",
}
