package object

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// retainUntil returns the declared end of the retention, zero if none is declared.
func (m model) retainUntil() time.Time {
	until, _ := arguments.RetainUntil(m.RetainUntil.ValueString())
	return until
}

// lock returns the lock to request from COS. It leaves out a retention that has
// expired, because COS refuses a date in the past.
func (m model) lock(now time.Time) cosclient.Lock {
	lock := cosclient.Lock{LegalHold: m.LegalHold.ValueBool()}
	if until := m.retainUntil(); now.Before(until) {
		lock.RetainUntil = until
	}
	return lock
}

// lock returns the known lock of an object, from the last HEAD or else from the
// state.
func (p privateState) lock(state model) cosclient.Lock {
	if p.Lock != nil {
		return *p.Lock
	}
	return cosclient.Lock{RetainUntil: state.retainUntil(), LegalHold: state.LegalHold.ValueBool()}
}

// setLock records the lock of an object, or nil if there is none.
func (p *privateState) setLock(lock cosclient.Lock) {
	p.Lock = nil
	if lock != (cosclient.Lock{}) {
		p.Lock = &lock
	}
}

// asksLock reports whether the lock must be read with requests for this object,
// because listings do not include it. A legal hold can be lifted at any time. A
// retention cannot be shortened, so one that was read stays valid for the same
// object.
func (m model) asksLock(private privateState, now time.Time) bool {
	if m.LegalHold.ValueBool() || private.Lock != nil && private.Lock.LegalHold {
		return true
	}
	until := m.lock(now).RetainUntil
	return private.Lock == nil && !until.IsZero() || private.Lock != nil && private.Lock.RetainUntil.Before(until)
}

// readLock reads a lock that the state manages. info is the HEAD response, or nil.
// A longer retention than the declared one satisfies it, and an expired one is not
// checked.
func (r *Resource) readLock(ctx context.Context, state *model, info *cosclient.Info, private *privateState) diag.Diagnostics {
	var diags diag.Diagnostics
	loc, known := state.location(), cosclient.Lock{}
	switch {
	case info != nil:
		known = info.Lock
	case private.Lock != nil:
		known = *private.Lock
	}
	fail := func(what string, err error) diag.Diagnostics {
		diags.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The %s of the object %s could not be read.", what, loc), err))
		return diags
	}
	if until := state.retainUntil(); r.clock().Before(until) {
		if known.RetainUntil.Before(until) {
			found, err := r.data.Client.Retention(ctx, loc)
			if err != nil {
				return fail("retention", err)
			}
			known.RetainUntil = found
		}
		if known.RetainUntil.Before(until) {
			state.RetainUntil = arguments.Optional(inspect.TimeText(known.RetainUntil))
		}
	}
	if !state.LegalHold.IsNull() {
		if info == nil || !known.LegalHold {
			held, err := r.data.Client.LegalHold(ctx, loc)
			if err != nil {
				return fail("legal hold", err)
			}
			known.LegalHold = held
		}
		state.LegalHold = types.BoolValue(known.LegalHold)
	}
	private.setLock(known)
	return diags
}

// liftHold lifts a legal hold before the object is written or tagged, which the
// hold would forbid. It reports whether to continue.
func (u *update) liftHold(ctx context.Context) bool {
	if !u.Hold || u.planned.LegalHold.ValueBool() {
		return true
	}
	u.Hold = false
	loc := u.prior.location()
	if u.prior.LegalHold.IsNull() && !u.before.lock(u.prior).LegalHold {
		held, err := u.r.data.Client.LegalHold(ctx, loc)
		if err == nil && !held {
			return true
		}
	}
	if err := u.r.data.Store().Hold(ctx, loc, false); err != nil {
		u.diags.Append(tfdiag.Error(unableToUpdate, fmt.Sprintf("The legal hold of the object %s could not be lifted.", loc), err))
		return false
	}
	lock := u.before.lock(u.prior)
	lock.LegalHold = false
	u.prior.LegalHold = types.BoolValue(false)
	u.before.setLock(lock)
	u.private.setLock(lock)
	return true
}

// writeLock changes the lock with requests of its own. If the retention was not
// managed before, it is read first, because it may be longer than declared.
func (u *update) writeLock(ctx context.Context) {
	loc, lock := u.prior.location(), u.before.lock(u.prior)
	objects := u.r.data.Store()
	if until := u.planned.retainUntil(); u.Retention && lock.RetainUntil.Before(until) {
		found := time.Time{}
		var err error
		if u.prior.RetainUntil.IsNull() {
			found, err = u.r.data.Client.Retention(ctx, loc)
		}
		if err == nil && found.Before(until) {
			found, err = objects.Prolong(ctx, loc, until)
		}
		if err != nil {
			u.diags.Append(tfdiag.Error(unableToUpdate, fmt.Sprintf("The retention of the object %s could not be set.", loc), err))
			return
		}
		lock.RetainUntil = found
		u.private.setLock(lock)
	}
	if u.Hold && !lock.LegalHold {
		if err := objects.Hold(ctx, loc, true); err != nil {
			u.diags.Append(tfdiag.Error(unableToUpdate, fmt.Sprintf("The object %s could not be put under a legal hold.", loc), err))
			return
		}
		lock.LegalHold = true
		u.private.setLock(lock)
	}
}

// checkRetention rejects a new retention date in the past, which COS would refuse.
func (m model) checkRetention(prior *model, now time.Time, invalid arguments.Report) {
	was := types.StringNull()
	if prior != nil {
		was = prior.RetainUntil
	}
	arguments.NewRetainUntil(invalid, m.RetainUntil, was, now)
}

// deletesLocked reports whether destroying the object would delete what a lock
// protects. With versioning, a DELETE without a version ID only adds a delete
// marker.
func (m model) deletesLocked() bool {
	policy := m.DeletionPolicy.ValueString()
	switch {
	case policy == deleteNothing:
		return false
	case inspect.VersionOf(m.VersionID.ValueString()) == "":
		return true
	}
	return policy == deleteVersion || policy == deleteAll
}

// changesLocked reports whether an update would change what a lock protects. With
// versioning, a write adds a new version and leaves the locked one unchanged.
func (o *outline) changesLocked(s situation) bool {
	prior := *s.prior
	versioned := inspect.VersionOf(prior.VersionID.ValueString()) != ""
	switch {
	case o.Tags && !o.hasTags(s):
		return true
	case o.Move:
		return prior.deletesLocked() && o.config.DeletionPolicy.ValueString() != deleteNothing
	}
	return !versioned && (o.Rewrite || o.Body != bodyNone && !o.Optional)
}

// hasTags reports whether a locked object that declares tags for the first time has
// them already, as after an import.
func (o *outline) hasTags(s situation) bool {
	if s.tags == nil || !allKnown(o.config.TagsAll) {
		return false
	}
	tags, err := store.JoinTags(o.config.tags(), s.tags, s.data.Tags.Keep())
	return err == nil && maps.Equal(tags, s.tags)
}

// lockedTags reads the tags of a locked object that declares tags for the first
// time. It returns nil in other cases, and if they cannot be read.
func (r *Resource) lockedTags(ctx context.Context, s situation) map[string]string {
	if s.prior == nil || r.data.Client == nil || s.prior.Region.IsNull() || !s.prior.managedTags().IsNull() ||
		s.config.wantedTags(s.data.Tags).IsNull() || !s.private.lock(*s.prior).InForce(s.now) {
		return nil
	}
	there, err := r.data.Client.Tags(ctx, s.prior.location(), "")
	if err != nil {
		return nil
	}
	return there
}

// locked refuses an update that the known lock of the object forbids.
func (o *outline) locked(s situation) *refusal {
	prior, now := *s.prior, s.now
	lock := s.private.lock(prior)
	was := prior.retainUntil()
	if until := o.config.retainUntil(); o.Retention && !until.IsZero() && until.Before(was) && now.Before(was) {
		return &refusal{
			Attribute: "retain_until", Summary: "Retention Cannot Be Shortened", Named: true,
			Detail: fmt.Sprintf("The object %s is retained until %s, and retain_until is now %s. COS extends a retention and never shortens one, for anybody. Set retain_until to %s or later.",
				prior.location(), inspect.TimeText(lock.RetainUntil), inspect.TimeText(until), inspect.TimeText(was)),
		}
	}
	if o.Hold && !o.config.LegalHold.IsUnknown() && !o.config.LegalHold.ValueBool() {
		lock.LegalHold = false // the hold is lifted first
	}
	if !lock.InForce(now) || !o.changesLocked(s) {
		return nil
	}
	return lockedRefusal(prior.location(), lock, now)
}

const objectLocked = "Object Locked"

func lockedRefusal(loc cosclient.Location, lock cosclient.Lock, now time.Time) *refusal {
	return &refusal{Attribute: "key", Summary: objectLocked, Named: true, Detail: lockedText(loc, lock, now)}
}

// lockedText describes what is locked, until when, and what to do.
func lockedText(loc cosclient.Location, lock cosclient.Lock, now time.Time) string {
	text := fmt.Sprintf("The object %s is %s. Until then, COS refuses to change its body, headers, storage class, encryption or tags, to move it and to delete it.", loc, store.LockText(lock, now))
	if lock.LegalHold {
		text = fmt.Sprintf("The object %s is %s. Until it is lifted, COS refuses to change the body, headers, storage class, encryption or tags of the object, to move it and to delete it. To lift it, set legal_hold = false and apply.", loc, store.LockText(lock, now))
	}
	return text
}

// isLocked reports, with an error, whether a known lock forbids overwriting the
// object. The apply checks this again, because the plan may not know whether the
// body or the customer key differs.
func (u *update) isLocked() bool {
	lock, now := u.before.lock(u.prior), u.r.clock()
	if !lock.InForce(now) || inspect.VersionOf(u.prior.VersionID.ValueString()) != "" {
		return false
	}
	u.diags.Append(lockedRefusal(u.prior.location(), lock, now).failure())
	return true
}

// warnLocked warns if a known lock will make the destroy fail.
func (r *Resource) warnLocked(prior model, private privateState) diag.Diagnostics {
	var diags diag.Diagnostics
	lock, now := private.lock(prior), r.clock()
	if lock.InForce(now) && prior.deletesLocked() && private.Seen == nil {
		diags.AddAttributeWarning(path.Root("key"), objectLocked, lockedText(prior.location(), lock, now)+" Destroying it will fail."+lockedWayOut)
	}
	return diags
}

const lockedWayOut = " To keep the object and only remove it from the state, use a removed block that has lifecycle { destroy = false }, or set deletion_policy = \"abandon\" and apply."

// warnLockKept warns that a lock stays in force although it is no longer declared.
func (o *outline) warnLockKept(s situation) {
	prior, lock := *s.prior, s.private.lock(*s.prior)
	if !prior.RetainUntil.IsNull() && o.config.RetainUntil.IsNull() && s.now.Before(lock.RetainUntil) {
		o.diags.AddAttributeWarning(path.Root("retain_until"), "Retention Is Kept",
			fmt.Sprintf("retain_until is no longer declared for %s: the object stays retained until %s, which nothing can shorten, and its retention is no longer managed.", prior.location(), inspect.TimeText(lock.RetainUntil)))
	}
	if prior.LegalHold.ValueBool() && o.config.LegalHold.IsNull() {
		o.diags.AddAttributeWarning(path.Root("legal_hold"), "Legal Hold Is Kept",
			fmt.Sprintf("legal_hold is no longer declared for %s: the object stays under its legal hold, which is no longer managed. To lift it, set legal_hold = false first.", prior.location()))
	}
}
