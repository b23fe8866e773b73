package object

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

var _ resource.ResourceWithImportState = (*Resource)(nil)

// ImportState sets the address of the object from its ID or identity. Read fills in
// the other attributes.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	var loc cosclient.Location
	var err error
	if arguments.ByID(req) {
		loc, err = parseImportID(req.ID)
	} else {
		var identity identityModel
		resp.Diagnostics.Append(req.Identity.Get(ctx, &identity)...)
		loc = model{Bucket: identity.Bucket, Key: identity.Key, Region: identity.Region}.location()
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if err != nil {
		resp.Diagnostics.AddError("Invalid Import ID", arguments.Sentence(err.Error())+".")
		return
	}
	if !r.data.Ready("Unable to Import Encrypted Object", &resp.Diagnostics) {
		return
	}
	if loc.Region == "" {
		loc.Region = r.data.Region
	}
	m := addressed(loc)
	switch {
	case loc.Region == "":
		resp.Diagnostics.AddError("No Region", fmt.Sprintf("The region of the bucket is needed to import %s: put it before the bucket, as in ap-guangzhou:%s/%s, or set it in the provider block.", loc, loc.Bucket, loc.Key))
	default:
		resp.Diagnostics.Append(m.validate()...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(m.setAddress(ctx, &resp.State)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
}

// parseImportID parses bucket/key, cos://bucket/key or region:bucket/key. The key
// is everything after the first slash, verbatim.
func parseImportID(id string) (cosclient.Location, error) {
	if err := CheckImport(id); err != nil {
		return cosclient.Location{}, fmt.Errorf("the key of the id %w", err)
	}
	if err := checkImportID(id); err != nil {
		return cosclient.Location{}, err
	}
	rest := strings.TrimPrefix(id, "cos://")
	bucket, key, ok := strings.Cut(rest, "/")
	region, name, named := strings.Cut(bucket, ":")
	if named {
		bucket = name
	} else {
		region = ""
	}
	if !ok || bucket == "" || key == "" || named && region == "" {
		return cosclient.Location{}, notImportable(id)
	}
	return cosclient.Location{Region: region, Bucket: bucket, Key: key}, nil
}

// imported reports whether the state was imported or moved and has not been read
// yet.
func (m model) imported() bool { return m.ContentLength.IsNull() }
