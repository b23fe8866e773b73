package directory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

var (
	_ resource.Resource                   = (*Resource)(nil)
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

const (
	unableToPlan   = "Unable to Plan Encrypted Directory"
	unableToCreate = "Unable to Create Encrypted Directory"
	unableToRead   = "Unable to Read Encrypted Directory"
	unableToUpdate = "Unable to Update Encrypted Directory"
	unableToDelete = "Unable to Delete Encrypted Directory"
)

// Resource is the resource cos_encrypted_directory.
type Resource struct{ data *providerdata.Data }

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource { return &Resource{} }

func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_encrypted_directory"
}

func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

// address returns the address of an object in claims.
func address(loc cosclient.Location) string { return claims.Address(loc.Region, loc.String()) }
