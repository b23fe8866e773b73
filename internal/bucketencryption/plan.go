package bucketencryption

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ModifyPlan sets every attribute that the configuration leaves open. It sends no
// request, since the refresh has read the encryption.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var config model
	var state *model
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	if req.Plan.Raw.IsNull() {
		if state != nil && r.data != nil {
			resp.Diagnostics.Append(r.release(*state)...)
		}
		return
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan, replaced, diags := config.plan(state, r.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	for _, attribute := range replaced {
		resp.RequiresReplace.Append(path.Root(attribute))
	}
	if r.data != nil {
		resp.Diagnostics.Append(r.declare(config, plan, state != nil)...)
	}
	switch {
	case state == nil || r.data == nil:
	case plan.sameBucket(*state):
		resp.Diagnostics.Append(r.keep(*state)...)
	case arguments.Known(plan.Bucket) && arguments.Known(plan.Region): // the destruction in a replacement has no plan of its own
		resp.Diagnostics.Append(r.release(*state)...)
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// plan completes a configuration. state is nil for a new resource, and data is
// nil before the provider is configured. replaced lists the attributes whose
// change requires replacement.
func (m model) plan(state *model, data *providerdata.Data) (plan model, replaced []string, diags diag.Diagnostics) {
	plan = m
	if m.Region.IsNull() {
		plan.Region, diags = defaultRegion(state, m.Bucket, data)
	}
	same := state != nil && plan.sameBucket(*state)
	if state != nil {
		if !plan.Bucket.Equal(state.Bucket) {
			replaced = append(replaced, "bucket")
		}
		if !plan.Region.Equal(state.Region) {
			replaced = append(replaced, "region")
		}
		if plan.mode() != sse.ModeNone && plan.mode() == state.mode() {
			plan.ServerSideEncryption = state.ServerSideEncryption
		}
	}
	if m.SSEKMSKeyID.IsNull() {
		switch {
		case m.ServerSideEncryption.IsUnknown():
			plan.SSEKMSKeyID = types.StringUnknown()
		case plan.mode() != sse.ModeKMS:
			plan.SSEKMSKeyID = types.StringNull()
		case same && state.mode() == sse.ModeKMS:
			plan.SSEKMSKeyID = state.SSEKMSKeyID
		default:
			plan.SSEKMSKeyID = types.StringUnknown()
		}
	}
	if data != nil {
		diags.Append(m.policed(plan).allowed(data.Policy)...)
	}
	return plan, replaced, diags
}

// policed returns the model to check against the policy. An undeclared key, which
// COS will choose, counts as none rather than unknown.
func (m model) policed(plan model) model {
	if m.SSEKMSKeyID.IsNull() && plan.SSEKMSKeyID.IsUnknown() {
		plan.SSEKMSKeyID = types.StringNull()
	}
	return plan
}

// defaultRegion returns the region if the configuration sets none: that of the
// existing resource, or the provider's.
func defaultRegion(state *model, bucket types.String, data *providerdata.Data) (types.String, diag.Diagnostics) {
	var diags diag.Diagnostics
	switch {
	case state != nil && state.Bucket.Equal(bucket):
		return state.Region, nil
	case data == nil || data.RegionUnknown:
		return types.StringUnknown(), nil
	case data.Region == "":
		diags.AddAttributeError(path.Root("region"), "No Region",
			"The region of the bucket is needed: set region here or in the provider block, or the environment variable TENCENTCLOUD_REGION.")
	}
	return types.StringValue(data.Region), diags
}
