package object

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// address returns the address of an object in the form that package claims uses.
func address(loc cosclient.Location) string { return claims.Address(loc.Region, loc.String()) }

// address returns the address of the object, "" if it is not known yet.
func (r *Resource) address(m model) string {
	region := arguments.FirstOf(m.Region, defaultRegion(r.data))
	if !arguments.Known(m.Bucket) || !arguments.Known(m.Key) || !arguments.Known(region) {
		return ""
	}
	m.Region = region
	return address(m.location())
}

// claim registers, for this run, that an instance manages its address.
func (r *Resource) claim(s situation, o *outline, instance string, weak bool) diag.Diagnostics {
	at := r.address(o.config)
	if o.config.Region.IsNull() && s.prior != nil {
		moved := o.config
		moved.Region = s.prior.Region
		at = r.address(moved)
	}
	c := claims.Claim{Token: instance, Weak: weak && s.prior != nil}
	if s.prior != nil {
		c.Prior = r.address(*s.prior)
	}
	if o.Body == bodyCopy {
		c.CopyOf = r.copySourceAddress(o.config)
	}
	if at == "" {
		return nil
	}
	return claimFailed(r.data.Claims.Claim(at, c), o.config.location())
}

// copySourceAddress returns the address of the copy source, "" if it is not known
// or a specific version is copied.
func (r *Resource) copySourceAddress(m model) string {
	c, ok := m.copySource(context.Background()) // the conversion does not use the context
	if !ok || !c.VersionID.IsNull() {
		return ""
	}
	return r.address(model{Bucket: c.Bucket, Key: c.Key, Region: arguments.FirstOf(c.Region, m.Region)})
}

// release registers, for this run, that an instance will be destroyed.
func (r *Resource) release(prior model, private privateState) diag.Diagnostics {
	at := r.address(prior)
	if at == "" {
		return nil
	}
	// An object written outside of Terraform is not deleted, nor is one that the
	// deletion policy keeps.
	deletes := private.Seen == nil && prior.DeletionPolicy.ValueString() != deleteNothing
	return claimFailed(r.data.Claims.Release(at, private.Instance, deletes), prior.location())
}

// claimFailed returns the diagnostic for a conflict between two instances.
func claimFailed(err error, loc cosclient.Location) diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case errors.Is(err, claims.ErrTwice):
		diags.AddAttributeError(path.Root("key"), "Object Declared Twice",
			fmt.Sprintf("Two resource instances declare the object %s. Each would revert the changes of the other, and destroying one of them would delete the object of both. "+
				"Declare it once. If both are in the state, remove one from it: a whole resource with a removed block that has lifecycle { destroy = false }, a single instance with terraform state rm.", loc)+claims.DestroyAnyway)
	case errors.Is(err, claims.ErrKept):
		diags.AddAttributeError(path.Root("key"), "Object Both Kept and Destroyed",
			fmt.Sprintf("One resource instance keeps the object %s, and another one will be destroyed, which would delete it. "+
				"Remove the latter from the state instead: a whole resource with a removed block that has lifecycle { destroy = false }, a single instance with terraform state rm. If it is the same object under another name, use a moved block.", loc)+claims.DestroyAnyway)
	case errors.Is(err, claims.ErrCopied):
		diags.AddAttributeError(path.Root("copy_source"), "Copy Source Is Destroyed",
			fmt.Sprintf("The object %s is part of a copy whose source is destroyed in the same run. The order is not guaranteed, and the source could be deleted before it is copied. "+
				"To rename the object, use a moved block from the old resource instance to the new one: COS then copies it, and the old object is deleted once the copy is verified.", loc)+claims.DestroyAnyway)
	}
	return diags
}
