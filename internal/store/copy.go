package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// CopyStored copies the stored object on the server, onto itself or to another
// address. A copy drops everything that it does not set, so it sets everything
// that the object has. The ETag is a condition of the copy: an object that
// someone else has changed is neither overwritten nor moved, and the error is
// ErrChangedSince.
func (s *Store) CopyStored(ctx context.Context, w Write) Outcome {
	etag := w.Expected.ETag
	if etag == "" { // write-only content
		info, err := s.Client.Head(ctx, w.Old, cosclient.HeadInput{CustomerKey: w.OldKey})
		if err == nil && !w.Expected.Is(info) {
			err = ErrChangedSince
		}
		if err != nil {
			return Outcome{Err: err}
		}
		etag = info.ETag
	}
	if w.TagsStay && w.KeepTag != nil {
		w.Tags = nil // COS copies them with those of others
	}
	if err := s.keepTags(ctx, &w); err != nil {
		return Outcome{Err: err}
	}
	if err := s.keepACL(ctx, &w); err != nil {
		return Outcome{Err: err}
	}
	out := s.copied(ctx, w, cosclient.CopyInput{
		Source:            w.Old,
		SourceKey:         w.OldKey,
		IfMatch:           etag,
		IfUnmodifiedSince: w.UnmodifiedSince,
		BeforeComplete:    w.BeforeComplete,
		ReplaceMetadata:   true,
		Attributes:        w.Attributes,
		Encryption:        w.Encryption,
		Tags:              w.Tags,
		ACL:               w.ACL,
		Grants:            w.Grants,
		Lock:              w.Lock,
		ForbidOverwrite:   w.ForbidOverwrite,
		Landed:            s.copyLanded(w),
	})
	if errors.Is(out.Err, cosclient.ErrPreconditionFailed) {
		out.Err = fmt.Errorf("%w: %w", ErrChangedSince, out.Err)
	}
	return out
}

// copied sends the copy, in parts if its size requires that, and verifies the
// result.
func (s *Store) copied(ctx context.Context, w Write, in cosclient.CopyInput) Outcome {
	if err := w.encrypts(); err != nil {
		return Outcome{Err: err}
	}
	var written cosclient.Written
	var err error
	if w.Length > s.sizes().Copy {
		written, err = s.Client.CopyMultipart(ctx, w.Location, w.Length, in, s.sizes().Part, copyParallel)
	} else {
		written, err = s.Client.Copy(ctx, w.Location, in)
	}
	return s.explain(ctx, w, s.proveWritten(ctx, w, written, err))
}

// copyParallel is how many parts are copied concurrently.
const copyParallel = 8

// copyLanded detects a copy that succeeded although its response was lost: the
// object is as requested, and the previous object, if there was one, was not or
// has been overwritten since.
func (s *Store) copyLanded(w Write) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		info, found, err := s.readBack(ctx, w)
		if !found {
			return false, err
		}
		if (w.Prior == nil || w.Location != w.Old) && !w.ForbidOverwrite && (w.CRC64 == "" || info.CRC64 == "") {
			return false, nil // it may be an older object of the same length: the copy is sent again
		}
		if w.Prior == nil || w.Location != w.Old || !w.Expected.Is(info) {
			return w.made(info, cosclient.Written{}), nil
		}
		// The same ETag in the same second. With SSE-KMS and SSE-C, each write has
		// another ETag, and what a HEAD does not show may be all that changes.
		if mode := w.Encryption.Mode; w.Expected.ETag != "" && (mode == sse.ModeKMS || mode == sse.ModeCustomer) {
			return false, nil
		}
		return len(w.Wrong(*w.Prior, cosclient.Written{})) > 0 && len(w.Wrong(info, cosclient.Written{})) == 0, nil
	}
}

// CopyFrom creates the object as a server-side copy of another one. The ETag that
// was seen is a condition of the copy, so the result is verified against what was
// seen.
func (s *Store) CopyFrom(ctx context.Context, w Write) Outcome {
	in := cosclient.CopyInput{
		Source:          w.From.Location,
		SourceVersionID: w.From.VersionID,
		SourceKey:       w.From.Key,
		IfMatch:         w.From.Info.ETag,
		ReplaceMetadata: true,
		Attributes:      w.Attributes,
		Encryption:      w.Encryption,
		Tags:            w.Tags,
		ACL:             w.ACL,
		Grants:          w.Grants,
		Lock:            w.Lock,
		ForbidOverwrite: w.ForbidOverwrite,
		Landed:          s.copyLanded(w),
	}
	if in.Tags == nil {
		in.Tags = map[string]string{} // none, rather than those of the source
	}
	return s.copied(ctx, w, in)
}
