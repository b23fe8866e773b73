package bucketencryption

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ModifyPlan decides every attribute that the configuration leaves open. It
// asks COS nothing: the refresh has.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		return
	}
	var config model
	var state *model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !req.State.Raw.IsNull() {
		state = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
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
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// plan completes a configuration; state is nil for what is to be created, and
// data is nil if nothing is configured yet. replaced are the attributes whose
// change needs another resource.
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

// policed is what the policy is asked about: a key that is not declared and that
// COS chooses counts as none, not as unknown.
func (m model) policed(plan model) model {
	if m.SSEKMSKeyID.IsNull() && plan.SSEKMSKeyID.IsUnknown() {
		plan.SSEKMSKeyID = types.StringNull()
	}
	return plan
}

// defaultRegion is the region of a configuration that names none: the one that
// the resource was created in, else the provider's.
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
