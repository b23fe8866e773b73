package bucketencryption

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Delete removes the default encryption. A resource that was renamed without a
// moved block is created and destroyed in one run, in any order; Delete leaves a
// default that the new instance has adopted.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m model
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.data.Ready(unableToDelete, &resp.Diagnostics) {
		return
	}
	defer r.data.Lock(m.claim())()
	if r.data.Claims.WrittenByOther(m.claim(), "") {
		return
	}
	err := r.data.Client.DeleteBucketEncryption(ctx, m.Region.ValueString(), m.Bucket.ValueString())
	if err == nil {
		_, err = r.waitFor(ctx, m, sse.ModeNone, "")
	}
	if err != nil && !gone(err) {
		resp.Diagnostics.Append(r.failed(ctx, m, unableToDelete, fmt.Sprintf("The default encryption of the bucket %s could not be removed.", m.Bucket.ValueString()), err))
	}
}
