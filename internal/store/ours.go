package store

import (
	"context"

	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// Ownership relates the object at an address to the record of a write.
type Ownership int

const (
	// Foreign means that someone else has written the object since. It must not
	// be deleted.
	Foreign Ownership = iota
	// Ours means that the object is the recorded write.
	Ours
	// Absent means that there is no object.
	Absent
)

// Own determines whether the object is still the recorded write. Only such
// objects are ever deleted. The error means that this could not be determined.
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
