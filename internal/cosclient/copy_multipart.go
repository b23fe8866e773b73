package cosclient

import (
	"context"
	"errors"
	"fmt"
)

// CopyMultipart copies a source of size bytes in parts of partSize bytes, with up
// to parallel concurrent requests. It is the only way to copy more than 5 GiB. If
// there would be too many parts, it uses a larger part size.
//
// COS copies only the bytes this way. CopyMultipart therefore first reads from
// the source the attributes or tags that the input keeps, and, unless IfMatch is
// set, the ETag, so that all parts come from the same object. If the CRC64 of the
// source is known and that of the copy differs, it returns ErrCorrupted.
//
// If it fails or ctx is done, it aborts the upload.
func (c *Client) CopyMultipart(ctx context.Context, dst Location, size int64, in CopyInput, partSize int64, parallel int) (Written, error) {
	if size <= 0 {
		return c.Copy(ctx, dst, in)
	}
	if partSize < 1 || parallel < 1 {
		return Written{}, fmt.Errorf("UploadPartCopy %s: %d parts of %d bytes at a time are none", dst, parallel, partSize)
	}
	partSize = max(partSize, (size+MaxParts-1)/MaxParts)
	in, crc, err := c.fromSource(ctx, size, in)
	if err != nil {
		return Written{}, err
	}
	up, err := c.InitiateMultipart(ctx, dst, UploadInput{
		Attributes: in.Attributes, Encryption: in.Encryption, Tags: in.Tags, ACL: in.ACL, Grants: in.Grants, Lock: in.Lock, ForbidOverwrite: in.ForbidOverwrite,
	})
	if err != nil {
		return Written{}, err
	}
	count := int((size + partSize - 1) / partSize)
	parts, err := up.inParallel(ctx, "UploadPartCopy", count, parallel, func(ctx context.Context, number int) (Part, error) {
		offset := int64(number-1) * partSize
		return c.UploadPartCopy(ctx, up, number, in, offset, min(partSize, size-offset))
	})
	if err == nil && in.BeforeComplete != nil {
		err = in.BeforeComplete(ctx)
	}
	var written Written
	if err == nil {
		written, err = c.CompleteMultipart(ctx, up, CompleteInput{Parts: parts, CRC64: crc, Landed: in.Landed})
	}
	if err != nil && !errors.Is(err, ErrCorrupted) {
		err = c.abandon(ctx, up, err)
	}
	return written, err
}

// fromSource fills in what has to be read from the source, sending a HEAD if
// necessary. crc is the source's CRC64, or "" if it is not known.
func (c *Client) fromSource(ctx context.Context, size int64, in CopyInput) (_ CopyInput, crc string, _ error) {
	if in.ReplaceMetadata && in.Tags != nil && in.IfMatch != "" {
		return in, "", nil
	}
	info, err := c.Head(ctx, in.Source, HeadInput{CustomerKey: in.SourceKey, VersionID: in.SourceVersionID})
	if err != nil {
		return in, "", err
	}
	refuse := func(reason string) (CopyInput, string, error) {
		return in, "", &Error{Op: "UploadPartCopy", Location: in.Source, Status: 412, Code: "PreconditionFailed", Message: reason, RequestID: info.RequestID}
	}
	if in.IfMatch == "" {
		in.IfMatch = info.ETag
	} else if unquote(in.IfMatch) != info.ETag {
		return refuse("the source has another ETag than the one given")
	}
	if info.Length != size {
		return refuse(fmt.Sprintf("the source has %d bytes and not %d", info.Length, size))
	}
	if !in.ReplaceMetadata {
		class := in.StorageClass
		in.Attributes = info.Attributes
		in.StorageClass = class
	}
	if in.Tags == nil && info.TaggingCount > 0 {
		if in.Tags, err = c.Tags(ctx, in.Source, in.SourceVersionID); err != nil {
			return in, "", err
		}
	}
	return in, info.CRC64, nil
}
