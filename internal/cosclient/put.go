package cosclient

import (
	"context"
	"errors"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// PutInput describes an object to upload in one request, of at most 5 GiB.
type PutInput struct {
	Body       Body
	ContentMD5 string // base64; not sent if empty
	Attributes
	Encryption sse.Settings
	Tags       map[string]string // nil or empty: not sent
	ACL        string            // canned; "": not sent
	Grants     []Grant           // sent beside the ACL
	Lock       Lock              // that the object begins with; zero: not sent
	// ForbidOverwrite makes an object that exists already ErrAlreadyExists. COS
	// ignores it in a bucket that ever had versioning enabled.
	ForbidOverwrite bool
	// Landed reports whether the object exists as it was to be written. It is
	// called before a retry if the response was lost and the write may have
	// succeeded. If it is nil, the request is retried without it.
	Landed func(context.Context) (bool, error)
}

// Written is the result of a write.
type Written struct {
	ETag, CRC64, VersionID, RequestID string
	Encryption                        sse.Observed
	// Verified is set if COS returned the CRC64 of the stored object and it
	// matches that of the sent body.
	Verified bool
	// Recovered is set for a write whose response was lost but which Landed has
	// found. The other fields are empty then.
	Recovered bool
}

// Put uploads an object. It streams the body and compares its CRC64 with that of
// the response. If they differ, the error is ErrCorrupted and Written is filled
// in, because the object is stored. A body whose length is not its Size is
// ErrBodyChanged, and nothing is stored. Source: COS API documentation, "PUT
// Object".
func (c *Client) Put(ctx context.Context, loc Location, in PutInput) (Written, error) {
	r, err := newRequest("PutObject", http.MethodPut, loc)
	if err != nil {
		return Written{}, err
	}
	if in.Body == nil {
		return Written{}, errors.New("PutObject " + loc.String() + ": there is no body")
	}
	r.body, r.landed = in.Body, in.Landed
	set(r.header, "Content-Md5", in.ContentMD5)
	in.setHeaders(r.header)
	setWriteHeaders(r.header, in.StorageClass, in.Encryption, in.Tags, AccessControl{in.ACL, in.Grants}, in.Lock, in.ForbidOverwrite)
	var written Written
	r.read = func(a *answer) error {
		written = writtenOf(a)
		err := r.compare(a)
		if err == nil {
			written.Verified = written.CRC64 != ""
			written.CRC64 = a.checksum() // even if COS returns none
		}
		return err
	}
	a, err := c.do(ctx, r)
	if err == nil && a.recovered {
		written = writtenOf(a)
	}
	return written, err // ErrCorrupted comes with the filled Written
}

// setWriteHeaders adds what every way to write an object has in common.
func setWriteHeaders(h http.Header, class string, encryption sse.Settings, tags map[string]string, access AccessControl, lock Lock, forbidOverwrite bool) {
	set(h, headerStorageClass, class)
	encryption.SetHeaders(h)
	set(h, headerTagging, encodeTags(tags))
	access.setHeaders(h)
	lock.setHeaders(h)
	if forbidOverwrite {
		h.Set(headerForbidOverwrite, "true")
	}
}

// compare checks the CRC64 in the response, if there is one, against that of the
// sent body.
func (r *request) compare(a *answer) error {
	stored := a.header.Get(headerCRC64)
	if a.whole && (stored == "" || stored == a.checksum()) {
		return nil
	}
	return &corruptedError{op: r.op, Location: r.loc}
}
