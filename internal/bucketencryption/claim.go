package bucketencryption

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
)

// Tokens of instances that a plan keeps and destroys. An instance is never both in
// one plan, so it needs no token of its own.
const (
	kept      = "kept"
	destroyed = "destroyed"
)

// declare registers which mode and key a configuration declares for a bucket. An
// undeclared key matches any.
//
// New instances are compared among themselves: in a replacement, ignore_changes
// applies to the plan of the instance that exists, and not to that of the new one.
func (r *Resource) declare(config, plan model, exists bool) diag.Diagnostics {
	var diags diag.Diagnostics
	for what, declared := range map[string]string{"mode": string(config.mode()), "key": config.key()} {
		if declared == "" || !arguments.Known(plan.Region) || !arguments.Known(plan.Bucket) {
			continue
		}
		if r.data.Claims.Claim(fmt.Sprintf("%s of %s, exists: %t", what, plan.claim(), exists), claims.Claim{Token: declared}) != nil {
			diags.AddAttributeError(path.Root("bucket"), "Default Encryption Declared Twice",
				fmt.Sprintf("Two resource instances declare different default encryptions of the bucket %s in %s. Each would revert the changes of the other. Declare it once.", plan.Bucket.ValueString(), plan.Region.ValueString())+claims.DestroyAnyway)
			return diags
		}
	}
	return diags
}

// keep registers that a plan keeps the default of a bucket. An instance that is to
// be created is not registered: it may rely on another one being destroyed first.
func (r *Resource) keep(m model) diag.Diagnostics {
	return claimFailed(r.data.Claims.Claim(m.claim(), claims.Claim{Token: kept, Prior: m.claim()}), m)
}

// release registers that the default of a bucket is to be removed.
func (r *Resource) release(m model) diag.Diagnostics {
	return claimFailed(r.data.Claims.Release(m.claim(), destroyed, true), m)
}

func claimFailed(err error, m model) diag.Diagnostics {
	var diags diag.Diagnostics
	if err != nil {
		diags.AddAttributeError(path.Root("bucket"), "Default Encryption Both Kept and Destroyed",
			fmt.Sprintf("One resource instance keeps the default encryption of the bucket %s in %s, and another one will be destroyed, which would remove it. "+
				"Remove the latter from the state instead: a whole resource with a removed block that has lifecycle { destroy = false }, a single instance with terraform state rm. If it is left from a replacement that was interrupted (deposed), remove the whole resource from the state, and apply again.", m.Bucket.ValueString(), m.Region.ValueString())+claims.DestroyAnyway)
	}
	return diags
}
