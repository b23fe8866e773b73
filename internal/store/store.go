// Package store writes objects, proves each write and takes it back. It is the
// only place from which an object is written, for a single object and for a
// whole directory, and knows no Terraform types (floor 3).
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

// Store writes with what a provider is configured with.
type Store struct {
	inspect.Inspector

	// PartSize, in bytes, and UploadConcurrency say how a large file is
	// uploaded; 0 is the client's default.
	PartSize          int64
	UploadConcurrency int
	// Proofs counts the proofs that have waited for the next second; nil: none
	// waits, since no state will be compared with a listing.
	Proofs *atomic.Int32
	// Sizes cut uploads and copies; the zero value is DefaultSizes.
	Sizes Sizes
}

// Sizes say, in bytes, how uploads and copies are cut. Tests lower them.
type Sizes struct {
	// Put is the largest file that is uploaded in one request: if a part is
	// lost with a connection, this is lost with it, and below it the requests
	// that parts need cost more time than they save. COS takes up to 5 GiB.
	// Source: COS API documentation, "PUT Object".
	Put int64
	// Copy is the largest object that COS copies in one request.
	// Source: COS API documentation, "PUT Object - Copy".
	Copy int64
	// Part is the size of the parts of a larger copy: large, since no byte of
	// them travels, and small enough for COS to answer before request_timeout.
	Part int64
}

// DefaultSizes are those of the real service.
var DefaultSizes = Sizes{Put: 32 << 20, Copy: 5 << 30, Part: 256 << 20}

func (s *Store) sizes() Sizes {
	if s.Sizes == (Sizes{}) {
		return DefaultSizes
	}
	return s.Sizes
}

// Write is what is to be stored.
type Write struct {
	Location cosclient.Location
	// Old is where the object is now; Location unless it moves.
	Old cosclient.Location
	// Prior describes what was there before; nil for a create.
	Prior *cosclient.Info
	// Expected is the write that should be there now.
	Expected inspect.Record
	// OldKey opens what is there now.
	OldKey sse.CustomerKey

	// Body is uploaded; nil if the stored one stays or From has it.
	Body *content.Body
	// ExpectCRC64 is that of the body; "": whatever it is.
	ExpectCRC64 string
	// Length, in bytes, and CRC64 are those of the stored or copied body; a
	// CRC64 of "" is one that COS never gave.
	Length int64
	CRC64  string
	// From is the object to copy from; nil for an upload or a copy onto itself.
	From *Source

	Attributes cosclient.Attributes
	Encryption sse.Settings
	Tags       map[string]string // nil: those that are there
	// TagsStay: the tags that are there are Tags already.
	TagsStay bool
	// KeepTag reports the key of a tag that others set, which stays; nil: there are none.
	KeepTag func(key string) bool
	ACL     string            // "": the one that is there, with its grants
	Grants  []cosclient.Grant // those to other accounts
	Lock    cosclient.Lock    // that the object begins with
	// ACLRead: ACL and Grants are what is there, and are not read again.
	ACLRead bool
	// UnmodifiedSince guards a copy besides the ETag; see cosclient.CopyInput.
	UnmodifiedSince time.Time
	// BeforeComplete is that of cosclient.CopyInput.
	BeforeComplete  func(context.Context) error
	ForbidOverwrite bool
}

// ErrNoEncryption is the error of a write that would carry no encryption: its
// mode is none, or its customer key is missing. Nothing is sent.
var ErrNoEncryption = errors.New("the write would carry no encryption")

// encrypts returns ErrNoEncryption, whatever the callers have missed.
func (w Write) encrypts() error {
	if w.Encryption.Mode == sse.ModeNone || w.Encryption.Mode == sse.ModeCustomer && w.Encryption.CustomerKey.IsZero() {
		return ErrNoEncryption
	}
	return nil
}

// Source is an object that another one is copied from.
type Source struct {
	Location  cosclient.Location
	VersionID string
	Key       sse.CustomerKey
	Info      cosclient.Info // what HEAD returned
}

// CopyOf makes another object the body.
func (w *Write) CopyOf(source *Source) {
	w.From, w.Length, w.CRC64 = source, source.Info.Length, source.Info.CRC64
}

// Outcome is what became of a write.
type Outcome struct {
	// Landed: the object is there, and Info describes it.
	Landed bool
	// Written is COS's answer to the write itself.
	Written cosclient.Written
	Info    cosclient.Info
	// Imposed are headers that COS shows and that Info does not have: nobody
	// stored them.
	Imposed cosclient.Imposed
	// Err is why the write, or the proof of it, could not be had.
	Err error
	// Unproved: the answer to the write was right, but the HEAD failed.
	Unproved bool
	// Unverified: neither the answer nor the HEAD has a CRC64 of the body.
	Unverified bool
	// LockUnproved is why the lock that was asked for could not be read back, if
	// HEAD did not tell it.
	LockUnproved error
	// Wrong lists in what the stored object is not what was asked for.
	Wrong []string
}

// Mismatch reports that the object is there and is not what was asked for.
func (o Outcome) Mismatch() bool { return o.Landed && len(o.Wrong) > 0 }

// AccessControl is who may do what with the object that is written.
func (w Write) AccessControl() cosclient.AccessControl {
	return cosclient.AccessControl{Canned: w.ACL, Grants: w.Grants}
}

// CutSizes are the sizes in force.
func (s *Store) CutSizes() Sizes { return s.sizes() }
