package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// LockedError means that the lock of an object forbids a change, so nothing was
// sent. Like COS's own refusal, it matches cosclient.ErrObjectLocked.
type LockedError struct{ Lock cosclient.Lock }

func (e *LockedError) Error() string { return "the object is " + LockText(e.Lock, time.Now()) }

// Is implements errors.Is.
func (e *LockedError) Is(target error) bool { return target == cosclient.ErrObjectLocked }

// LockText describes how long a lock lasts, to follow "the object is". A legal
// hold has no end.
func LockText(lock cosclient.Lock, now time.Time) string {
	var parts []string
	if now.Before(lock.RetainUntil) {
		parts = append(parts, "retained until "+inspect.TimeText(lock.RetainUntil))
	}
	if lock.LegalHold {
		parts = append(parts, "under a legal hold, which has no end")
	}
	return strings.Join(parts, " and ")
}

// overwritable returns a *LockedError if the HEAD response describes a locked
// object. In a bucket with versioning, a write creates a new version and keeps
// the locked one.
func overwritable(info cosclient.Info) error {
	if info.Lock.InForce(time.Now()) && inspect.VersionOf(info.VersionID) == "" {
		return &LockedError{info.Lock}
	}
	return nil
}

// CompleteLock requests the parts of the wanted lock that HEAD did not report. If
// HEAD reported them, it sends no request.
func (s *Store) CompleteLock(ctx context.Context, loc cosclient.Location, want cosclient.Lock, info *cosclient.Info) error {
	if info.Lock.RetainUntil.Before(want.RetainUntil) {
		until, err := s.Client.Retention(ctx, loc)
		if err != nil {
			return err
		}
		info.Lock.RetainUntil = until
	}
	if want.LegalHold && !info.Lock.LegalHold {
		held, err := s.Client.LegalHold(ctx, loc)
		if err != nil {
			return err
		}
		info.Lock.LegalHold = held
	}
	return nil
}

// wrongLock returns the deviations of the stored object's lock from the wanted
// one.
func (w Write) wrongLock(found cosclient.Lock) []string {
	var wrong []string
	if found.RetainUntil.Before(w.Lock.RetainUntil) {
		wrong = append(wrong, fmt.Sprintf("  - retention: asked for %s, found %s", quoted(inspect.TimeText(w.Lock.RetainUntil)), quoted(inspect.TimeText(found.RetainUntil))))
	}
	if w.Lock.LegalHold && !found.LegalHold {
		wrong = append(wrong, "  - legal hold: asked for, found none")
	}
	return wrong
}

// Prolong sets the retention of an object unless it is already retained for
// longer, and reads it back.
func (s *Store) Prolong(ctx context.Context, loc cosclient.Location, until time.Time) (found time.Time, _ error) {
	if err := s.Client.PutRetention(ctx, loc, until); err != nil {
		if !errors.Is(err, cosclient.ErrInvalidLock) {
			return time.Time{}, err
		}
		found, readErr := s.Client.Retention(ctx, loc)
		if readErr != nil || found.Before(until) {
			return time.Time{}, err
		}
		return found, nil
	}
	found, err := s.Client.Retention(ctx, loc)
	switch {
	case err != nil:
		return time.Time{}, err
	case found.Before(until):
		return time.Time{}, fmt.Errorf("COS accepted the retention until %s and returns %s", inspect.TimeText(until), quoted(inspect.TimeText(found)))
	}
	return found, nil
}

// Hold sets or lifts the legal hold of an object and reads it back.
func (s *Store) Hold(ctx context.Context, loc cosclient.Location, on bool) error {
	if err := s.Client.PutLegalHold(ctx, loc, on); err != nil {
		return err
	}
	held, err := s.Client.LegalHold(ctx, loc)
	if err == nil && held != on {
		err = errors.New("COS accepted the change of the legal hold and returns it unchanged")
	}
	return err
}
