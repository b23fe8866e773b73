package store

import (
	"context"
	"errors"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// undoTimeout bounds the removal of a write that failed its proof. It has a
// time of its own, since it also runs when the apply is being interrupted.
const undoTimeout = 30 * time.Second

// Undo deletes exactly what a create has written: its version, or the object
// while its ETag is still the one that the write was answered with.
func (s *Store) Undo(ctx context.Context, w Write, out Outcome) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTimeout)
	defer cancel()
	if out.Err != nil { // it was not read since it was written
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
		// While versioning is suspended it has the version "null". Deleting
		// that one shows the version before it again; deleting none hides it.
		in.VersionID = out.Info.VersionID
	}
	_, err := s.Client.Delete(ctx, w.Location, in)
	return err
}
