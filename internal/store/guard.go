package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// ErrChangedSince means that the object is not the one that was last seen, so
// that nothing was written.
var ErrChangedSince = errors.New("the object was changed by someone else since it was last read")

// UncertainError means that it could not be found out whether the object is the
// one that was last seen, so that nothing was written.
type UncertainError struct{ Err error }

func (e *UncertainError) Error() string {
	return fmt.Sprintf("what is stored could not be compared: %v", e.Err)
}

func (e *UncertainError) Unwrap() error { return e.Err }

// NotKeptError means that a write would drop something that the object has and
// that could not be read, or not be sent again, so that nothing was written.
type NotKeptError struct {
	What Kept
	// Err is why it could not be read; nil if it was read and cannot be sent.
	Err error
}

// Kept is what an object has in addition to its headers.
type Kept string

// What a write drops unless it names it.
const (
	KeptACL  Kept = "ACL"
	KeptTags Kept = "tags"
)

func (e *NotKeptError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("the %s of the object cannot be sent again with a write", e.What)
	}
	return fmt.Sprintf("the %s of the object could not be kept: %v", e.What, e.Err)
}

func (e *NotKeptError) Unwrap() error { return e.Err }

// Guard makes sure that an upload, or a copy of another object, replaces the
// object that is expected and no other. An object that is gone may be created
// again. Tags and ACL that are there are carried over: an upload would drop
// them. The errors are ErrChangedSince, *LockedError,
// *UncertainError and *NotKeptError.
func (s *Store) Guard(ctx context.Context, w *Write) error {
	seen, err := s.Inspect(ctx, inspect.Target{Location: w.Old, Expected: w.Expected, Key: w.OldKey})
	if err == nil && seen.Status == inspect.Unverified {
		err = seen.Why
	}
	switch {
	case err != nil:
		return &UncertainError{err}
	case seen.Status == inspect.Gone:
		w.ForbidOverwrite = true
		return s.keepACL(ctx, w)
	case seen.Status == inspect.Changed || seen.Status == inspect.Read && !w.Expected.Is(seen.Info):
		return ErrChangedSince
	case seen.Status == inspect.Read && w.Location == w.Old:
		if err := overwritable(seen.Info); err != nil {
			return err
		}
	}
	if w.Tags == nil && (seen.Status != inspect.Read || seen.Info.TaggingCount > 0) {
		if w.Tags, err = s.Client.Tags(ctx, w.Old, ""); err != nil {
			return &NotKeptError{KeptTags, err}
		}
	} else if seen.Status != inspect.Read || seen.Info.TaggingCount > 0 {
		if err := s.keepTags(ctx, w); err != nil {
			return err
		}
	}
	return s.keepACL(ctx, w)
}

// aclInherited is the ACL of an object that has none of its own.
const aclInherited = "default"

// ReadACL finds out the ACL of an object that is about to be written, for a
// caller whose decision depends on it, and has the write keep it. The errors
// are *NotKeptError.
func (s *Store) ReadACL(ctx context.Context, w *Write) error {
	if err := s.keepACL(ctx, w); err != nil {
		return err
	}
	w.ACLRead = true
	return nil
}

// keepACL finds out the ACL of an object that is about to be written, if none
// is declared: a write resets it, and an object that is private in a public
// bucket would become public.
func (s *Store) keepACL(ctx context.Context, w *Write) error {
	if w.ACL != "" || w.ACLRead {
		return nil
	}
	access, err := s.Client.AccessControl(ctx, w.Old)
	switch {
	case errors.Is(err, cosclient.ErrNotFound), err == nil && access.Canned == aclInherited:
		return nil
	case errors.Is(err, cosclient.ErrOtherGrants):
		return &NotKeptError{What: KeptACL}
	case err != nil:
		return &NotKeptError{KeptACL, err}
	}
	w.ACL, w.Grants = access.Canned, access.Grants
	return nil
}

// proveGrants reads back what a write was to grant to other accounts. Who wrote
// it is told if COS took the headers otherwise: nobody would notice.
func (s *Store) proveGrants(ctx context.Context, w Write) []string {
	if len(w.Grants) == 0 {
		return nil
	}
	asked := cosclient.AccessControl{Canned: w.ACL, Grants: w.Grants}
	found, err := s.Client.AccessControl(ctx, w.Location)
	switch {
	case errors.Is(err, cosclient.ErrOtherGrants):
		return []string{fmt.Sprintf("  - ACL: asked for %s, found other grants", asked)}
	case err != nil:
		return []string{fmt.Sprintf("  - ACL: asked for %s, and it could not be read back: %v", asked, err)}
	case !found.Equal(asked):
		return []string{fmt.Sprintf("  - ACL: asked for %s, found %s", asked, found)}
	}
	return nil
}
