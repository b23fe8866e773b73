package object

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// verdict is what a look at COS says of an object that a state describes.
type verdict int

const (
	// seen: HEAD told everything.
	seen verdict = iota
	// gone: a 404, the only answer that means so.
	gone
	// unchanged: the listing, which needs no key, shows the recorded object.
	unchanged
	// changed: the listing shows another object, of which nothing more is known.
	changed
	// unproved: there is an object, and nothing tells whether it is the same.
	unproved
)

// sight is the outcome of a look.
type sight struct {
	verdict verdict
	info    cosclient.Info  // with seen
	entry   cosclient.Entry // with unchanged and changed
	why     error           // with unproved
}

// look finds out what has become of an object. HEAD is asked with the key that
// is known for it; where COS refuses, without one, since the encryption may
// have changed; where COS refuses that as well, the listing. An error means
// that nothing could be found out: a 400 or 403 is never read as absence.
// declared is the key that the configuration has for it, where there is one;
// list is how the listing is asked.
func (r *Resource) look(ctx context.Context, state model, declared sse.CustomerKey, list func(context.Context, cosclient.Location) (cosclient.Entry, bool, error)) (sight, error) {
	loc := state.location()
	key, _ := r.keyOf(state, declared)
	info, err := r.data.Client.Head(ctx, loc, cosclient.HeadInput{CustomerKey: key})
	if refused(err) && !key.IsZero() {
		info, err = r.data.Client.Head(ctx, loc, cosclient.HeadInput{})
	}
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		return sight{verdict: gone}, nil
	case err == nil:
		return sight{info: info}, nil
	case !refused(err):
		return sight{}, err
	}
	entry, found, listErr := list(ctx, loc)
	switch {
	case listErr == nil && found:
		return state.judge(entry), nil
	case listErr == nil:
		return sight{verdict: unproved, why: fmt.Errorf("%w: it does not show the object yet", errLag)}, nil
	case refused(listErr) && !badCredentials(listErr):
		// The credentials are good, and may not list. Whether they may not read
		// either, or only lack the customer key, is what a body would tell.
		if err = r.data.Client.Explain(ctx, loc, cosclient.HeadInput{}, err); errors.Is(err, cosclient.ErrCustomerKey) || errors.Is(err, cosclient.ErrBadRequest) {
			return sight{verdict: unproved, why: listErr}, nil
		}
		return sight{}, err
	}
	return sight{}, listErr
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

// listedAlready is listed for a refresh, which a page that is there serves as
// well as one of its own.
func (r *Resource) listedAlready(ctx context.Context, loc cosclient.Location) (entry cosclient.Entry, found bool, err error) {
	if o, ok := r.data.Listing.Entry(loc.Region, loc.Bucket, loc.Key); ok {
		return cosclient.Entry(o), true, nil
	}
	return r.listed(ctx, loc)
}

// errLag is why a listing tells nothing: it is not up to date.
var errLag = errors.New("the listing lags behind")

// judge compares an entry of the listing with the state. A listing may lag
// behind, so an older entry says nothing. The same second with another size or
// ETag is a second write within it. The class may change without a write, as by
// a lifecycle rule, and is no part of the proof.
func (m model) judge(e cosclient.Entry) sight {
	recorded, err := time.Parse(time.RFC3339, m.LastModified.ValueString())
	listed := e.LastModified.Truncate(time.Second)
	same := e.Size == m.ContentLength.ValueInt64() && (m.ETag.IsNull() || e.ETag == m.ETag.ValueString())
	switch {
	case err == nil && listed.Equal(recorded) && same:
		return sight{verdict: unchanged, entry: e}
	case err == nil && listed.Before(recorded):
		return sight{verdict: unproved, why: fmt.Errorf("%w: it shows the object as it was at %s, before it was last written", errLag, listed.UTC().Format(time.RFC3339))}
	}
	return sight{verdict: changed, entry: e}
}

// recordEntry writes what a listing tells of a changed object into a state.
// What can no longer be proved is null, and null never equals what is
// declared: an update is planned.
func (m *model) recordEntry(e cosclient.Entry) {
	m.ContentCRC64 = types.StringNull()
	m.ContentWOVersion = types.Int64Null()
	m.SSECustomerKeyMD5 = types.StringNull()
	m.ETag = optional(e.ETag)
	m.ContentLength = types.Int64Value(e.Size)
	m.StorageClass = optional(e.StorageClass)
	m.VersionID = types.StringNull()
	m.LastModified = types.StringValue(e.LastModified.UTC().Format(time.RFC3339))
}

// lost reports a state that recordEntry may have left: there is an object, and
// nobody knows how it is encrypted.
func (m model) lost() bool {
	return m.ContentCRC64.IsNull() && m.observed().Mode == sse.ModeNone
}

// findAgain looks at a lost object with the key that is declared for it:
// whoever changed it may have used the same. It returns what the update has to
// start from; ok is false where the object is under a key that is not at hand.
// Whatever else goes wrong the write finds out.
func (r *Resource) findAgain(ctx context.Context, prior model, declared sse.CustomerKey) (now model, ok bool) {
	info, err := r.data.Client.Head(ctx, prior.location(), cosclient.HeadInput{CustomerKey: declared})
	if refused(err) && !declared.IsZero() {
		info, err = r.data.Client.Head(ctx, prior.location(), cosclient.HeadInput{})
	}
	if err == nil && !prior.replacedBy(info) {
		prior.record(info)
	}
	return prior, !refused(err)
}
