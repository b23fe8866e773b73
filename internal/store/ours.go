package store

import (
	"context"

	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// Ownership is what the object at an address is to the record of a write.
type Ownership int

const (
	// Foreign means that somebody has written it since: it is not to be deleted.
	Foreign Ownership = iota
	// Ours is the recorded write.
	Ours
	// Absent means that there is none.
	Absent
)

// Own finds out whether the recorded write is still what is there. Nothing else
// is ever deleted. The error means that it could not be found out.
func (s *Store) Own(ctx context.Context, target inspect.Target) (Ownership, inspect.Observation, error) {
	seen, err := s.Inspect(ctx, target)
	if err == nil && seen.Status == inspect.Unverified {
		err = seen.Why
	}
	switch {
	case err != nil:
		return Foreign, seen, err
	case seen.Status == inspect.Gone:
		return Absent, seen, nil
	case seen.Status == inspect.Unchanged, seen.Status == inspect.Read && target.Expected.Is(seen.Info):
		return Ours, seen, nil
	}
	return Foreign, seen, nil
}
