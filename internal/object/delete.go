package object

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Delete follows the deletion policy in the state. If the object no longer exists,
// there is nothing to delete. If the instance is being replaced at the same
// address, the object stays for its successor to overwrite, so that it is not lost
// if the create fails.
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
	if !r.data.Ready(unableToDelete, &resp.Diagnostics) {
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

// deleteOurs calls remove if the object is still the recorded one. Otherwise it
// keeps the object and returns a warning.
func (r *Resource) deleteOurs(ctx context.Context, state model, private privateState, remove func(ctx context.Context, state model, ours inspect.Record, gone bool) error) diag.Diagnostics {
	var diags diag.Diagnostics
	loc := state.location()
	if r.data.Claims.WrittenByOther(r.address(state), private.Instance) {
		diags.AddWarning("Object Not Deleted", fmt.Sprintf("Another resource instance has written the object %s in this run, so it was not deleted. This is expected if that instance replaces the destroyed one (create_before_destroy with the same key).", loc))
		return diags
	}
	key, _ := findKey(state, sse.CustomerKey{}, r.data.Keyring)
	ours := private.ours(state)
	owner, seen, err := r.data.Store().Own(ctx, inspect.Target{Location: loc, Expected: ours, Key: key})
	switch {
	case err != nil:
		diags.Append(tfdiag.Error(unableToDelete, fmt.Sprintf("Could not determine whether the object %s is still the one to be destroyed, so it was not deleted.", loc), err))
		return diags
	case private.Replaced != r.address(state) && state.DeletionPolicy.ValueString() == deleteVersion && inspect.VersionOf(ours.VersionID) != "":
		// The version is deleted by its ID, whatever the latest version is.
	case owner == store.Foreign:
		diags.AddWarning("Object Not Deleted", fmt.Sprintf("The object %s is not the one that this resource wrote: it has been overwritten since. It was not deleted. %s", loc, written(seen)))
		return diags
	}
	if lock := lockSeen(state, private, seen); owner != store.Absent && lock.InForce(r.clock()) && (state.deletesLocked() || private.Replaced == r.address(state) && inspect.VersionOf(state.VersionID.ValueString()) == "") {
		diags.AddError(unableToDelete, lockedText(loc, lock, r.clock())+" Nothing was sent."+lockedWayOut)
		return diags
	}
	if err := remove(ctx, state, ours, owner == store.Absent); err != nil {
		diags.Append(tfdiag.Error(unableToDelete, fmt.Sprintf("The object %s could not be deleted.", loc), err))
		return diags
	}
	r.data.Claims.Deleted(r.address(state), private.Instance)
	return diags
}

// lockSeen returns the lock of an object that was just inspected.
func lockSeen(state model, private privateState, seen inspect.Observation) cosclient.Lock {
	if seen.Status == inspect.Read {
		return seen.Info.Lock
	}
	return private.lock(state)
}

// remove deletes according to the policy in the state. If the object is gone, older
// versions of it may still exist.
func (r *Resource) remove(ctx context.Context, state model, ours inspect.Record, gone bool) error {
	switch {
	case state.DeletionPolicy.ValueString() == deleteAll:
		return r.data.Store().DeleteVersions(ctx, state.location(), gone, ours)
	case state.DeletionPolicy.ValueString() == deleteVersion:
		return r.data.Store().DeleteVersion(ctx, state.location(), gone, ours)
	case gone:
		return nil
	}
	return r.data.Store().Delete(ctx, state.location())
}

// written describes when the existing object was written.
func written(seen inspect.Observation) string {
	when, etag := seen.Info.LastModified, seen.Info.ETag
	if seen.Status == inspect.Changed {
		when, etag = seen.Entry.LastModified, seen.Entry.ETag
	}
	return fmt.Sprintf("It was written at %s and has the ETag %q.", inspect.TimeText(when), etag)
}
