package directory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// locked is the recorded lock of an object. A retention cannot be shortened, so a
// verified one remains valid while the object is the same. A legal hold can be
// lifted at any time.
type locked struct {
	Until int64 `json:"until,omitempty"` // Unix time in seconds; 0 if there is no retention
	Held  bool  `json:"held,omitempty"`
	// Versioned means that a write creates a new version and keeps the locked
	// one.
	Versioned bool `json:"versioned,omitempty"`
}

// lockedOf returns the lock that HEAD reports.
func lockedOf(info cosclient.Info) locked {
	l := locked{Held: info.Lock.LegalHold}
	if !info.Lock.RetainUntil.IsZero() {
		l.Until = info.Lock.RetainUntil.Unix()
	}
	l.Versioned = inspect.VersionOf(info.VersionID) != ""
	return l
}

func (l locked) until() time.Time {
	if l.Until == 0 {
		return time.Time{}
	}
	return time.Unix(l.Until, 0).UTC()
}

// forbids reports whether the lock prevents changing or deleting the object. held
// reports whether the recorded hold is reliable.
func (l locked) forbids(now time.Time, held bool) bool {
	return !l.Versioned && (now.Before(l.until()) || held && l.Held)
}

// wantedLock is the declared lock at a point in time.
type wantedLock struct {
	until time.Time // zero if not declared or past
	hold  *bool     // nil if not declared
}

func (m model) retainUntil() time.Time {
	until, _ := arguments.RetainUntil(m.RetainUntil.ValueString())
	return until
}

// lock returns the declared lock. A retention in the past requires nothing.
func (m model) lock(now time.Time) wantedLock {
	w := wantedLock{hold: m.LegalHold.ValueBoolPointer()}
	if until := m.retainUntil(); now.Before(until) {
		w.until = until
	}
	return w
}

// write returns the lock to request with a write.
func (w wantedLock) write() cosclient.Lock {
	return cosclient.Lock{RetainUntil: w.until, LegalHold: w.hold != nil && *w.hold}
}

// lockDeviation is the prefix of deviations of the lock in a state value.
const lockDeviation = "lock: "

// missing returns the deviations of a lock from the wanted one.
func (w wantedLock) missing(l locked) []string {
	var all []string
	if l.until().Before(w.until) {
		all = append(all, lockDeviation+"not retained until "+inspect.TimeText(w.until))
	}
	switch {
	case w.hold == nil || *w.hold == l.Held:
	case *w.hold:
		all = append(all, lockDeviation+"no legal hold")
	default:
		all = append(all, lockDeviation+"under a legal hold")
	}
	return all
}

// onlyLock reports whether all deviations concern the lock.
func onlyLock(deviations []string) bool {
	for _, text := range deviations {
		for _, one := range strings.Split(text, ", ") {
			if !strings.HasPrefix(one, lockDeviation) {
				return false
			}
		}
	}
	return len(deviations) > 0
}

// tellLock completes the lock that HEAD reported, if it is declared.
func tellLock(ctx context.Context, data *providerdata.Data, loc cosclient.Location, want wantedLock, info *cosclient.Info) error {
	if err := data.Store().CompleteLock(ctx, loc, want.write(), info); err != nil {
		return err
	}
	if want.hold == nil || *want.hold || info.Lock.LegalHold {
		return nil
	}
	held, err := data.Client.LegalHold(ctx, loc)
	info.Lock.LegalHold = held
	return err
}

// refused returns the keys of steps that a known lock forbids.
func (s situation) refused(steps []step) []string {
	// A hold that is to be lifted is lifted before each file is written.
	held := s.holdsKnown && (s.lock.hold == nil || *s.lock.hold)
	var keys []string
	for _, st := range steps {
		switch st.Action {
		case actionCopy, actionUpload, actionRewrite, actionRemove:
			if _, foreign := s.seen[st.Key]; !foreign && s.record[st.Key].Lock.forbids(s.now, held) {
				keys = append(keys, st.Key)
			}
		}
	}
	return keys
}

// lockRefusal explains why an update is impossible, as a warning during plan and
// an error during apply. It returns "" if no known lock forbids the update.
func (s situation) lockRefusal(m model, before *model, steps []step, origin map[string]entry) (attribute, summary, detail string) {
	if before != nil {
		if was, until := before.retainUntil(), m.retainUntil(); !m.RetainUntil.IsNull() && until.Before(was) && s.now.Before(was) {
			return "retain_until", "Retention Cannot Be Shortened", fmt.Sprintf("The files of %s are retained until %s, and retain_until is now %s. COS extends a retention and never shortens one, for anybody. Set retain_until to %[2]s or later.", m.home(), inspect.TimeText(was), inspect.TimeText(until))
		}
	}
	keys := s.refused(steps)
	record := s.record
	if len(keys) == 0 && s.removal() == actionRemove {
		for key, e := range origin {
			if e.Standing != kept && e.Lock.forbids(s.now, s.holdsKnown) {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		record = origin
	}
	if len(keys) == 0 {
		return "", "", ""
	}
	return "source", filesLocked, lockedFiles(keys, record, s.now) + " Undo the change, or wait. To leave the objects of removed files where they are, set removed_files = \"keep\"."
}

const filesLocked = "Files Locked"

// lockedFiles describes which files are locked, and until when.
func lockedFiles(keys []string, record map[string]entry, now time.Time) string {
	var last time.Time
	held := false
	for _, key := range keys {
		l := record[key].Lock
		if until := l.until(); last.Before(until) {
			last = until
		}
		held = held || l.Held
	}
	text := fmt.Sprintf("%d objects are locked, and COS refuses to change or delete them: %s.", len(keys), shown(keys))
	if len(keys) == 1 {
		text = fmt.Sprintf("The object %s is locked, and COS refuses to change or delete it.", shown(keys))
	}
	if now.Before(last) {
		text += " The last retention ends at " + inspect.TimeText(last) + "."
	}
	if held {
		text += " A legal hold has no end: set legal_hold = false and apply to lift it."
	}
	return text
}

// checkRetention rejects a new retention in the past, as COS would.
func (m model) checkRetention(prior *model, now time.Time, invalid arguments.Report) {
	was := types.StringNull()
	if prior != nil {
		was = prior.RetainUntil
	}
	arguments.NewRetainUntil(invalid, m.RetainUntil, was, now)
}

// warnKept warns about locks that remain after their argument was removed.
func (m model) warnKept(prior *model, now time.Time) diag.Diagnostics {
	var diags diag.Diagnostics
	if prior == nil {
		return diags
	}
	if until := prior.retainUntil(); m.RetainUntil.IsNull() && now.Before(until) {
		diags.AddAttributeWarning(path.Root("retain_until"), "Retention Is Kept", fmt.Sprintf("retain_until is no longer declared for %s: its objects stay retained until at least %s, which nothing can shorten, and their retention is no longer managed.", prior.home(), inspect.TimeText(until)))
	}
	if prior.LegalHold.ValueBool() && m.LegalHold.IsNull() {
		diags.AddAttributeWarning(path.Root("legal_hold"), "Legal Hold Is Kept", fmt.Sprintf("legal_hold is no longer declared for %s: its objects stay under their legal hold, which is no longer managed. To lift it, set legal_hold = false first.", prior.home()))
	}
	return diags
}

// lockedObjects returns all recorded objects that a known lock prevents from
// being deleted.
func (p privateState) lockedObjects(state model, now time.Time) (keys []string, record map[string]entry) {
	record = map[string]entry{}
	for _, at := range p.Record.Places {
		for key, e := range at.Files {
			if _, foreign := p.Seen[key]; !foreign && e.Standing != kept && e.Lock.forbids(now, !state.LegalHold.IsNull()) {
				keys, record[key] = append(keys, key), e
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), record
}

const lockedWayOut = " To keep the objects and only remove the directory from the state, use a removed block that has lifecycle { destroy = false }, or set deletion_policy = \"abandon\" and apply."

// warnLocked warns about a destroy that known locks forbid.
func (p privateState) warnLocked(state model, now time.Time) diag.Diagnostics {
	var diags diag.Diagnostics
	if keys, record := p.lockedObjects(state, now); len(keys) > 0 && state.DeletionPolicy.ValueString() != abandonPolicy {
		diags.AddWarning(filesLocked, lockedFiles(keys, record, now)+" Destroying the directory will fail, and delete nothing."+lockedWayOut)
	}
	return diags
}

// lift lifts the hold of an object before it is written, if that is declared.
func (a *apply) lift(ctx context.Context, st step) error {
	a.mu.Lock()
	e, recorded := a.record[st.Key]
	a.mu.Unlock()
	if hold := a.situation.lock.hold; !recorded || !e.Lock.Held || hold == nil || *hold || st.Action == actionLock {
		return nil
	}
	if err := a.store.Hold(ctx, a.home.at(st.Key), false); err != nil {
		return err
	}
	a.mu.Lock()
	e.Lock.Held = false
	a.record[st.Key] = e
	a.mu.Unlock()
	return nil
}

// relock changes only the lock of an object.
func (a *apply) relock(ctx context.Context, st step) error {
	a.mu.Lock()
	e := a.record[st.Key]
	a.mu.Unlock()
	lock, err := a.changeLock(ctx, st, e.Lock)
	a.mu.Lock()
	defer a.mu.Unlock()
	e.Lock = lock
	a.record[st.Key], a.touched = e, true
	want := expectation{protection: a.situation.protection, class: a.situation.class, attributes: st.Attributes, lock: a.situation.lock}
	a.values[st.Key] = e.value(want).String()
	return err
}

// relockInfo is like relock for an object whose HEAD response is known.
func (a *apply) relockInfo(ctx context.Context, st step, info cosclient.Info) error {
	lock, err := a.changeLock(ctx, st, lockedOf(info))
	info.Lock = cosclient.Lock{RetainUntil: lock.until(), LegalHold: lock.Held}
	a.remember(st, info)
	return err
}

// changeLock changes a lock to the declared one and returns the new lock.
func (a *apply) changeLock(ctx context.Context, st step, lock locked) (locked, error) {
	loc, want := a.home.at(st.Key), a.situation.lock
	if lock.until().Before(want.until) {
		found, err := a.store.Prolong(ctx, loc, want.until)
		if err != nil {
			return lock, fmt.Errorf("its retention could not be set: %w", err)
		}
		lock.Until = found.Unix()
	}
	if want.hold != nil && *want.hold != lock.Held {
		if err := a.store.Hold(ctx, loc, *want.hold); err != nil {
			return lock, fmt.Errorf("its legal hold could not be changed: %w", err)
		}
		lock.Held = *want.hold
	}
	return lock, nil
}

// warnUnproved warns once about locks that could not be verified.
func (a *apply) warnUnproved() {
	if a.lockUnproved != nil {
		a.diags.Append(tfdiag.Warning("Object Lock Not Verified", fmt.Sprintf("COS accepted the lock of the files of %s, but it could not be read back to verify it.", a.home), a.lockUnproved))
	}
}

// askHolds requests the legal hold of objects that the listing proves unchanged,
// because a listing does not contain locks.
func (f *refresh) askHolds(ctx context.Context, keys []string) error {
	var failed firstError
	each(ctx, len(keys), failed.is, func(i int) {
		var held bool
		err := f.pause.patiently(ctx, func() (err error) {
			held, err = f.r.data.Client.LegalHold(ctx, f.home.at(keys[i]))
			return err
		})
		if err != nil {
			failed.set(err)
			return
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		e := f.record[keys[i]]
		if e.Lock.Held != held {
			e.Lock.Held = held
			f.record[keys[i]], f.recordChanged = e, true
		}
		f.show(keys[i], e.value(f.expectation(keys[i], e)))
	})
	if failed.err == nil {
		failed.err = ctx.Err()
	}
	return failed.err
}
