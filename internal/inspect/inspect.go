// Package inspect determines what exists at an address, using the available
// customer keys. It combines the client, the keyring and the listing, and all
// types use it. It belongs to layer 3 but uses no Terraform types.
package inspect

import (
	"context"
	"errors"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Inspector inspects objects with the provider's configuration.
type Inspector struct {
	Client  *cosclient.Client
	Keyring *sse.Keyring
	Listing *listing.Cache
	Buckets *Buckets
	// PlainHTTP means that the endpoint is http://, over which customer keys are
	// not sent.
	PlainHTTP bool
}

// Status is the result of comparing an object with the state.
type Status int

const (
	// Read means that HEAD succeeded.
	Read Status = iota
	// Gone means a 404 in a bucket that exists. No other response means that.
	Gone
	// Unchanged means that the listing, which needs no customer key, shows the
	// expected object.
	Unchanged
	// Changed means that the listing shows another object. Nothing more is known
	// about it.
	Changed
	// Unverified means that there is an object, but it is unknown whether it is
	// the expected one.
	Unverified
)

// Observation is the result of an inspection.
type Observation struct {
	Status  Status
	Info    cosclient.Info  // if Read
	KeyName string          // if Read: the key's name, if the keyring was searched
	Entry   cosclient.Entry // if Unchanged or Changed
	Why     error           // if Unverified
	Refusal error           // if Unchanged, Changed or Unverified: why HEAD failed
}

// Target describes the object to inspect, and how.
type Target struct {
	Location cosclient.Location
	Expected Record
	// Key is the object's known customer key.
	Key sse.CustomerKey
	// Search tries the keys of the keyring if someone else has encrypted the
	// object with another key.
	Search bool
	// Cached allows an already fetched page of the listing to answer, as in a
	// refresh. Otherwise a new page is requested.
	Cached bool
}

// Inspect determines the current state of an object. It sends a HEAD with the
// known customer key. If COS refuses that, it sends one without a key, since the
// encryption may have changed. If COS refuses that as well, it uses the listing.
// An error means that the state could not be determined: a 400 or 403 never
// counts as absence.
func (i Inspector) Inspect(ctx context.Context, target Target) (Observation, error) {
	info, err := i.Head(ctx, target.Location, cosclient.HeadInput{CustomerKey: target.Key})
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		if err := i.ConfirmGone(ctx, target.Location, err); err != nil {
			return Observation{}, err
		}
		return Observation{Status: Gone}, nil
	case err == nil:
		return Observation{Info: info}, nil
	case !Refused(err):
		return Observation{}, err
	}
	entry, found, listErr := i.list(ctx, target)
	switch {
	case listErr == nil && found:
		seen := target.Expected.compare(entry)
		seen.Refusal = err
		if seen.Status == Changed && target.Search && !i.PlainHTTP {
			if info, name, _, err := i.tryKeys(ctx, target.Location, "", attempts{except: target.Key.MD5(), most: MaxKeysTried}); err == nil && name != "" {
				return Observation{Info: info, KeyName: name}, nil
			}
		}
		return seen, nil
	case listErr == nil:
		return Observation{Status: Unverified, Refusal: err, Why: fmt.Errorf("%w: it does not show the object yet", ErrListingLags)}, nil
	case Refused(listErr) && !badCredentials(listErr):
		// The credentials are valid but cannot list. Only a response with a body
		// tells whether they cannot read either, or only the customer key is
		// missing.
		if err = i.Client.Explain(ctx, target.Location, cosclient.HeadInput{}, err); errors.Is(err, cosclient.ErrCustomerKey) || errors.Is(err, cosclient.ErrBadRequest) {
			return Observation{Status: Unverified, Refusal: err, Why: listErr}, nil
		}
		return Observation{}, err
	}
	return Observation{}, listErr
}

// Head sends a HEAD with the key of the input. If COS refuses it, Head sends one
// without a key, because the object may not have the expected encryption.
func (i Inspector) Head(ctx context.Context, loc cosclient.Location, in cosclient.HeadInput) (cosclient.Info, error) {
	info, err := i.Client.Head(ctx, loc, in)
	if !Refused(err) || in.CustomerKey.IsZero() {
		return info, err
	}
	in.CustomerKey = sse.CustomerKey{}
	plain, plainErr := i.Client.Head(ctx, loc, in)
	if Refused(plainErr) {
		return info, err
	}
	return plain, plainErr
}

// list looks up one object in the listing, which needs no customer key.
func (i Inspector) list(ctx context.Context, target Target) (entry cosclient.Entry, found bool, err error) {
	loc := target.Location
	if target.Cached {
		if o, ok := i.Listing.Entry(loc.Region, loc.Bucket, loc.Key); ok {
			return cosclient.Entry{Key: o.Key, ETag: o.ETag, StorageClass: o.StorageClass, Size: o.Size, LastModified: o.LastModified}, true, nil
		}
	}
	page, err := i.Client.List(ctx, loc.Region, loc.Bucket, cosclient.ListInput{Prefix: loc.Key, MaxKeys: 1})
	if err != nil || len(page.Entries) == 0 || page.Entries[0].Key != loc.Key {
		return cosclient.Entry{}, false, err
	}
	return page.Entries[0], true, nil
}

// Refused reports whether an error is a 400 or 403, neither of which means that
// an object is absent.
func Refused(err error) bool {
	return errors.Is(err, cosclient.ErrBadRequest) || errors.Is(err, cosclient.ErrForbidden)
}

// badCredentials reports whether an error would affect every other request as
// well.
func badCredentials(err error) bool {
	return errors.Is(err, cosclient.ErrSignature) || errors.Is(err, cosclient.ErrExpiredToken) ||
		errors.Is(err, cosclient.ErrClockSkew) || errors.Is(err, cosclient.ErrExpiredSignature)
}
