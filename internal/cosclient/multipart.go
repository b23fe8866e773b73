package cosclient

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Limits of a multipart upload. Source: COS documentation, "Specifications and
// Limits".
const (
	MinPartSize = 1 << 20 // except for the last part
	MaxPartSize = 5 << 30
	MaxParts    = 10000
)

// UploadInput describes an object to upload in parts.
type UploadInput struct {
	Attributes
	Encryption      sse.Settings
	Tags            map[string]string // nil or empty: not sent
	ACL             string            // canned; "": not sent
	Grants          []Grant           // sent beside the ACL
	Lock            Lock              // as in PutInput
	ForbidOverwrite bool              // as in PutInput; checked again at the end
}

// Upload is an unfinished multipart upload. It costs storage until it is
// completed or aborted.
type Upload struct {
	Location
	ID         string
	Encryption sse.Observed

	customerKey     sse.CustomerKey // required for each part
	forbidOverwrite bool
}

// Part is an uploaded part.
type Part struct {
	Number int    // starting at 1
	ETag   string // without quotes; opaque
	CRC64  string // decimal; "" for a copied part
}

// InitiateMultipart begins an upload. Source: COS API documentation, "Initiate
// Multipart Upload".
func (c *Client) InitiateMultipart(ctx context.Context, loc Location, in UploadInput) (Upload, error) {
	r, err := newRequest("InitiateMultipartUpload", http.MethodPost, loc)
	if err != nil {
		return Upload{}, err
	}
	r.query = []param{{"uploads", ""}}
	r.body = bytesBody(nil)
	in.setHeaders(r.header)
	setWriteHeaders(r.header, in.StorageClass, in.Encryption, in.Tags, AccessControl{in.ACL, in.Grants}, in.Lock, in.ForbidOverwrite)
	var result struct {
		UploadID string `xml:"UploadId"`
	}
	r.read = func(a *answer) error {
		if err := c.readResult(r, a, &result); err != nil {
			return err
		}
		if result.UploadID == "" {
			return unreadable(r, errors.New("it names no upload id"))
		}
		return nil
	}
	a, err := c.do(ctx, r)
	if err != nil {
		return Upload{}, err
	}
	return Upload{
		Location: loc, ID: result.UploadID, Encryption: sse.FromHeader(a.header),
		customerKey: in.Encryption.CustomerKey, forbidOverwrite: in.ForbidOverwrite,
	}, nil
}

// UploadPart uploads a part. It compares the CRC64 as Put does, but retries a
// part that was corrupted in transit. contentMD5 is base64, and not sent if
// empty. Source: COS API documentation, "Upload Part".
func (c *Client) UploadPart(ctx context.Context, up Upload, number int, body Body, contentMD5 string) (Part, error) {
	r, err := newRequest(opUploadPart, http.MethodPut, up.Location)
	if err != nil {
		return Part{}, err
	}
	if body == nil {
		return Part{}, fmt.Errorf("%s %s: there is no body", r.op, up.Location)
	}
	r.query = up.part(number)
	r.body = body
	set(r.header, "Content-Md5", contentMD5)
	up.customerKey.SetHeaders(r.header)
	r.read = r.compare
	a, err := c.do(ctx, r)
	if err != nil {
		return Part{}, err
	}
	return Part{Number: number, ETag: unquote(a.header.Get("ETag")), CRC64: a.checksum()}, nil
}

// UploadPartCopy copies length bytes from offset of the source into a part. It
// uses only the fields of the input that name the source, its conditions and its
// key. Source: COS API documentation, "Upload Part - Copy".
func (c *Client) UploadPartCopy(ctx context.Context, up Upload, number int, in CopyInput, offset, length int64) (Part, error) {
	r, err := newRequest("UploadPartCopy", http.MethodPut, up.Location)
	if err != nil {
		return Part{}, err
	}
	if err := c.setSource(r, in); err != nil {
		return Part{}, err
	}
	r.query = up.part(number)
	r.body = bytesBody(nil)
	r.header.Set(headerCopySourceRange, fmt.Sprintf("bytes=%d-%d", offset, offset+length-1))
	up.customerKey.SetHeaders(r.header)
	var result copyResult
	r.read = func(a *answer) error {
		if err := c.readResult(r, a, &result); err != nil {
			return err
		}
		if result.ETag == "" {
			return unreadable(r, errors.New("it names no ETag"))
		}
		return nil
	}
	if _, err := c.do(ctx, r); err != nil {
		return Part{}, err
	}
	return Part{Number: number, ETag: unquote(result.ETag)}, nil
}

// CompleteInput describes how to complete an upload.
type CompleteInput struct {
	Parts []Part // in any order
	// CRC64 is the expected checksum of the whole content, decimal. If the
	// response has another one, the error is ErrCorrupted and Written is filled
	// in. "" disables the comparison.
	CRC64 string
	// Landed works as in PutInput.
	Landed func(context.Context) (bool, error)
}

// CompleteMultipart creates the object from its parts. It may take minutes,
// during which COS keeps the connection alive. Source: COS API documentation,
// "Complete Multipart Upload".
func (c *Client) CompleteMultipart(ctx context.Context, up Upload, in CompleteInput) (Written, error) {
	r, err := newRequest("CompleteMultipartUpload", http.MethodPost, up.Location)
	if err != nil {
		return Written{}, err
	}
	r.query = []param{{"uploadId", up.ID}}
	r.landed = in.Landed
	if up.forbidOverwrite {
		r.header.Set(headerForbidOverwrite, "true")
	}
	type part struct {
		PartNumber int
		ETag       string
	}
	list := struct {
		XMLName xml.Name `xml:"CompleteMultipartUpload"`
		Part    []part
	}{}
	for _, p := range in.Parts {
		list.Part = append(list.Part, part{p.Number, quote(p.ETag)})
	}
	slices.SortFunc(list.Part, func(a, b part) int { return cmp.Compare(a.PartNumber, b.PartNumber) })
	if err := r.document(list); err != nil {
		return Written{}, err
	}
	written, err := c.doWrite(ctx, r)
	if err != nil {
		return Written{}, err
	}
	if in.CRC64 != "" && written.CRC64 != "" && in.CRC64 != written.CRC64 {
		return written, &corruptedError{op: r.op, Location: r.loc}
	}
	written.Verified = in.CRC64 != "" && written.CRC64 != ""
	return written, nil
}

// AbortMultipart aborts an upload and deletes its parts. It succeeds if the
// upload no longer exists. Source: COS API documentation, "Abort Multipart
// Upload".
func (c *Client) AbortMultipart(ctx context.Context, up Upload) error {
	r, err := newRequest("AbortMultipartUpload", http.MethodDelete, up.Location)
	if err != nil {
		return err
	}
	r.query = []param{{"uploadId", up.ID}}
	if _, err = c.do(ctx, r); errors.Is(err, ErrNoSuchUpload) {
		return nil
	}
	return err
}

// part returns the query parameters for a part.
func (up Upload) part(number int) []param {
	return []param{{"partNumber", strconv.Itoa(number)}, {"uploadId", up.ID}}
}
