package cosclient

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Defaults of PutMultipart. A broken connection costs at most one part. Eight
// streams saturate a connection on which latency slows down a single one, and are
// far below any throttling limit.
const (
	DefaultPartSize = 16 << 20
	DefaultParallel = 8
)

// BodyAt is a Body that can be read at several offsets concurrently.
type BodyAt interface {
	Body
	OpenAt() (content.At, error)
}

// PutMultipartInput describes an object to upload in parts.
type PutMultipartInput struct {
	UploadInput
	Body BodyAt
	// PartSize is in bytes, from MinPartSize to MaxPartSize; 0 means
	// DefaultPartSize. A larger size is used if there would be too many parts.
	PartSize int64
	Parallel int // concurrent parts; 0 means DefaultParallel
	// ExpectCRC64 is the decimal CRC64 that the body must have. If it differs,
	// the error is ErrBodyChanged and no object is created. "" disables the
	// check.
	ExpectCRC64 string
	// Landed works as in PutInput. It receives the CRC64 of the body, so that it
	// need not read the body again.
	Landed func(ctx context.Context, crc64 string) (bool, error)
}

// EncryptionError is returned if COS began an upload with another encryption than
// the requested one. No part of the body was sent.
type EncryptionError struct {
	Location
	Asked, Found sse.Observed
}

func (e *EncryptionError) Error() string {
	return fmt.Sprintf("InitiateMultipartUpload %s: asked for %s, found %s", e.target(), e.Asked, e.Found)
}

// PutMultipart uploads an object in parts, which is the only way above 5 GiB. It
// streams the parts from the body without buffering them, and retries them
// individually. It compares the CRC64 of each part, and finally that of the whole
// object, with the responses. If the latter differs, the error is ErrCorrupted
// and Written is filled in, because the object is stored. Written.CRC64 is always
// that of the body.
//
// A body that changes while it is read is ErrBodyChanged. If the response to the
// initiation shows another encryption, the error is an *EncryptionError. If the
// upload fails or ctx is done, it is aborted.
//
// Each part has a Content-MD5, so that COS refuses a part that was corrupted in
// transit.
func (c *Client) PutMultipart(ctx context.Context, loc Location, in PutMultipartInput) (Written, error) {
	size := in.Body.Size()
	partSize, err := partSizeOf(size, orDefault(in.PartSize, DefaultPartSize))
	if err != nil {
		return Written{}, fmt.Errorf("%s %s: %w", opUploadPart, loc, err)
	}
	at, err := in.Body.OpenAt()
	if err != nil {
		return Written{}, &TransportError{Op: opUploadPart, Location: loc, Err: &bodyError{err}, final: true}
	}
	defer func() { _ = at.Close() }() // nothing was written to it
	up, err := c.InitiateMultipart(ctx, loc, in.UploadInput)
	if err != nil {
		return Written{}, err
	}
	if in.Encryption.Mode != sse.ModeNone && !in.Encryption.Matches(up.Encryption) {
		return Written{}, c.abandon(ctx, up, &EncryptionError{Location: loc, Asked: in.Encryption.Observed(), Found: up.Encryption})
	}
	s := sending{client: c, upload: up, at: at, size: size, partSize: partSize}
	parts, sum, err := s.all(ctx, int(orDefault(int64(in.Parallel), DefaultParallel)))
	var written Written
	if err == nil && in.ExpectCRC64 != "" && in.ExpectCRC64 != sum {
		err = s.fail(&bodyError{fmt.Errorf("%w: it is not the one that was planned", ErrBodyChanged)})
	}
	if err == nil {
		complete := CompleteInput{Parts: parts, CRC64: sum}
		if in.Landed != nil {
			complete.Landed = func(ctx context.Context) (bool, error) { return in.Landed(ctx, sum) }
		}
		written, err = c.CompleteMultipart(ctx, up, complete)
		written.CRC64 = sum
	}
	if err != nil && !errors.Is(err, ErrCorrupted) {
		err = c.abandon(ctx, up, err)
	}
	return written, err
}

func orDefault(n, otherwise int64) int64 {
	if n == 0 {
		return otherwise
	}
	return n
}

// sending is a body that is being uploaded in parts.
type sending struct {
	client         *Client
	upload         Upload
	at             content.At
	size, partSize int64
	progress       *progress
}

// all uploads all parts and returns them with the decimal CRC64 of the whole
// body.
func (s sending) all(ctx context.Context, parallel int) ([]Part, string, error) {
	s.progress = newProgress(s.size)
	stop := s.progress.report(ctx, s.upload.Location, s.client.reportEvery)
	defer stop()
	count := int((s.size + s.partSize - 1) / s.partSize)
	parts, err := s.upload.inParallel(ctx, opUploadPart, max(count, 1), parallel, s.part)
	if err != nil {
		return nil, "", err
	}
	if _, err := s.at.ReadAt(nil, 0); err != nil { // check that the body has not changed by the end
		return nil, "", s.fail(&bodyError{err})
	}
	var whole content.Sum
	for i, p := range parts {
		crc, err := strconv.ParseUint(p.CRC64, 10, 64)
		if err != nil {
			return nil, "", s.fail(err)
		}
		whole = whole.Append(content.Sum{Length: s.section(i + 1).length, CRC64: crc})
	}
	return parts, whole.CRC64String(), nil
}

// part uploads one part. If it is still corrupted after all retries, the error
// does not match ErrCorrupted, because no object is stored.
func (s sending) part(ctx context.Context, number int) (Part, error) {
	section := s.section(number)
	digest := md5.New()
	if _, err := io.Copy(digest, io.NewSectionReader(s.at, section.offset, section.length)); err != nil {
		return Part{}, s.fail(&bodyError{err})
	}
	p, err := s.client.UploadPart(ctx, s.upload, number, section, base64.StdEncoding.EncodeToString(digest.Sum(nil)))
	if errors.Is(err, ErrCorrupted) {
		return Part{}, s.fail(fmt.Errorf("part %d never arrived as it was sent: %s", number, err)) //nolint:errorlint // see above
	}
	return p, err
}

func (s sending) fail(err error) error {
	return &TransportError{Op: opUploadPart, Location: s.upload.Location, Err: err, final: true}
}

func (s sending) section(number int) section {
	offset := int64(number-1) * s.partSize
	return section{at: s.at, offset: offset, length: min(s.partSize, s.size-offset), count: s.progress.part()}
}

// section is the Body of a part.
type section struct {
	at             content.At
	offset, length int64
	count          func(io.Reader) io.Reader // may be called again
}

func (s section) Size() int64 { return s.length }

func (s section) Open() (io.ReadCloser, error) {
	return io.NopCloser(s.count(io.NewSectionReader(s.at, s.offset, s.length))), nil
}
