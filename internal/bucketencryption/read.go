package bucketencryption

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// Read sets the identity first, because a CLI that supports identities requires
// one even if the resource is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
	if r.data == nil || r.data.Client == nil {
		return // keep the state until the provider's configuration is known
	}
	imported := m.ServerSideEncryption.IsNull()
	e, err := r.data.Client.BucketEncryption(ctx, m.Region.ValueString(), m.Bucket.ValueString())
	switch {
	case err == nil:
		m.record(e)
		resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	case imported && errors.Is(err, cosclient.ErrNoBucketEncryption):
		resp.Diagnostics.AddError(unableToImport, fmt.Sprintf("The bucket %s in %s has no default encryption, so there is nothing to import. Remove the import block and apply to create the resource.", m.Bucket.ValueString(), m.Region.ValueString()))
	case imported:
		resp.Diagnostics.Append(refused(ctx, r.data, m, unableToImport, fmt.Sprintf("The default encryption of the bucket %s could not be read.", m.Bucket.ValueString()), err))
	case gone(err):
		resp.State.RemoveResource(ctx)
	default:
		resp.Diagnostics.Append(refused(ctx, r.data, m, unableToRead, fmt.Sprintf("The default encryption of the bucket %s could not be read.", m.Bucket.ValueString()), err))
	}
}

// gone reports whether the bucket no longer has a default encryption or no longer
// exists. A bucket in another region is not gone.
func gone(err error) bool {
	return errors.Is(err, cosclient.ErrNoBucketEncryption) ||
		errors.Is(err, cosclient.ErrNoSuchBucket) && !errors.Is(err, cosclient.ErrWrongRegion)
}
