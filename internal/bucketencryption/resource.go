// Package bucketencryption implements the resource and data source for the
// default encryption of a bucket.
package bucketencryption

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
)

var (
	_ resource.Resource                   = (*Resource)(nil)
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

const (
	unableToCreate = "Unable to Create Bucket Encryption"
	unableToRead   = "Unable to Read Bucket Encryption"
	unableToUpdate = "Unable to Update Bucket Encryption"
	unableToDelete = "Unable to Delete Bucket Encryption"
	unableToImport = "Unable to Import Bucket Encryption"
)

// Resource is the resource cos_bucket_encryption.
type Resource struct {
	data  *providerdata.Data
	sleep func(context.Context, time.Duration) error
}

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource { return &Resource{sleep: sleep.For} }

func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_bucket_encryption"
}

func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}
