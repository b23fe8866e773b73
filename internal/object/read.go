package object

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Read refreshes the state with one HEAD, or without a request where a page of
// the listing proves the object unchanged. The identity is set first: it has to
// be there also when the object is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state.Region.IsNull() && r.data.Region != "" {
		state.Region = types.StringValue(r.data.Region) // a moved object has none yet
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if r.data.Client == nil {
		return // nothing can be asked yet: the state stays
	}
	if state.Region.IsNull() {
		resp.Diagnostics.AddError("No Region", fmt.Sprintf("The region of the object %s is not known: set region in the provider block, or TENCENTCLOUD_REGION.", state.location()))
		return
	}
	if state.imported() {
		r.readImported(ctx, state, resp)
		return
	}
	listed, heard := heardOf(ctx)
	if !heard {
		listed = listedUnchanged(ctx, state, r.data)
	}
	if listed {
		resp.Diagnostics.Append(r.readBeside(ctx, &state, unknownTagging)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		return
	}
	s, err := r.look(ctx, state, sse.CustomerKey{}, r.listedAlready)
	if err != nil {
		resp.Diagnostics.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The object %s could not be read.", state.location()), err))
		return
	}
	writeOnly, diags := isWriteOnly(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	tagging, was := unknownTagging, state
	switch s.verdict {
	case seen:
		state.record(s.info)
		tagging = s.info.TaggingCount
		if writeOnly && was.replacedBy(s.info) {
			state.ContentWOVersion = types.Int64Null()
		}
	case gone:
		resp.State.RemoveResource(ctx)
		return
	case changed:
		state.recordEntry(s.entry)
	case unproved:
		if r.data.WarnOnce("unproved") {
			resp.Diagnostics.AddWarning("Encrypted Object Not Verified", unverified(state, s.why))
		}
	case unchanged:
		state.StorageClass = optional(s.entry.StorageClass)
	}
	if writeOnly {
		state.hideContent()
	}
	resp.Diagnostics.Append(checkCopied(ctx, req.Private, &state)...)
	resp.Diagnostics.Append(r.readBeside(ctx, &state, tagging)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

func unverified(state model, why error) string {
	way := "allow the CAM action name/cos:GetBucket on the bucket"
	if errors.Is(why, errLag) {
		way = "run again when the listing is up to date"
	}
	key := "add their keys to the provider's sse_customer_keys"
	if md5 := state.SSECustomerKeyMD5.ValueString(); md5 != "" {
		key += fmt.Sprintf(" (this one has the MD5 %s)", md5)
	}
	return fmt.Sprintf("There is an object at %s, encrypted with a customer key (SSE-C) that is not at hand, and the listing could not tell whether it is unchanged: %s.\n\n"+
		"Its state is kept as it was, and so is that of any other object this is true of. To have them verified, %s, or %s.", state.location(), why, key, way)
}

// readImported reads an object that was imported or moved: nothing but its
// address is known.
func (r *Resource) readImported(ctx context.Context, state model, resp *resource.ReadResponse) {
	info, name, err := r.headImported(ctx, state.location())
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(tfdiag.Error("Unable to Import Encrypted Object", fmt.Sprintf("The object %s could not be read.", state.location()), err))
		return
	}
	state.SSECustomerKeyName = optional(name)
	state.record(info)
	resp.Diagnostics.Append(r.readBeside(ctx, &state, info.TaggingCount)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// mustBeAbsent makes sure that a create does not take over an object that is
// there. Only a 404 says so: a 400 or 403 may be somebody's SSE-C object.
func (r *Resource) mustBeAbsent(ctx context.Context, loc cosclient.Location) diag.Diagnostics {
	var diags diag.Diagnostics
	_, err := r.data.Client.Head(ctx, loc, cosclient.HeadInput{})
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
	case err == nil:
		diags.AddError(objectExists, occupied(loc))
	default:
		err = r.data.Client.Explain(ctx, loc, cosclient.HeadInput{}, err)
		if errors.Is(err, cosclient.ErrCustomerKey) {
			diags.AddError(objectExists, occupied(loc)+" It is encrypted with a customer key.")
			break
		}
		diags.Append(tfdiag.Error(unableToCreate, fmt.Sprintf("It is not certain that there is no object at %s yet, so nothing was written.", loc), err))
	}
	return diags
}

func occupied(loc cosclient.Location) string {
	return fmt.Sprintf("There is an object at %s already, and it was not overwritten. To manage it, import it:\n\n  terraform import ADDRESS '%s:%s/%s'\n\n"+
		"where ADDRESS is that of this resource, such as cos_encrypted_object.example. To replace it, set overwrite = true.", loc, loc.Region, loc.Bucket, strings.ReplaceAll(loc.Key, "'", `'\''`)) // as a shell takes it
}
