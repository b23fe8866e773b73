package reencrypt

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

var (
	_ action.Action                   = (*Action)(nil)
	_ action.ActionWithConfigure      = (*Action)(nil)
	_ action.ActionWithValidateConfig = (*Action)(nil)
	_ action.ActionWithModifyPlan     = (*Action)(nil)
)

const unableToReencrypt = "Unable to Re-Encrypt Objects"

// Action is the action cos_reencrypt_objects.
type Action struct{ data *providerdata.Data }

// NewAction returns an unconfigured action.
func NewAction() action.Action { return &Action{} }

func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_reencrypt_objects"
}

func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

func (a *Action) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(config.validate()...)
	}
}

// ModifyPlan refuses an invalid target. It sends no requests.
func (a *Action) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || a.data == nil {
		return
	}
	_, diags := config.target(a.data)
	resp.Diagnostics.Append(diags...)
}

func (a *Action) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !a.data.Ready(unableToReencrypt, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	target, diags := config.target(a.data)
	resp.Diagnostics.Append(diags...)
	region, diags := arguments.Region(config.Region, a.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	target.Region = region.ValueString()
	if !target.known {
		resp.Diagnostics.AddError(unableToReencrypt, "The wanted encryption is not known: the provider's sse_customer_keys or default_encryption depend on something that is not there yet.")
		return
	}
	out := target.Run(ctx, a.data.Store(), Options{
		Options:          config.objects().Options(resp),
		CountOldVersions: config.CountOldVersions.ValueBool(),
	})
	resp.Diagnostics.Append(diagnostics(target.Target, out)...)
}

// words are what the action says of its outcome.
var words = bulkaction.Words{
	Unable: unableToReencrypt, Missed: "Objects Not Re-Encrypted", Left: "Objects Left as They Are",
	Rest: "The others are as wanted, and proved. Run the action again once the causes are gone: what is right is skipped.",
}

// diagnostics reports the outcome of a run.
func diagnostics(t Target, out Outcome) diag.Diagnostics {
	diags := words.Diagnostics(t.Bucket, t.DryRun, out.Outcome)
	if out.CountErr != nil {
		diags.Append(tfdiag.Error("Unable to Count Old Versions", fmt.Sprintf("The versions of the bucket %s that are not the current ones could not be counted.", t.Bucket), out.CountErr))
	}
	return diags
}
