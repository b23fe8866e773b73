package object

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Delete follows the deletion policy in the state. An object that is gone
// already is deleted.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.DeletionPolicy.ValueString() == deleteNothing {
		return
	}
	if r.data.Client == nil {
		resp.Diagnostics.AddError(unableToDelete, r.data.WhyNoClient())
		return
	}
	defer r.data.Lock(state.location().String())()
	if ours, d := r.stillOurs(ctx, state); d != nil {
		resp.Diagnostics.Append(d)
		return
	} else if !ours {
		return
	}
	var err error
	if state.DeletionPolicy.ValueString() == deleteAll {
		err = r.deleteVersions(ctx, state.location())
	} else {
		err = r.deleteLatest(ctx, state.location())
	}
	if err != nil {
		resp.Diagnostics.Append(tfdiag.Error(unableToDelete, fmt.Sprintf("The object %s could not be deleted.", state.location()), err))
	}
}

// stillOurs reports whether the object may be deleted. With overwrite another
// object may have taken its place, such as the one that replaces it under
// create_before_destroy: that one stays.
func (r *Resource) stillOurs(ctx context.Context, state model) (bool, diag.Diagnostic) {
	loc := state.location()
	stays := diag.NewWarningDiagnostic("Object Not Deleted", fmt.Sprintf("The object %s is another one than that which is to be destroyed, so it was left there. Where it replaces the destroyed one (create_before_destroy on the same key), all is well.", loc))
	if r.data.Created(loc.String()) {
		return false, stays
	}
	if !state.Overwrite.ValueBool() {
		return true, nil
	}
	s, err := r.look(ctx, state, sse.CustomerKey{}, r.listed)
	switch {
	case err == nil && s.verdict == unproved:
		err = s.why
		fallthrough
	case err != nil:
		return false, tfdiag.Error(unableToDelete, fmt.Sprintf("It is not certain that the object %s is still the one that is to be destroyed, so it was not deleted.", loc), err)
	case s.verdict == gone:
		return false, nil
	case s.verdict == changed, s.verdict == seen && state.moved(s.info):
		return false, stays
	}
	return true, nil
}

// deleteLatest deletes the object; with versioning a delete marker hides it.
func (r *Resource) deleteLatest(ctx context.Context, loc cosclient.Location) error {
	_, err := r.data.Client.Delete(ctx, loc, cosclient.DeleteInput{Landed: func(ctx context.Context) (bool, error) {
		_, err := r.data.Client.Head(ctx, loc, cosclient.HeadInput{})
		return errors.Is(err, cosclient.ErrNotFound), nil
	}})
	return err
}

// deleteVersions deletes every version and delete marker of exactly this key.
func (r *Resource) deleteVersions(ctx context.Context, loc cosclient.Location) error {
	versions, err := r.versions(ctx, loc)
	if err != nil {
		return err
	}
	// The oldest first: where a deletion fails, no older version comes to light.
	for _, v := range slices.Backward(versions) {
		if _, err := r.data.Client.Delete(ctx, loc, cosclient.DeleteInput{VersionID: v.VersionID}); err != nil {
			return err
		}
	}
	return nil
}

// versions lists all versions and delete markers of a key, the latest first.
func (r *Resource) versions(ctx context.Context, loc cosclient.Location) ([]cosclient.Version, error) {
	var all []cosclient.Version
	var keyMarker, versionMarker string
	for {
		page, nextKey, nextVersion, truncated, err := r.data.Client.ListVersions(ctx, loc.Region, loc.Bucket, loc.Key, keyMarker, versionMarker)
		if err != nil {
			return nil, err
		}
		for _, v := range page {
			if v.Key != loc.Key {
				return all, nil // the key itself sorts before all others that begin with it
			}
			all = append(all, v)
		}
		if !truncated {
			return all, nil
		}
		keyMarker, versionMarker = nextKey, nextVersion
	}
}
