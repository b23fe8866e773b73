package object

import (
	"context"
	"errors"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// put uploads the body and proves what is stored.
func (r *Resource) put(ctx context.Context, w write) outcome {
	written, err := r.upload(ctx, w)
	var other *cosclient.EncryptionError
	if errors.As(err, &other) {
		return outcome{wrong: []string{wrongEncryption(w.encryption, other.Found)}}
	}
	return r.proveWritten(ctx, w, written, err)
}

// upload sends the body in the way its size asks for. A file that is not much
// longer than a part goes in one request, of which three are needed in parts.
func (r *Resource) upload(ctx context.Context, w write) (cosclient.Written, error) {
	if _, inline := w.body.Inline(); !inline && w.body.Size() > max(r.sizes.put, r.data.PartSize) {
		return r.data.Client.PutMultipart(ctx, w.loc, cosclient.PutMultipartInput{
			Body: w.body,
			UploadInput: cosclient.UploadInput{
				Attributes:      w.stored,
				Encryption:      w.encryption,
				Tags:            w.tags,
				ACL:             w.acl,
				ForbidOverwrite: w.forbidOverwrite,
			},
			PartSize:    r.data.PartSize,
			Parallel:    r.data.UploadConcurrency,
			ExpectCRC64: w.expectCRC64,
			Landed:      func(ctx context.Context, crc64 string) (bool, error) { return r.landed(ctx, w, crc64) },
		})
	}
	sum, contentMD5, err := w.body.Digest(ctx)
	if err == nil && w.expectCRC64 != "" && sum.CRC64String() != w.expectCRC64 {
		err = fmt.Errorf("%w: it is not the one that was planned", cosclient.ErrBodyChanged)
	}
	if err != nil {
		return cosclient.Written{}, err
	}
	in := cosclient.PutInput{
		Body:            w.body,
		ContentMD5:      contentMD5,
		Attributes:      w.stored,
		Encryption:      w.encryption,
		Tags:            w.tags,
		ACL:             w.acl,
		ForbidOverwrite: w.forbidOverwrite,
		Landed:          func(ctx context.Context) (bool, error) { return r.landed(ctx, w, "") },
	}
	return r.data.Client.Put(ctx, w.loc, in)
}

// landed answers the client's question whether a write whose answer was lost
// is there all the same: the object is compared with all that was sent. An
// object without a CRC64 is ours only if it was written since; one that was
// there before, with the same length, is no proof. crc64 is that of the body; ""
// if it is still to be computed.
func (r *Resource) landed(ctx context.Context, w write, crc64 string) (bool, error) {
	info, err := r.data.Client.Head(ctx, w.loc, cosclient.HeadInput{CustomerKey: w.encryption.CustomerKey})
	if errors.Is(err, cosclient.ErrNotFound) || inspect.Refused(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if crc64 == "" {
		sum, err := w.body.Sum(ctx)
		if err != nil {
			return false, err
		}
		crc64 = sum.CRC64String()
	}
	return w.changedSince(info) && len(w.wrong(info, cosclient.Written{CRC64: crc64})) == 0, nil
}

// changedSince reports whether an object was written since the write began, as
// far as can be told: at a new address there was none.
func (w write) changedSince(info cosclient.Info) bool {
	if w.prior == nil || w.loc != w.old {
		return info.CRC64 != ""
	}
	return !w.expected.Is(info)
}
