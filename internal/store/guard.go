package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// ErrChangedSince is returned if the object is not the one that was last seen.
// Nothing was written.
var ErrChangedSince = errors.New("the object was changed by someone else since it was last read")

// UncertainError is returned if it could not be determined whether the object is
// the one that was last seen. Nothing was written.
type UncertainError struct{ Err error }

func (e *UncertainError) Error() string {
	return fmt.Sprintf("what is stored could not be compared: %v", e.Err)
}

func (e *UncertainError) Unwrap() error { return e.Err }

// NotKeptError is returned for a write that would drop a property of the object
// that cannot be read or cannot be sent again. Nothing was written.
type NotKeptError struct {
	What Kept
	// Err is the read error; nil if the property was read but cannot be sent.
	Err error
}

// Kept is a property that an object has in addition to its headers.
type Kept string

// Properties that a write drops unless it sets them.
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

// Guard checks that an upload, or a copy of another object, replaces the expected
// object and no other. An object that no longer exists may be created again.
// Guard also reads the existing tags and ACL into w, because an upload would drop
// them. The errors are ErrChangedSince, *UncertainError and *NotKeptError.
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

// aclInherited is the ACL of an object that inherits the bucket's.
const aclInherited = "default"

// ReadACL reads the ACL of an object that is about to be written, for a caller
// whose decision depends on it, and makes the write keep it. The errors are
// *NotKeptError.
func (s *Store) ReadACL(ctx context.Context, w *Write) error {
	if err := s.keepACL(ctx, w); err != nil {
		return err
	}
	w.ACLRead = true
	return nil
}

// keepACL reads the ACL of an object that is about to be written, unless one is
// declared. A write resets the ACL, so a private object in a public bucket would
// become public.
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

// proveGrants verifies the grants to other accounts after a write, so that the
// user learns if COS interpreted the headers differently.
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
