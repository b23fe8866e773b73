package store

import (
	"context"
	"errors"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// cutOff looks, after the end of the context has cut a write off, whether COS has
// carried it out, and verifies it then. It does not look for a create that may
// overwrite any object: what is there may be older, and nothing may have been sent.
// It misses a write that COS is still carrying out.
//
// The verification reads the object once more, as after a response that was lost
// without an interrupt: it waits for the next second first, so that it also sees
// another write within the second of this one.
func (s *Store) cutOff(ctx context.Context, w Write, err error) Outcome {
	if ctx.Err() == nil || w.Prior == nil && !w.ForbidOverwrite {
		return Outcome{Err: err}
	}
	ctx, cancel := Grace(ctx)
	defer cancel()
	landed := s.copyLanded(w)
	if w.Body != nil {
		if _, inline := w.Body.Inline(); !inline && w.ExpectCRC64 == "" {
			return Outcome{Err: err} // a large file would have to be read again
		}
		landed = func(ctx context.Context) (bool, error) { return s.landed(ctx, w, w.ExpectCRC64) }
	}
	if is, failed := landed(ctx); !is || failed != nil {
		return Outcome{Err: err}
	}
	out := s.prove(ctx, w, cosclient.Written{Recovered: true, CRC64: w.ExpectCRC64})
	if !out.Landed {
		return Outcome{Err: err}
	}
	return out
}

// Undo deletes exactly what a create has written: its version, or the object if
// its ETag is still the one in the response to the write.
func (s *Store) Undo(ctx context.Context, w Write, out Outcome) error {
	ctx, cancel := Grace(ctx)
	defer cancel()
	if out.Err != nil { // it was not read back after the write
		info, err := s.Head(ctx, w.Location, cosclient.HeadInput{CustomerKey: w.Encryption.CustomerKey})
		if err != nil {
			return err
		}
		out.Info = info
	}
	in := cosclient.DeleteInput{VersionID: inspect.VersionOf(out.Written.VersionID)} // "null" may be a later write
	if in.VersionID == "" {
		if out.Written.Recovered {
			return errors.New("the response to the write was lost, so it is not certain that this is the object that was written")
		}
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
