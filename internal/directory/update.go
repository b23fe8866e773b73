package directory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Update brings the objects into line with the planned files.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, config, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	private, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := within(ctx, plan.Timeouts, "update", &resp.Diagnostics)
	defer cancel()
	a, ok := r.begin(ctx, unableToUpdate, plan, config, &state, &state, private)
	if ok {
		resp.Diagnostics.Append(r.claim(a.plan, &state, private, true)...)
	}
	if !ok || resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(a.diags...)
		return
	}
	landed := a.run(ctx)
	resp.Diagnostics.Append(a.diags...)
	if !landed && a.diags.HasError() {
		return
	}
	result, private := a.result()
	resp.Diagnostics.Append(resp.State.Set(ctx, result)...)
	resp.Diagnostics.Append(private.note(ctx, resp.Private)...)
}
