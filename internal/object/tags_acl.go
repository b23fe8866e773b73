package object

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// unknownTagging is the count of tags if no HEAD has returned it.
const unknownTagging = -1

// readTagsAndACL reads the tags and the ACL where a state manages them. tagging is
// the number of tags that HEAD returned: if it is 0, there is nothing to read.
func (r *Resource) readTagsAndACL(ctx context.Context, state *model, tagging int) diag.Diagnostics {
	var diags diag.Diagnostics
	loc := state.location()
	if !state.Tags.IsNull() {
		tags := map[string]string{}
		// A missing count may mean that the caller may not read tags.
		if tagging != 0 || len(state.Tags.Elements()) > 0 {
			var err error
			if tags, err = r.data.Client.Tags(ctx, loc, ""); err != nil {
				diags.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The tags of the object %s could not be read.", loc), err))
				return diags
			}
		}
		if !maps.Equal(tags, state.tags()) {
			state.Tags = arguments.Map(tags)
		}
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
			acl = declared // who wrote the object owns the bucket, and needs no grant
		}
		state.ACL = types.StringValue(acl)
	}
	return diags
}

// aclCustom is what a state has for grants that no canned ACL describes.
const aclCustom = "custom"

func aclText(acl string) string {
	if acl == aclCustom {
		return "its ACL with the grants to other accounts"
	}
	return fmt.Sprintf("its ACL %q", acl)
}

// writeTagsAndACL sets the declared tags and ACL by their own calls, where the
// object itself need not be written. What is managed from now on is read
// first: it may be as declared already.
func (r *Resource) writeTagsAndACL(ctx context.Context, state, prior model, tags, acl bool) diag.Diagnostics {
	var diags diag.Diagnostics
	loc := state.location()
	if tags {
		same := false
		if prior.Tags.IsNull() {
			there, err := r.data.Client.Tags(ctx, loc, "")
			same = err == nil && maps.Equal(there, state.tags())
		}
		if !same {
			if err := r.data.Client.PutTags(ctx, loc, "", state.tags()); err != nil {
				diags.Append(tfdiag.Error(unableToUpdate, fmt.Sprintf("The tags of the object %s could not be set.", loc), err))
				return diags
			}
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
