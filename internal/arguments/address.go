package arguments

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// bucketPattern matches the full name of a bucket. Source: COS documentation,
// "Bucket Overview".
var bucketPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?-[0-9]+$`)

// IsBucket reports whether name has the form of a bucket name, name-appid.
func IsBucket(name string) bool { return bucketPattern.MatchString(name) }

// Address holds the arguments that identify an object.
type Address struct{ Bucket, Key, Region types.String }

// Location returns the address of the object. The key is used verbatim.
func (a Address) Location() cosclient.Location {
	return cosclient.Location{Region: a.Region.ValueString(), Bucket: a.Bucket.ValueString(), Key: a.Key.ValueString()}
}

// Validate checks the arguments that are known.
func (a Address) Validate(invalid Report) {
	if Known(a.Bucket) && !IsBucket(a.Bucket.ValueString()) {
		invalid("bucket", "Invalid Bucket", "%q is not a full bucket name. Use the form name-appid, such as examplebucket-1250000000, in lower-case letters, digits and hyphens.", a.Bucket.ValueString())
	}
	if Known(a.Key) {
		if err := cosclient.CheckKey(a.Key.ValueString()); err != nil {
			invalid("key", "Invalid Object Key", "%s.", Sentence(err.Error()))
		}
	}
	if Known(a.Region) && !cosclient.IsRegionShaped(a.Region.ValueString()) {
		invalid("region", "Invalid Region", "%q is not the name of a region such as ap-guangzhou.", a.Region.ValueString())
	}
}

// Region returns the declared region, or else the provider's. It is for types
// that read during plan, where an unknown region is an error.
func Region(region types.String, data *providerdata.Data) (types.String, diag.Diagnostics) {
	var diags diag.Diagnostics
	switch {
	case !region.IsNull():
	case data.RegionUnknown:
		diags.AddAttributeError(path.Root("region"), "No Region", "The region of the provider block is not known yet. Set region here, or apply the resources it depends on first.")
	case data.Region == "":
		diags.AddAttributeError(path.Root("region"), "No Region", "The region of the bucket is not set. Set region here or in the provider block, or set TENCENTCLOUD_REGION.")
	default:
		region = types.StringValue(data.Region)
	}
	return region, diags
}
