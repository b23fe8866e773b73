package cosclient

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// CopyInput is a copy made by COS. A copy drops what it is not told: the
// storage class, the ACL and the encryption are those named here.
type CopyInput struct {
	Source          Location
	SourceVersionID string          // "": the latest
	SourceKey       sse.CustomerKey // the zero key if the source is not under SSE-C
	// IfMatch is the ETag, without quotes, that the source must have; else the
	// copy is ErrPreconditionFailed. "": whatever it has.
	IfMatch string
	// IfUnmodifiedSince is the time of the source's last write, as HEAD tells
	// it; a later one is ErrPreconditionFailed. It goes with IfMatch: a write
	// of the same bytes may leave an ETag as it was. Zero: not sent.
	IfUnmodifiedSince time.Time
	// BeforeComplete is asked before the parts of CopyMultipart become the
	// object, which COS does without a condition; its error aborts the copy.
	BeforeComplete func(context.Context) error
	// ReplaceMetadata takes the Attributes of this input, none of the source's.
	// A copy of an object onto itself needs it.
	ReplaceMetadata bool
	Attributes
	Encryption sse.Settings
	Tags       map[string]string // nil: those of the source
	ACL        string            // canned; "": not sent
	Grants     []Grant           // sent beside the ACL
	Lock       Lock              // as in PutInput; that of the source is not copied
	// ForbidOverwrite and Landed are those of PutInput.
	ForbidOverwrite bool
	Landed          func(context.Context) (bool, error)
}

const (
	headerCopySource        = "X-Cos-Copy-Source"
	headerCopySourceIfMatch = "X-Cos-Copy-Source-If-Match"
	headerCopySourceSince   = "X-Cos-Copy-Source-If-Unmodified-Since"
	headerCopySourceRange   = "X-Cos-Copy-Source-Range"
	headerMetadataDirective = "X-Cos-Metadata-Directive"
	headerTaggingDirective  = "X-Cos-Tagging-Directive"

	directiveCopy     = "Copy"
	directiveReplaced = "Replaced"
)

// copyResult is the answer to a copy, of an object or of a part.
type copyResult struct {
	ETag      string `xml:"ETag"`
	CRC64     string `xml:"CRC64"`
	VersionID string `xml:"VersionId"`
}

// Copy makes dst of a source of at most 5 GiB, which may be dst itself. An
// error that COS writes into the body of a success is an *Error with Status
// 200. Source: COS API documentation, "PUT Object - Copy".
func (c *Client) Copy(ctx context.Context, dst Location, in CopyInput) (Written, error) {
	r, err := newRequest("PutObjectCopy", http.MethodPut, dst)
	if err != nil {
		return Written{}, err
	}
	if err := c.setSource(r, in); err != nil {
		return Written{}, err
	}
	r.body, r.landed = bytesBody(nil), in.Landed
	r.header.Set(headerMetadataDirective, directiveCopy)
	if in.ReplaceMetadata {
		r.header.Set(headerMetadataDirective, directiveReplaced)
		in.setHeaders(r.header)
	}
	r.header.Set(headerTaggingDirective, directiveCopy)
	if in.Tags != nil {
		r.header.Set(headerTaggingDirective, directiveReplaced)
	}
	setWriteHeaders(r.header, in.StorageClass, in.Encryption, in.Tags, AccessControl{in.ACL, in.Grants}, in.Lock, in.ForbidOverwrite)
	return c.doWrite(ctx, r)
}

// doWrite sends a write that COS answers in the body: a copy, or the end of a
// multipart upload. Where the answer was lost, only Recovered is set.
func (c *Client) doWrite(ctx context.Context, r *request) (Written, error) {
	var result copyResult
	r.read = func(a *answer) error { return c.readResult(r, a, &result) }
	a, err := c.do(ctx, r)
	if err != nil {
		return Written{}, err
	}
	written := writtenOf(a)
	if a.recovered {
		return written, nil
	}
	written.ETag = unquote(result.ETag)
	override(&written.CRC64, result.CRC64)
	override(&written.VersionID, result.VersionID)
	return written, nil
}

// override overwrites what the headers say with what the body says, if anything.
func override(field *string, value string) {
	if value != "" {
		*field = value
	}
}

// setSource adds the headers that name and open the source of a copy.
func (c *Client) setSource(r *request, in CopyInput) error {
	if err := in.Source.Validate(); err != nil {
		return err
	}
	source := c.endpoint.sourceHost(in.Source.Region, in.Source.Bucket) + "/" + encodeKey(in.Source.Key)
	if in.SourceVersionID != "" {
		source += "?versionId=" + percentEncode(in.SourceVersionID, "")
	}
	r.header.Set(headerCopySource, source)
	if in.IfMatch != "" {
		r.header.Set(headerCopySourceIfMatch, quote(in.IfMatch))
	}
	if !in.IfUnmodifiedSince.IsZero() {
		r.header.Set(headerCopySourceSince, in.IfUnmodifiedSince.UTC().Format(http.TimeFormat))
	}
	in.SourceKey.SetCopySourceHeaders(r.header)
	return nil
}

// readResult takes apart the body of a write that COS answers with 200 before
// it knows how it ends: white space, then the result or an error.
func (c *Client) readResult(r *request, a *answer, result any) error {
	if err := c.refusedInside(r, a); err != nil {
		return err
	}
	body := bytes.TrimSpace(a.body)
	if len(body) == 0 {
		return unreadable(r, errors.New("it is empty"))
	}
	if a.scrub.secrets.InDocument(body) {
		return &TransportError{Op: r.op, Location: r.loc, Err: ErrEcho, sent: true, final: true}
	}
	if err := xml.Unmarshal(body, result); err != nil {
		return unreadable(r, errNotXML) // err quotes it
	}
	return nil
}
