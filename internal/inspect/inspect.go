// Package inspect answers one question, for every type that has to ask it: what
// is at this address, with the customer keys that are available? It joins the
// client with the keyring and the listing, and knows no Terraform types
// (floor 3).
package inspect

import (
	"context"
	"errors"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Inspector looks at objects with what a provider is configured with.
type Inspector struct {
	Client  *cosclient.Client
	Keyring *sse.Keyring
	Listing *listing.Cache
	Buckets *Buckets
	// PlainHTTP: the endpoint is http://, over which no customer key is sent.
	PlainHTTP bool
}

// Status is what an inspection says of an object that a state describes.
type Status int

const (
	// Read means that HEAD succeeded.
	Read Status = iota
	// Gone means a 404 in a bucket that exists: nothing else does.
	Gone
	// Unchanged means that the listing, which needs no key, shows the expected
	// object.
	Unchanged
	// Changed means that the listing shows another object, of which nothing more
	// is known.
	Changed
	// Unverified means that there is an object, and that it is unknown whether it is
	// the same.
	Unverified
)

// Observation is the outcome of an inspection.
type Observation struct {
	Status  Status
	Info    cosclient.Info  // with Read
	KeyName string          // with Read: the name of the key that had to be searched for
	Entry   cosclient.Entry // with Unchanged and Changed
	Why     error           // with Unverified
	Refusal error           // with Unchanged, Changed and Unverified: why HEAD failed
}

// Target says what to look for, and how.
type Target struct {
	Location cosclient.Location
	Expected Record
	// Key is the customer key that is known for the object.
	Key sse.CustomerKey
	// Search tries the keys of the keyring on an object that somebody else has
	// encrypted anew.
	Search bool
	// Cached lets a page of the listing that is there already answer, as in a
	// refresh; without it the listing is asked anew.
	Cached bool
}

// Inspect finds out what has become of an object. HEAD is asked with the key
// that is known for it; if COS refuses, without one, since the encryption may
// have changed; if COS refuses that as well, the listing. An error means that
// nothing could be found out: a 400 or 403 is never read as absence.
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
		// The credentials are good, and may not list. Whether they may not read
		// either, or only lack the customer key, is what a body would tell.
		if err = i.Client.Explain(ctx, target.Location, cosclient.HeadInput{}, err); errors.Is(err, cosclient.ErrCustomerKey) || errors.Is(err, cosclient.ErrBadRequest) {
			return Observation{Status: Unverified, Refusal: err, Why: listErr}, nil
		}
		return Observation{}, err
	}
	return Observation{}, listErr
}

// Head asks with the key in in; if COS refuses it, without one: the object may
// not have the encryption that it should have.
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

// list asks the listing, which needs no customer key, for one object.
func (i Inspector) list(ctx context.Context, target Target) (entry cosclient.Entry, found bool, err error) {
	loc := target.Location
	if target.Cached {
		if o, ok := i.Listing.Entry(loc.Region, loc.Bucket, loc.Key); ok {
			return cosclient.Entry(o), true, nil
		}
	}
	page, err := i.Client.List(ctx, loc.Region, loc.Bucket, cosclient.ListInput{Prefix: loc.Key, MaxKeys: 1})
	if err != nil || len(page.Entries) == 0 || page.Entries[0].Key != loc.Key {
		return cosclient.Entry{}, false, err
	}
	return page.Entries[0], true, nil
}

// Refused reports a 400 or 403. Neither ever means that an object is absent.
func Refused(err error) bool {
	return errors.Is(err, cosclient.ErrBadRequest) || errors.Is(err, cosclient.ErrForbidden)
}

// badCredentials reports a refusal that no other request would escape.
func badCredentials(err error) bool {
	return errors.Is(err, cosclient.ErrSignature) || errors.Is(err, cosclient.ErrExpiredToken) ||
		errors.Is(err, cosclient.ErrClockSkew) || errors.Is(err, cosclient.ErrExpiredSignature)
}
