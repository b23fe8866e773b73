// Package object implements the resource cos_encrypted_object.
package object

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

var (
	_ resource.Resource                   = (*Resource)(nil)
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

const (
	unableToCreate = "Unable to Create Encrypted Object"
	unableToRead   = "Unable to Read Encrypted Object"
	unableToUpdate = "Unable to Update Encrypted Object"
	unableToDelete = "Unable to Delete Encrypted Object"
	unableToMove   = "Unable to Move Encrypted Object"
	objectExists   = "Object Exists Already"
)

// Resource implements the resource cos_encrypted_object.
type Resource struct {
	data *providerdata.Data
	now  func() time.Time
}

// NewResource returns an unconfigured resource.
func NewResource() resource.Resource { return &Resource{now: time.Now} }

// clock returns the current time, which tests can set.
func (r *Resource) clock() time.Time {
	if r.now == nil {
		return time.Now()
	}
	return r.now()
}

func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_encrypted_object"
	resp.ResourceBehavior.MutableIdentity = true // a move changes it
}

func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}
