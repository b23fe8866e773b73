package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Put uploads the body and verifies the stored object.
func (s *Store) Put(ctx context.Context, w Write) Outcome {
	if err := w.encrypts(); err != nil {
		return Outcome{Err: err}
	}
	written, err := s.upload(ctx, w)
	var other *cosclient.EncryptionError
	if errors.As(err, &other) {
		return s.explain(ctx, w, Outcome{Wrong: []string{wrongEncryption(w.Encryption, other.Found)}})
	}
	return s.explain(ctx, w, s.proveWritten(ctx, w, written, err))
}

// upload uploads the body in one request or in parts, depending on its size. For
// a file that is not much larger than a part, one request replaces at least
// three.
func (s *Store) upload(ctx context.Context, w Write) (cosclient.Written, error) {
	if _, inline := w.Body.Inline(); !inline && w.Body.Size() > max(s.sizes().Put, s.PartSize) {
		return s.Client.PutMultipart(ctx, w.Location, cosclient.PutMultipartInput{
			Body: w.Body,
			UploadInput: cosclient.UploadInput{
				Attributes:      w.Attributes,
				Encryption:      w.Encryption,
				Tags:            w.Tags,
				ACL:             w.ACL,
				Grants:          w.Grants,
				Lock:            w.Lock,
				ForbidOverwrite: w.ForbidOverwrite,
			},
			PartSize:    s.PartSize,
			Parallel:    s.UploadConcurrency,
			ExpectCRC64: w.ExpectCRC64,
			Landed:      func(ctx context.Context, crc64 string) (bool, error) { return s.landed(ctx, w, crc64) },
		})
	}
	sum, contentMD5, err := w.Body.Digest(ctx)
	if err == nil && w.ExpectCRC64 != "" && sum.CRC64String() != w.ExpectCRC64 {
		err = fmt.Errorf("%w: it is not the one that was planned", cosclient.ErrBodyChanged)
	}
	if err != nil {
		return cosclient.Written{}, err
	}
	in := cosclient.PutInput{
		Body:            w.Body,
		ContentMD5:      contentMD5,
		Attributes:      w.Attributes,
		Encryption:      w.Encryption,
		Tags:            w.Tags,
		ACL:             w.ACL,
		Grants:          w.Grants,
		Lock:            w.Lock,
		ForbidOverwrite: w.ForbidOverwrite,
		Landed:          func(ctx context.Context) (bool, error) { return s.landed(ctx, w, "") },
	}
	return s.Client.Put(ctx, w.Location, in)
}

// landed reports whether a write whose response was lost has been carried out, by
// comparing the object with everything that was sent. An object without a CRC64
// counts only if it was written since; an earlier object of the same length
// proves nothing. crc64 is that of the body, or "" if it still has to be
// computed.
func (s *Store) landed(ctx context.Context, w Write, crc64 string) (bool, error) {
	info, found, err := s.readBack(ctx, w)
	if !found {
		return false, err
	}
	if crc64 == "" {
		sum, err := w.Body.Sum(ctx)
		if err != nil {
			return false, err
		}
		crc64 = sum.CRC64String()
	}
	return w.changedSince(info) && w.made(info, cosclient.Written{CRC64: crc64}), nil
}

// readBack reads what is at the address of a write whose response was lost, with
// the lock that the write sets. It finds nothing if there is no object, or if COS
// does not show it under the key of the write: then the write has not been carried
// out.
func (s *Store) readBack(ctx context.Context, w Write) (info cosclient.Info, found bool, _ error) {
	info, err := s.Head(ctx, w.Location, cosclient.HeadInput{CustomerKey: w.Encryption.CustomerKey})
	if errors.Is(err, cosclient.ErrNotFound) || inspect.Refused(err) {
		return info, false, nil
	}
	if err == nil {
		err = s.CompleteLock(ctx, w.Location, w.Lock, &info)
	}
	return info, err == nil, err
}

// made reports whether the write has made this object. If only the encryption is
// missing and sending the write again could not replace the object, the write
// counts as carried out, so that its verification reports the encryption. The
// callers have made sure that the object is not the previous one; a write that may
// overwrite any object is simply sent again.
func (w Write) made(info cosclient.Info, written cosclient.Written) bool {
	wrong := len(w.Wrong(info, written))
	onto := w.Prior != nil && w.Location == w.Old
	stays := w.ForbidOverwrite || // COS would refuse to overwrite it
		onto && inspect.VersionOf(info.VersionID) != "" || // it would become a version below
		onto && w.Body == nil && w.From == nil && !w.OldKey.IsZero() // COS would refuse the key of its source
	return wrong == 0 || wrong == 1 && stays && info.CRC64 != "" && info.Encryption.Mode == sse.ModeNone
}

// changedSince reports whether the object was written since the write began, as
// far as is known. At a new address, there was none.
func (w Write) changedSince(info cosclient.Info) bool {
	if w.Prior == nil || w.Location != w.Old {
		return info.CRC64 != ""
	}
	return !w.Expected.Is(info)
}
