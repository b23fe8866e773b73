package object

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// readTagsAndACL reads the tags and the ACL if the state manages them. tagging is
// the number of tags that HEAD returned, or unknownTagging.
func (r *Resource) readTagsAndACL(ctx context.Context, state *model, tagging int) diag.Diagnostics {
	var diags diag.Diagnostics
	loc := state.location()
	if d := r.readTags(ctx, state, tagging); d != nil {
		diags.Append(d)
		return diags
	}
	if !state.ACL.IsNull() {
		acl, err := r.data.Client.ACL(ctx, loc)
		if err != nil {
			diags.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The ACL of the object %s could not be read.", loc), err))
			return diags
		}
		declared := state.ACL.ValueString()
		switch {
		case acl == "":
			acl = aclCustom
		case acl == aclPrivate && (declared == aclOwnerRead || declared == aclOwnerControl):
			acl = declared // the owner of the object also owns the bucket, and needs no grant
		}
		state.ACL = types.StringValue(acl)
	}
	return diags
}

// aclCustom is the value of acl in the state if no canned ACL matches the grants.
const aclCustom = "custom"

func aclText(acl string) string {
	if acl == aclCustom {
		return "its ACL with the grants to other accounts"
	}
	return fmt.Sprintf("its ACL %q", acl)
}

// writeTagsAndACL sets tags and ACL with requests of their own, without writing the
// object. What was not managed before is read first, because it may already be as
// declared.
func (r *Resource) writeTagsAndACL(ctx context.Context, state, prior model, tags, acl bool) diag.Diagnostics {
	var diags diag.Diagnostics
	loc := state.location()
	if tags {
		if d := r.writeTags(ctx, state, prior); d != nil {
			diags.Append(d)
			return diags
		}
	}
	if acl {
		same := false
		if prior.ACL.IsNull() {
			there, err := r.data.Client.ACL(ctx, loc)
			same = err == nil && there == state.ACL.ValueString()
		}
		if !same {
			if err := r.data.Client.PutACL(ctx, loc, state.ACL.ValueString()); err != nil {
				diags.Append(tfdiag.Error(unableToUpdate, fmt.Sprintf("The ACL of the object %s could not be set.", loc), err))
			}
		}
	}
	return diags
}
