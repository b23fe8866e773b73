package object

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// unfinishedMove describes the copy that a move made before it failed. A retry
// recognizes only that copy as its own: equal bytes prove nothing, because objects
// that move along a chain may be equal.
type unfinishedMove struct {
	Address string `json:"address"`
	inspect.Record
}

// How long a move waits for its target to become free: briefly in general, longer
// if an instance of this run is moving away from there.
const (
	waitBriefly = 2500 * time.Millisecond
	waitLonger  = time.Minute
	waitStep    = 250 * time.Millisecond
)

// occupied reports whether the target of a move holds an object other than the copy
// that this move left there. It returns the description of that copy. If the HEAD
// fails for another reason, it reports neither.
func (r *Resource) occupied(ctx context.Context, target cosclient.Location, move *unfinishedMove) (taken bool, own *cosclient.Info) {
	info, err := r.headTarget(ctx, target, move)
	switch {
	case err == nil && move != nil && move.Address == address(target) && move.Is(info):
		return false, &info
	case err == nil, inspect.Refused(err):
		return true, nil
	case errors.Is(err, cosclient.ErrNotFound):
		r.data.Claims.FoundFree(address(target))
	}
	return false, nil
}

// headTarget reads the object at the target of a move.
func (r *Resource) headTarget(ctx context.Context, target cosclient.Location, move *unfinishedMove) (cosclient.Info, error) {
	info, err := r.data.Client.Head(ctx, target, cosclient.HeadInput{})
	if inspect.Refused(err) && move != nil && move.Address == address(target) {
		// It may be this move's copy, encrypted with a customer key.
		if found, _, searched := r.data.Inspector().SearchKeyring(ctx, target, ""); searched == nil {
			return found, nil
		}
	}
	return info, err
}

// awaitFree waits until the target of a move is free. It returns the copy that a
// failed attempt of the same move left there, if there is one.
func (r *Resource) awaitFree(ctx context.Context, from, target cosclient.Location, move *unfinishedMove) (own *cosclient.Info, diags diag.Diagnostics) {
	if move == nil && r.data.Claims.TakeFree(address(target)) {
		return nil, diags
	}
	deadline := r.now().Add(waitBriefly)
	var longest time.Time
	for {
		info, err := r.headTarget(ctx, target, move)
		switch {
		case errors.Is(err, cosclient.ErrNotFound):
			return nil, diags
		case err == nil && move != nil && move.Address == address(target) && move.Is(info):
			return &info, diags
		case err != nil && !inspect.Refused(err):
			diags.Append(tfdiag.Error(unableToMove, fmt.Sprintf("Could not determine whether an object already exists at %s, so nothing was moved there.", target), err))
			return nil, diags
		}
		if r.data.Claims.Circular(address(from)) {
			diags.AddError(unableToMove, fmt.Sprintf("The objects %s and %s are to be swapped, or are part of a longer cycle: each waits for the other to move. Nothing was moved. Give one of them a temporary key, apply, and then set its final key.", from, target))
			return nil, diags
		}
		leaving := r.data.Claims.Leaving(address(target))
		if leaving != nil && longest.IsZero() {
			longest = r.now().Add(waitLonger)
			deadline = longest
		}
		if !r.now().Before(deadline) {
			diags.AddError(unableToMove, r.targetTaken(from, target, info, err))
			return nil, diags
		}
		if err := r.wait(ctx, leaving); err != nil {
			diags.Append(tfdiag.Error(unableToMove, fmt.Sprintf("The move of %s to %s was interrupted while waiting for its target to become free.", from, target), err))
			return nil, diags
		}
	}
}

// wait waits until an instance has left, or for waitStep.
func (r *Resource) wait(ctx context.Context, leaving <-chan struct{}) error {
	timer := time.NewTimer(waitStep)
	defer timer.Stop()
	if leaving == nil {
		leaving = make(chan struct{}) // blocks forever
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-leaving:
	case <-timer.C:
	}
	return nil
}

func (r *Resource) targetTaken(from, target cosclient.Location, info cosclient.Info, err error) string {
	text := fmt.Sprintf("The object %s is to be moved to %s, and there is an object there already. A move never overwrites, so nothing was moved. ", from, target)
	if err != nil {
		return text + "It is encrypted with a customer key. Move or delete it, or choose another key. If it belongs to another resource of this configuration that moves away as well, apply again."
	}
	return text + fmt.Sprintf("It has %d bytes and was written at %s. If an earlier apply was killed while it moved this object, it is the copy that was made then: compare the two, delete the one at %s, and apply again. "+
		"If it belongs to another resource of this configuration that moves away as well, apply again. Otherwise move or delete it, or choose another key.", info.Length, inspect.TimeText(info.LastModified), target)
}

// move writes the object to its new address, with a copy by COS or an upload,
// verifies it, and only then deletes the old object. If it fails before the
// verification, the state is unchanged; afterwards the state has the new address,
// whatever else fails.
func (u *update) move(ctx context.Context) {
	r, from, target := u.r, u.prior.location(), u.planned.location()
	if u.planned.Region.ValueString() == "" {
		u.diags.AddError(unableToMove, "The region of the bucket is not set: set region here or in the provider block.")
		return
	}
	left := r.data.Claims.Leave(address(from), address(target))
	defer left()
	own, diags := r.awaitFree(ctx, from, target, u.private.Move)
	if u.diags.Append(diags...); diags.HasError() {
		return
	}
	defer r.data.Lock(target.String())()
	w := u.write(target)
	w.ForbidOverwrite = true
	var out store.Outcome
	if own != nil && len(u.write(target).Wrong(*own, cosclient.Written{})) == 0 {
		out = store.Outcome{Landed: true, Info: *own}
	} else if out = u.transfer(ctx, w); u.diags.HasError() {
		return
	}
	if out.Unproved {
		u.leaveCopy(target, out.Info)
		u.diags.Append(tfdiag.Error(unableToMove, fmt.Sprintf("The object %s was copied to %s, but the copy could not be read back to verify it. Both objects exist, and the state still refers to the old one. Apply again to continue.", from, target), out.Err))
		return
	}
	u.diags.Append(diagnose(out, unableToMove, w)...)
	if out.Mismatch() {
		if err := r.data.Store().Undo(ctx, w, out); err != nil {
			u.leaveCopy(target, out.Info)
			u.diags.Append(tfdiag.Error(unableToMove, fmt.Sprintf("The copy at %s is not stored as declared, and it could not be deleted again. The object is still at %s.", target, from), err))
		}
		return
	}
	if !out.Landed {
		return
	}
	below := r.checkVersionBelow(ctx, w, out)
	if u.diags.Append(below...); below.HasError() {
		return
	}
	u.stored(out)
	r.data.Claims.Wrote(address(target), u.private.Instance)
	u.removeOld(ctx, from)
}

// leaveCopy records a copy left at the target, so that the next attempt recognizes
// it.
func (u *update) leaveCopy(target cosclient.Location, info cosclient.Info) {
	u.private.Move = &unfinishedMove{Address: address(target), Record: inspect.RecordOf(info, u.private.WriteOnlyBody)}
}

// removeOld deletes the object at the old address. The move has already succeeded,
// so errors become warnings.
func (u *update) removeOld(ctx context.Context, from cosclient.Location) {
	if u.prior.DeletionPolicy.ValueString() == deleteNothing || u.planned.DeletionPolicy.ValueString() == deleteNothing {
		return
	}
	before := u.before
	before.Instance = u.private.Instance
	for _, d := range u.r.deleteOurs(ctx, u.prior, before, u.r.remove) {
		if d.Severity() == diag.SeverityError {
			d = diag.NewWarningDiagnostic("Old Object Not Deleted", fmt.Sprintf("The object was moved to %s. The old object %s still exists: delete it yourself.\n\n%s", u.planned.location(), from, d.Detail()))
		}
		u.diags.Append(d)
	}
}
