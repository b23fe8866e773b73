package directory

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
)

// claim tells the registry of the run which objects an instance holds, and which
// of them it is about to remove.
func (r *Resource) claim(m model, prior *model, private privateState) diag.Diagnostics {
	var diags diag.Diagnostics
	if m.Files.IsUnknown() || !arguments.Known(m.Bucket) || !arguments.Known(m.Region) {
		return diags
	}
	is := m.Files.Elements()
	was, home := map[string]bool{}, ""
	if prior != nil {
		home = prior.home().id()
		for key := range prior.Files.Elements() {
			was[key] = true
			if _, stays := is[key]; !stays && m.RemovedFiles.ValueString() != string(removeKeep) {
				claimFailed(&diags, r.data.Claims.Release(address(prior.at(key)), private.Instance, m.RemovedFiles.ValueString() != string(removeNext)), prior.at(key).String())
			}
		}
	}
	for key := range is {
		at := address(m.at(key))
		c := claims.Claim{Token: private.Instance, Prior: home}
		if was[key] && prior != nil && prior.home().same(m.home()) {
			c.Prior = at
		}
		claimFailed(&diags, r.data.Claims.Claim(at, c), m.at(key).String())
	}
	return diags
}

// release tells the registry that all objects of an instance go.
func (r *Resource) release(prior model, private privateState) diag.Diagnostics {
	var diags diag.Diagnostics
	deletes := prior.DeletionPolicy.ValueString() != abandonPolicy
	for key := range prior.Files.Elements() {
		claimFailed(&diags, r.data.Claims.Release(address(prior.at(key)), private.Instance, deletes), prior.at(key).String())
	}
	return diags
}

// claimFailed adds one error, whatever the number of objects.
func claimFailed(diags *diag.Diagnostics, err error, at string) {
	if err == nil || diags.HasError() {
		return
	}
	const destroyAnyway = " To destroy everything in spite of this, use -refresh=false."
	switch {
	case errors.Is(err, claims.ErrTwice):
		diags.AddAttributeError(path.Root("source"), "Object Declared Twice",
			fmt.Sprintf("Two resource instances declare the object %s, and perhaps more. Each would undo what the other does. Exclude the file here, or take the other resource away.", at)+destroyAnyway)
	default:
		diags.AddAttributeError(path.Root("source"), "Object Both Kept and Destroyed",
			fmt.Sprintf("One resource instance needs the object %s, and another one is to delete it in the same run. Let Terraform forget the one that goes, with a removed block that has lifecycle { destroy = false }, or set removed_files = \"keep\" for the directory that gives the file up.", at)+destroyAnyway)
	}
}
