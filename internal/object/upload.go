package object

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
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
	data, inline := w.body.Inline()
	if !inline && w.body.Size() > max(r.sizes.put, r.data.PartSize) {
		return r.data.Client.PutMultipart(ctx, w.loc, cosclient.PutMultipartInput{
			Body: w.body,
			UploadInput: cosclient.UploadInput{
				Attributes:      w.stored,
				Encryption:      w.encryption,
				Tags:            w.tags,
				ACL:             w.acl,
				ForbidOverwrite: w.forbidOverwrite,
			},
			PartSize: r.data.PartSize,
			Parallel: r.data.UploadConcurrency,
			Landed:   func(ctx context.Context, crc64 string) (bool, error) { return r.landed(ctx, w, crc64) },
		})
	}
	in := cosclient.PutInput{
		Body:            w.body,
		Attributes:      w.stored,
		Encryption:      w.encryption,
		Tags:            w.tags,
		ACL:             w.acl,
		ForbidOverwrite: w.forbidOverwrite,
		Landed:          func(ctx context.Context) (bool, error) { return r.landed(ctx, w, "") },
	}
	if inline {
		sum := md5.Sum(data)
		in.ContentMD5 = base64.StdEncoding.EncodeToString(sum[:])
	}
	return r.data.Client.Put(ctx, w.loc, in)
}

// landed answers the client's question whether a write whose answer was lost
// is there all the same: the object is compared with all that was sent. crc64
// is that of the body; "" where it is still to be computed.
func (r *Resource) landed(ctx context.Context, w write, crc64 string) (bool, error) {
	info, err := r.data.Client.Head(ctx, w.loc, cosclient.HeadInput{CustomerKey: w.encryption.CustomerKey})
	if errors.Is(err, cosclient.ErrNotFound) || refused(err) {
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
	return len(w.wrong(info, cosclient.Written{CRC64: crc64})) == 0, nil
}
