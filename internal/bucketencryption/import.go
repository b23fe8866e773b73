package bucketencryption

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

const importForms = "bucket or region:bucket, such as examplebucket-1250000000 or ap-guangzhou:examplebucket-1250000000"

// ImportState imports a bucket's default encryption by ID or identity. Read fills
// in the rest.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var m model
	if arguments.ByID(req) {
		var ok bool
		if m, ok = parseImportID(req.ID); !ok {
			// The ID is not quoted, because users paste URLs, and a presigned URL
			// is a secret.
			resp.Diagnostics.AddError("Invalid Import ID", "The ID is not a bucket. An ID is "+importForms+".")
			return
		}
	} else {
		var identity identityModel
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		m = model{Bucket: identity.Bucket, Region: identity.Region}
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if !r.data.Ready(unableToImport, &resp.Diagnostics) {
		return
	}
	if m.Region.ValueString() == "" {
		m.Region = types.StringValue(r.data.Region)
	}
	if m.Region.ValueString() == "" {
		resp.Diagnostics.AddError("No Region", fmt.Sprintf("The region of the bucket is needed to import its encryption: put it before the bucket, as in ap-guangzhou:%s, or set it in the provider block.", m.Bucket.ValueString()))
	} else {
		resp.Diagnostics.Append(m.validateAddress()...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("bucket"), m.Bucket)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("region"), m.Region)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

// parseImportID parses bucket or region:bucket.
func parseImportID(id string) (model, bool) {
	region, bucket, named := strings.Cut(id, ":")
	if !named {
		region, bucket = "", id
	}
	if !arguments.IsBucket(bucket) || named && !cosclient.IsRegion(region) {
		return model{}, false
	}
	return model{Bucket: types.StringValue(bucket), Region: arguments.Optional(region)}, true
}
