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

// CopyInput describes a server-side copy. COS does not copy the storage class,
// the ACL or the encryption of the source, so they have to be set here.
type CopyInput struct {
	Source          Location
	SourceVersionID string          // "" for the latest
	SourceKey       sse.CustomerKey // zero if the source is not encrypted with SSE-C
	// IfMatch is the ETag, without quotes, that the source must have; otherwise
	// the copy fails with ErrPreconditionFailed. "" sends no condition.
	IfMatch string
	// IfUnmodifiedSince is the time of the source's last write as HEAD returns
	// it; a later write fails the copy with ErrPreconditionFailed. Use it
	// together with IfMatch, because a write of the same bytes may not change the
	// ETag. The zero time sends no condition.
	IfUnmodifiedSince time.Time
	// BeforeComplete is called before CopyMultipart completes the upload, for
	// which COS has no conditions. If it returns an error, the copy is aborted.
	BeforeComplete func(context.Context) error
	// ReplaceMetadata uses the Attributes of this input instead of the source's.
	// It is required to copy an object onto itself.
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

// copyResult is the response to a copy of an object or a part.
type copyResult struct {
	ETag      string `xml:"ETag"`
	CRC64     string `xml:"CRC64"`
	VersionID string `xml:"VersionId"`
}

// Copy copies a source of at most 5 GiB to dst, which may be the source itself.
// An error that COS reports in the body of a success is an *Error with Status
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

// doWrite sends a write that COS answers in the body: a copy, or the completion
// of a multipart upload. If the response was lost but the write succeeded, only
// Recovered is set.
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

// override replaces a header's value with the body's, if it is not empty.
func override(field *string, value string) {
	if value != "" {
		*field = value
	}
}

// setSource adds the headers that name the source of a copy, its conditions and
// its customer key.
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

// readResult parses the body of a write for which COS sends status 200 before it
// knows the result: white space, followed by the result or an error.
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
		return unreadable(r, errNotXML) // err quotes the body
	}
	return nil
}
