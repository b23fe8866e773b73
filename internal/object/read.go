package object

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Read refreshes the state with one HEAD. The identity is set first: it has to
// be there also when the object is gone.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if r.data.Client == nil {
		return // nothing can be asked yet: the state stays
	}
	info, err := r.head(ctx, state)
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(r.unreadable(state, err))
		return
	}
	state.record(info)
	resp.Diagnostics.Append(r.readBeside(ctx, &state, info)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// head reads the object with the key that is known for it. Where COS refuses,
// the object may have got another encryption since: then without a key.
// ErrNotFound is the only error that means the object is gone.
func (r *Resource) head(ctx context.Context, state model) (cosclient.Info, error) {
	loc := state.location()
	key, _ := r.keyOf(state)
	info, err := r.data.Client.Head(ctx, loc, cosclient.HeadInput{CustomerKey: key})
	if refused(err) && !key.IsZero() {
		plain, plainErr := r.data.Client.Head(ctx, loc, cosclient.HeadInput{})
		if !refused(plainErr) {
			return plain, plainErr
		}
	}
	if refused(err) {
		err = r.data.Client.Explain(ctx, loc, cosclient.HeadInput{CustomerKey: key}, err)
	}
	return info, err
}

func (r *Resource) unreadable(state model, err error) diag.Diagnostic {
	what := fmt.Sprintf("The object %s could not be read.", state.location())
	if _, ok := r.keyOf(state); !ok {
		what = lostKey(state)
	}
	return tfdiag.Error(unableToRead, what, err)
}

// mustBeAbsent makes sure that a create does not take over an object that is
// there. Only a 404 says so: a 400 or 403 may be somebody's SSE-C object.
func (r *Resource) mustBeAbsent(ctx context.Context, loc cosclient.Location) diag.Diagnostics {
	var diags diag.Diagnostics
	_, err := r.data.Client.Head(ctx, loc, cosclient.HeadInput{})
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
	case err == nil:
		diags.AddError("Object Exists Already", occupied(loc))
	default:
		err = r.data.Client.Explain(ctx, loc, cosclient.HeadInput{}, err)
		if errors.Is(err, cosclient.ErrCustomerKey) {
			diags.AddError("Object Exists Already", occupied(loc)+" It is encrypted with a customer key.")
			break
		}
		diags.Append(tfdiag.Error(unableToCreate, fmt.Sprintf("It is not certain that there is no object at %s yet, so nothing was written.", loc), err))
	}
	return diags
}

func occupied(loc cosclient.Location) string {
	return fmt.Sprintf("There is an object at %s already, and it was not overwritten. To manage it, import it:\n\n  terraform import ADDRESS '%s:%s/%s'\n\n"+
		"where ADDRESS is that of this resource, such as cos_encrypted_object.example. To replace it, set overwrite = true.", loc, loc.Region, loc.Bucket, loc.Key)
}
