// Package store writes objects, verifies each write and undoes it if necessary.
// It is the only package that writes objects, for single objects and whole
// directories. It belongs to layer 3 but uses no Terraform types.
package store

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Store writes objects with the provider's configuration.
type Store struct {
	inspect.Inspector

	// PartSize, in bytes, and UploadConcurrency configure the upload of large
	// files; 0 is the client's default.
	PartSize          int64
	UploadConcurrency int
	// Proofs counts the verifications that have waited for the next second. If it
	// is nil, none waits, since no state will be compared with a listing.
	Proofs *atomic.Int32
	// Sizes determine when transfers are split. The zero value is DefaultSizes.
	Sizes Sizes
}

// Sizes are the sizes, in bytes, above which uploads and copies are split. Tests
// lower them.
type Sizes struct {
	// Put is the largest file to upload in one request. A broken connection loses
	// the whole request, but up to this size the additional requests of a
	// multipart upload cost more time than they save. COS accepts up to 5 GiB.
	// Source: COS API documentation, "PUT Object".
	Put int64
	// Copy is the largest object that COS copies in one request. Source: COS API
	// documentation, "PUT Object - Copy".
	Copy int64
	// Part is the part size of a larger copy. It is large because the client
	// transfers no data, and small enough for COS to respond before
	// request_timeout.
	Part int64
}

// DefaultSizes are the sizes for COS.
var DefaultSizes = Sizes{Put: 32 << 20, Copy: 5 << 30, Part: 256 << 20}

func (s *Store) sizes() Sizes {
	if s.Sizes == (Sizes{}) {
		return DefaultSizes
	}
	return s.Sizes
}

// Write describes an object to store.
type Write struct {
	Location cosclient.Location
	// Old is the current location of the object. It equals Location unless the
	// object moves.
	Old cosclient.Location
	// Prior describes the previous object; nil for a create.
	Prior *cosclient.Info
	// Expected is the record of the write that should be there now.
	Expected inspect.Record
	// OldKey is the customer key of the previous object.
	OldKey sse.CustomerKey

	// Body is the body to upload; nil if the stored body is kept or copied from
	// From.
	Body *content.Body
	// ExpectCRC64 is the expected CRC64 of the body; "" accepts any.
	ExpectCRC64 string
	// Length, in bytes, and CRC64 describe the stored or copied body. CRC64 is ""
	// if COS never returned it.
	Length int64
	CRC64  string
	// From is the object to copy from; nil for an upload or a copy onto itself.
	From *Source

	Attributes cosclient.Attributes
	Encryption sse.Settings
	Tags       map[string]string // nil keeps the existing tags
	// TagsStay means that the object already has Tags.
	TagsStay bool
	// KeepTag reports whether to keep an existing tag that is managed outside
	// Terraform. It is nil if there are none.
	KeepTag func(key string) bool
	ACL     string            // "" keeps the existing ACL and its grants
	Grants  []cosclient.Grant // to other accounts
	Lock    cosclient.Lock    // set by the write
	// ACLRead means that ACL and Grants contain the existing ones, so they are
	// not read again.
	ACLRead bool
	// UnmodifiedSince is an additional condition of a copy; see
	// cosclient.CopyInput.
	UnmodifiedSince time.Time
	// BeforeComplete works as in cosclient.CopyInput.
	BeforeComplete  func(context.Context) error
	ForbidOverwrite bool
}

// ErrNoEncryption is returned for a write that would not be encrypted: its mode
// is none, or its customer key is missing. Nothing is sent.
var ErrNoEncryption = errors.New("the write would carry no encryption")

// encrypts returns ErrNoEncryption for such a write, as a safeguard against
// mistakes of the callers.
func (w Write) encrypts() error {
	if w.Encryption.Mode == sse.ModeNone || w.Encryption.Mode == sse.ModeCustomer && w.Encryption.CustomerKey.IsZero() {
		return ErrNoEncryption
	}
	return nil
}

// Source is an object to copy from.
type Source struct {
	Location  cosclient.Location
	VersionID string
	Key       sse.CustomerKey
	Info      cosclient.Info // as HEAD returned it
}

// CopyOf makes the write a copy of another object.
func (w *Write) CopyOf(source *Source) {
	w.From, w.Length, w.CRC64 = source, source.Info.Length, source.Info.CRC64
}

// Outcome is the result of a write.
type Outcome struct {
	// Landed means that the object exists and Info describes it.
	Landed bool
	// Written is COS's response to the write.
	Written cosclient.Written
	Info    cosclient.Info
	// Imposed are headers that COS returns without having stored them. Info does
	// not include them.
	Imposed cosclient.Imposed
	// Err is the error of the write or of its verification.
	Err error
	// Unproved means that the write succeeded but the HEAD failed.
	Unproved bool
	// Unverified means that neither the response nor the HEAD has a CRC64 of the
	// body.
	Unverified bool
	// LockUnproved is the error of reading back the requested lock, if HEAD did
	// not report the lock.
	LockUnproved error
	// Wrong lists the differences between the stored object and the requested
	// one.
	Wrong []string
}

// Mismatch reports whether the object exists but differs from the requested one.
func (o Outcome) Mismatch() bool { return o.Landed && len(o.Wrong) > 0 }

// AccessControl returns the access control list of the written object.
func (w Write) AccessControl() cosclient.AccessControl {
	return cosclient.AccessControl{Canned: w.ACL, Grants: w.Grants}
}

// CutSizes returns the sizes in effect.
func (s *Store) CutSizes() Sizes { return s.sizes() }
