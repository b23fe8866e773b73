package store

import (
	"context"
	"errors"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// undoTimeout limits the removal of a write that failed its verification. It does
// not depend on the caller's context, since the removal also runs while the apply
// is interrupted.
const undoTimeout = 30 * time.Second

// Undo deletes exactly what a create has written: its version, or the object if
// its ETag is still the one in the response to the write.
func (s *Store) Undo(ctx context.Context, w Write, out Outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	if out.Err != nil { // it was not read back after the write
		info, err := s.Head(ctx, w.Location, cosclient.HeadInput{CustomerKey: w.Encryption.CustomerKey})
		if err != nil {
			return err
		}
		out.Info = info
	}
	in := cosclient.DeleteInput{VersionID: out.Written.VersionID}
	if in.VersionID == "" {
		if out.Written.ETag == "" || out.Info.ETag != out.Written.ETag {
			return errors.New("what is there now is not what was written")
		}
		// While versioning is suspended, the version ID is "null". Deleting that
		// version makes the previous one current again; deleting without an ID
		// would hide it.
		in.VersionID = out.Info.VersionID
	}
	_, err := s.Client.Delete(ctx, w.Location, in)
	return err
}
