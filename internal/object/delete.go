package object

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Delete follows the deletion policy in the state. An object that is gone
// already is deleted. If the instance is only replaced at the same address, the
// object stays for its successor to overwrite: nothing is lost if that fails.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	private, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	remove := r.remove
	if private.Replaced == r.address(state) {
		remove = r.handOver
	} else if state.DeletionPolicy.ValueString() == deleteNothing {
		return
	}
	if r.data.Client == nil {
		resp.Diagnostics.AddError(unableToDelete, r.data.WhyNoClient())
		return
	}
	defer r.data.Lock(state.location().String())()
	resp.Diagnostics.Append(r.deleteOurs(ctx, state, private, remove)...)
}

// handOver leaves the object for the instance that replaces this one.
func (r *Resource) handOver(_ context.Context, state model, _ inspect.Record, gone bool) error {
	if !gone {
		r.data.Claims.HandOver(r.address(state))
	}
	return nil
}

// deleteOurs deletes the object that a state describes, if it still is the one
// that was recorded. Anything else stays, with a warning.
func (r *Resource) deleteOurs(ctx context.Context, state model, private privateState, remove func(ctx context.Context, state model, ours inspect.Record, gone bool) error) diag.Diagnostics {
	var diags diag.Diagnostics
	loc := state.location()
	if r.data.Claims.WrittenByOther(r.address(state), private.Instance) {
		diags.AddWarning("Object Not Deleted", fmt.Sprintf("Another resource instance has written the object %s in this run, so it was left there. If it replaces the destroyed one (create_before_destroy on the same key), all is well.", loc))
		return diags
	}
	key, _ := findKey(state, sse.CustomerKey{}, r.data.Keyring)
	ours := private.ours(state)
	seen, err := r.data.Inspector().Inspect(ctx, inspect.Target{Location: loc, Expected: ours, Key: key})
	if err == nil && seen.Status == inspect.Unverified {
		err = seen.Why
	}
	switch {
	case err != nil:
		diags.Append(tfdiag.Error(unableToDelete, fmt.Sprintf("Could not determine whether the object %s is still the one that is to be destroyed, so it was not deleted.", loc), err))
		return diags
	case seen.Status == inspect.Changed, seen.Status == inspect.Read && !ours.Is(seen.Info):
		diags.AddWarning("Object Not Deleted", fmt.Sprintf("The object %s is not the one that this resource wrote: somebody has written it since. It was left there. %s", loc, written(seen)))
		return diags
	}
	if err := remove(ctx, state, ours, seen.Status == inspect.Gone); err != nil {
		diags.Append(tfdiag.Error(unableToDelete, fmt.Sprintf("The object %s could not be deleted.", loc), err))
		return diags
	}
	r.data.Claims.Deleted(r.address(state), private.Instance)
	return diags
}

// remove deletes as the policy in the state says. An object that is gone is
// deleted already, but older versions of it may be there.
func (r *Resource) remove(ctx context.Context, state model, ours inspect.Record, gone bool) error {
	switch {
	case state.DeletionPolicy.ValueString() == deleteAll:
		return r.deleteVersions(ctx, state.location(), gone, ours)
	case gone:
		return nil
	}
	return r.deleteLatest(ctx, state.location())
}

// written says when the object that is there was written.
func written(seen inspect.Observation) string {
	when, etag := seen.Info.LastModified, seen.Info.ETag
	if seen.Status == inspect.Changed {
		when, etag = seen.Entry.LastModified, seen.Entry.ETag
	}
	return fmt.Sprintf("It was written at %s and has the ETag %q.", inspect.TimeText(when), etag)
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
// Behind a delete marker that somebody else has set, they go only if the
// recorded one is among them.
func (r *Resource) deleteVersions(ctx context.Context, loc cosclient.Location, gone bool, ours inspect.Record) error {
	versions, err := r.versions(ctx, loc)
	if err != nil {
		return err
	}
	if gone && !slices.ContainsFunc(versions, func(v cosclient.Version) bool {
		return inspect.VersionOf(ours.VersionID) != "" && v.VersionID == ours.VersionID
	}) {
		return nil
	}
	// The oldest first: if a deletion fails, no older version comes to light.
	for _, v := range slices.Backward(versions) {
		if _, err := r.data.Client.Delete(ctx, loc, cosclient.DeleteInput{VersionID: v.VersionID}); err != nil {
			return err
		}
	}
	if len(versions) > 0 {
		return nil
	}
	// A list that shows nothing proves nothing.
	if _, err := r.data.Client.Head(ctx, loc, cosclient.HeadInput{}); !errors.Is(err, cosclient.ErrNotFound) {
		return errors.Join(errors.New("the bucket lists no version of it, and it is still there"), err)
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
