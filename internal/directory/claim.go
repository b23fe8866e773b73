package directory

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// claim registers which objects an instance holds, and which of them it is about
// to remove. changes means that the apply changes something and therefore removes
// retired objects.
func (r *Resource) claim(m model, prior *model, private privateState, changes bool) diag.Diagnostics {
	var diags diag.Diagnostics
	if m.Files.IsUnknown() || !arguments.Known(m.Bucket) || !arguments.Known(m.Region) {
		return diags
	}
	is := m.Files.Elements()
	was, home := map[string]bool{}, ""
	goes := func(loc cosclient.Location) {
		claimFailed(&diags, r.data.Claims.Release(address(loc), private.Instance, true), loc.String())
	}
	if prior != nil {
		home = prior.home().id()
		deletes := removedFiles(cmp.Or(m.RemovedFiles.ValueString(), string(removeDelete))) == removeDelete
		moves := !prior.home().same(m.home())
		for key := range prior.Files.Elements() {
			was[key] = true
			if _, stays := is[key]; deletes && (moves || !stays) {
				goes(prior.at(key))
			}
		}
	}
	for _, p := range private.Record.Places {
		there := p.same(m.home())
		for key, e := range p.Files {
			if _, stays := is[key]; changes && e.Standing == retired && !(there && stays) {
				goes(p.at(key))
			}
		}
	}
	recorded := private.Record.of(m.home())
	for key := range is {
		at := address(m.at(key))
		c := claims.Claim{Token: private.Instance, Prior: home}
		if was[key] && prior != nil && prior.home().same(m.home()) {
			c.Prior = at
		}
		_, known := recorded[key] // of a file that was removed, and has returned
		if how := existing(m.Existing.ValueString()); !was[key] && (known || how == existingAdopt || how == existingOverwrite) {
			c.Prior = at // it may rely on an object that another instance is about to remove
		}
		claimFailed(&diags, r.data.Claims.Claim(at, c), m.at(key).String())
	}
	return diags
}

// release registers that all objects of an instance will be removed.
func (r *Resource) release(prior model, private privateState) diag.Diagnostics {
	var diags diag.Diagnostics
	if prior.DeletionPolicy.ValueString() == abandonPolicy {
		return diags
	}
	goes := func(loc cosclient.Location) {
		claimFailed(&diags, r.data.Claims.Release(address(loc), private.Instance, true), loc.String())
	}
	for key := range prior.Files.Elements() {
		if _, foreign := private.Seen[key]; !foreign { // it would not be deleted
			goes(prior.at(key))
		}
	}
	for _, p := range private.Record.Places {
		for key, e := range p.Files {
			if e.Standing == retired {
				goes(p.at(key))
			}
		}
	}
	return diags
}

// claimFailed adds one error, regardless of the number of objects.
func claimFailed(diags *diag.Diagnostics, err error, at string) {
	if err == nil || diags.HasError() {
		return
	}
	switch {
	case errors.Is(err, claims.ErrTwice):
		diags.AddAttributeError(path.Root("source"), "Object Declared Twice",
			fmt.Sprintf("Two resource instances declare the object %s, and perhaps more. Each would undo what the other does. Exclude the file here, or take the other resource away.", at)+claims.DestroyAnyway)
	default:
		diags.AddAttributeError(path.Root("source"), "Object Both Kept and Destroyed",
			fmt.Sprintf("One resource instance needs the object %s, and another one is to delete it in the same run. Let Terraform forget the one that goes, with a removed block that has lifecycle { destroy = false }, or set removed_files = \"keep\" for the directory that gives the file up. If it is left from a replacement that was interrupted (deposed), remove the whole resource from the state with terraform state rm, and apply with existing = \"adopt_identical\".", at)+claims.DestroyAnyway)
	}
}
