package object

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// status is what an inspection says of an object that a state describes.
type status int

const (
	// statusRead: HEAD told everything.
	statusRead status = iota
	// statusGone: a 404 in a bucket that exists, the only answer that means so.
	statusGone
	// statusUnchanged: the listing, which needs no key, shows the expected object.
	statusUnchanged
	// statusChanged: the listing shows another object, of which nothing more is known.
	statusChanged
	// statusUnverified: there is an object, and nothing tells whether it is the same.
	statusUnverified
)

// observation is the outcome of an inspection.
type observation struct {
	status  status
	info    cosclient.Info  // with statusRead
	keyName string          // with statusRead: the name of the key that had to be searched for
	entry   cosclient.Entry // with statusUnchanged and statusChanged
	why     error           // with statusUnverified
}

// inspection says what to look for, and with which keys.
type inspection struct {
	loc      cosclient.Location
	expected record
	key      sse.CustomerKey // the one that is known for the object
	// search tries the keys of the keyring on an object that somebody else has
	// encrypted anew.
	search bool
	// list asks the listing for one object.
	list func(context.Context, cosclient.Location) (cosclient.Entry, bool, error)
}

// inspect finds out what has become of an object. HEAD is asked with the key
// that is known for it; if COS refuses, without one, since the encryption may
// have changed; if COS refuses that as well, the listing. An error means that
// nothing could be found out: a 400 or 403 is never read as absence.
func (r *Resource) inspect(ctx context.Context, in inspection) (observation, error) {
	info, err := r.data.Client.Head(ctx, in.loc, cosclient.HeadInput{CustomerKey: in.key})
	if refused(err) && !in.key.IsZero() {
		info, err = r.data.Client.Head(ctx, in.loc, cosclient.HeadInput{})
	}
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		if err := confirmGone(ctx, r.data, in.loc, err); err != nil {
			return observation{}, err
		}
		return observation{status: statusGone}, nil
	case err == nil:
		return observation{info: info}, nil
	case !refused(err):
		return observation{}, err
	}
	entry, found, listErr := in.list(ctx, in.loc)
	switch {
	case listErr == nil && found:
		seen := in.expected.compare(entry)
		if seen.status == statusChanged && in.search && !r.data.PlainHTTP {
			if info, name, _, err := tryKeys(ctx, r.data, in.loc, "", in.key.MD5()); err == nil && name != "" {
				return observation{info: info, keyName: name}, nil
			}
		}
		return seen, nil
	case listErr == nil:
		return observation{status: statusUnverified, why: fmt.Errorf("%w: it does not show the object yet", errLag)}, nil
	case refused(listErr) && !badCredentials(listErr):
		// The credentials are good, and may not list. Whether they may not read
		// either, or only lack the customer key, is what a body would tell.
		if err = r.data.Client.Explain(ctx, in.loc, cosclient.HeadInput{}, err); errors.Is(err, cosclient.ErrCustomerKey) || errors.Is(err, cosclient.ErrBadRequest) {
			return observation{status: statusUnverified, why: listErr}, nil
		}
		return observation{}, err
	}
	return observation{}, listErr
}

// confirmGone makes sure that a HEAD answered by 404 means the object and not
// the bucket: a HEAD has no body to tell them apart. It costs at most one
// question for each bucket and run. notFound is the error of the HEAD.
func confirmGone(ctx context.Context, data *providerdata.Data, loc cosclient.Location, notFound error) error {
	if explained(notFound) {
		return nil
	}
	return data.Buckets.Exists(loc.Region, loc.Bucket, func() error {
		err := data.Client.HeadBucket(ctx, loc.Region, loc.Bucket)
		switch {
		case err == nil, errors.Is(err, cosclient.ErrForbidden):
			return nil
		case errors.Is(err, cosclient.ErrNoSuchBucket):
			return err
		}
		why := data.Client.Explain(ctx, loc, cosclient.HeadInput{}, notFound)
		switch {
		case !explained(why):
			return err
		case errors.Is(why, cosclient.ErrNotFound):
			return nil
		}
		return why
	})
}

// explained reports a refusal that came with COS's own code, as only the body
// of an answer has it.
func explained(err error) bool {
	var refusal *cosclient.Error
	return errors.As(err, &refusal) && refusal.Code != ""
}

// refused reports a 400 or 403. Neither ever means that an object is absent.
func refused(err error) bool {
	return errors.Is(err, cosclient.ErrBadRequest) || errors.Is(err, cosclient.ErrForbidden)
}

// badCredentials reports a refusal that no other request would escape.
func badCredentials(err error) bool {
	return errors.Is(err, cosclient.ErrSignature) || errors.Is(err, cosclient.ErrExpiredToken) ||
		errors.Is(err, cosclient.ErrClockSkew) || errors.Is(err, cosclient.ErrExpiredSignature)
}

// listed asks the listing, which needs no customer key, for one object.
func (r *Resource) listed(ctx context.Context, loc cosclient.Location) (entry cosclient.Entry, found bool, err error) {
	page, err := r.data.Client.List(ctx, loc.Region, loc.Bucket, cosclient.ListInput{Prefix: loc.Key, MaxKeys: 1})
	if err != nil || len(page.Entries) == 0 || page.Entries[0].Key != loc.Key {
		return cosclient.Entry{}, false, err
	}
	return page.Entries[0], true, nil
}

// listedAlready is listed for a refresh, which a cached page serves as well as
// one of its own.
func (r *Resource) listedAlready(ctx context.Context, loc cosclient.Location) (entry cosclient.Entry, found bool, err error) {
	if o, ok := r.data.Listing.Entry(loc.Region, loc.Bucket, loc.Key); ok {
		return cosclient.Entry(o), true, nil
	}
	return r.listed(ctx, loc)
}

// errLag is why a listing tells nothing: it is not up to date.
var errLag = errors.New("the listing lags behind")

// compare compares an entry of the listing with the expected write. A listing
// may lag behind, so an older entry says nothing. The same second with another
// size or ETag is a second write within it. The class may change without a
// write, as by a lifecycle rule, and is no part of the proof. Of an object that
// was uploaded in parts a listing may show another time than HEAD: its ETag,
// made of those of its parts, settles it.
func (r record) compare(e cosclient.Entry) observation {
	recorded, err := time.Parse(time.RFC3339, r.LastModified)
	listed := e.LastModified.Truncate(time.Second)
	same := e.Size == r.Length && (r.ETag == "" || e.ETag == r.ETag)
	switch {
	case same && strings.Contains(r.ETag, "-"), err == nil && listed.Equal(recorded) && same:
		return observation{status: statusUnchanged, entry: e}
	case err == nil && listed.Before(recorded):
		return observation{status: statusUnverified, why: fmt.Errorf("%w: it shows the object as it was at %s, before it was last written", errLag, listed.UTC().Format(time.RFC3339))}
	}
	return observation{status: statusChanged, entry: e}
}
