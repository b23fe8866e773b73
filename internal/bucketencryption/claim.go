package bucketencryption

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
)

// Tokens of instances that a plan keeps and destroys. An instance is never both in
// one plan, so it needs no token of its own.
const (
	kept      = "kept"
	destroyed = "destroyed"
)

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
				"Remove the latter from the state instead: a whole resource with a removed block that has lifecycle { destroy = false }, a single instance with terraform state rm.", m.Bucket.ValueString(), m.Region.ValueString())+claims.DestroyAnyway)
	}
	return diags
}
