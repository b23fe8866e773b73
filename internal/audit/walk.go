// Package audit determines the encryption of the objects under a prefix, for a data source and a list resource. It
// belongs to layer 3.
package audit

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// parallel limits the concurrent HEAD requests, and thereby how far a walk runs ahead of its visitor.
const parallel = 32

var (
	// errKeyringUnknown is returned if it is not known yet whether a key is in the keyring.
	errKeyringUnknown = errors.New("the object needs a customer key (SSE-C), and the provider's sse_customer_keys are not all known yet: apply what they depend on first")
	errPlainHTTP      = errors.New("the object needs a customer key (SSE-C), and no key of the keyring is sent over http://: use an https:// endpoint")
)

// Query selects the objects to inspect and the level of detail.
type Query struct {
	Region, Bucket, Prefix string
	// Match is a doublestar pattern for the whole key; "" matches every key.
	Match string
	// Versions includes all versions and delete markers, not only the current objects.
	Versions bool
	// Key restricts a walk of versions to one key; "" includes all keys under the prefix.
	Key string
	// Heads is false if the listing suffices.
	Heads bool
	// PageSize is the number of keys per page, if that is probably enough: the next page is then requested only after
	// all of them were visited. With 0, COS chooses the size, and pages are requested ahead.
	PageSize int
}

// Finding is an inspected object. Without HEADs it contains only Entry.
type Finding struct {
	Entry      cosclient.Entry
	Info       cosclient.Info
	Encryption Encryption
	KeyName    string // of the customer key that opens it

	// Set by a walk of versions. A delete marker only has these and Entry's key and time.
	VersionID            string // "" if the bucket never had versioning
	Latest, DeleteMarker bool
}

// Walk inspects the objects of a query concurrently, and calls visit for one after the other in key order until it
// returns false. Objects that are deleted in the meantime are left out. An object that cannot be read or addressed ends
// the walk with an error, so that the results are never silently incomplete. Memory use is limited to a page of the
// listing, regardless of the size of the bucket.
func Walk(ctx context.Context, i inspect.Inspector, q Query, visit func(Finding) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w := walker{inspector: i, query: q, ahead: make(chan *step, parallel)}
	slots := make(chan struct{}, parallel)
	go func() {
		defer close(w.ahead)
		w.list(ctx, slots)
	}()
	for l := range w.ahead {
		<-l.done
		switch {
		case l.err != nil:
			return l.err
		case l.shown != nil:
			close(l.shown)
		case !l.gone && !visit(l.finding):
			return nil
		}
	}
	return ctx.Err()
}

type walker struct {
	inspector inspect.Inspector
	query     Query
	ahead     chan *step             // in key order
	fitted    atomic.Pointer[string] // name of the key that matched last
}

// step is an element of a walk: an object, the end of a page, or the failure of the listing.
type step struct {
	finding Finding
	gone    bool
	shown   chan struct{} // for the end of a page: closed when the walk reaches it
	err     error
	done    chan struct{}
}

// over returns a closed channel.
func over() chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}

// pages lists the objects of a walk in order, one page at a time. more reports whether another page follows.
type pages interface {
	next(ctx context.Context) (page []Finding, more bool, err error)
}

func (w *walker) pages() pages {
	if w.query.Versions {
		return &versionPages{client: w.inspector.Client, query: w.query}
	}
	return &objectPages{client: w.inspector.Client, query: w.query}
}

// objectPages lists the current objects.
type objectPages struct {
	client *cosclient.Client
	query  Query
	marker string
}

func (p *objectPages) next(ctx context.Context) ([]Finding, bool, error) {
	page, err := p.client.List(ctx, p.query.Region, p.query.Bucket, cosclient.ListInput{Prefix: p.query.Prefix, Marker: p.marker, MaxKeys: p.query.PageSize})
	if err == nil && page.Truncated && page.NextMarker <= p.marker {
		err = cosclient.ErrNoProgress
	}
	if err != nil {
		return nil, false, fmt.Errorf("the objects of the bucket %s could not be listed: %w", p.query.Bucket, err)
	}
	p.marker = page.NextMarker
	found := make([]Finding, len(page.Entries))
	for i, entry := range page.Entries {
		found[i] = Finding{Entry: entry}
	}
	return found, page.Truncated, nil
}

// list sends the objects of all pages ahead of the visitor.
func (w *walker) list(ctx context.Context, slots chan struct{}) {
	pages := w.pages()
	for {
		page, more, err := pages.next(ctx)
		if err != nil {
			w.fail(ctx, err)
			return
		}
		for _, found := range page {
			if w.query.Match != "" && !doublestar.MatchUnvalidated(w.query.Match, found.Entry.Key) {
				continue
			}
			if !w.send(ctx, slots, found) {
				return
			}
		}
		if !more || !w.pause(ctx) {
			return
		}
	}
}

// send starts the request for an object, or none for a delete marker. It returns false if the walk has ended.
func (w *walker) send(ctx context.Context, slots chan struct{}, found Finding) bool {
	l := &step{finding: found, done: make(chan struct{})}
	if err := cosclient.CheckKey(found.Entry.Key); err != nil && !found.DeleteMarker {
		w.fail(ctx, fmt.Errorf("an object of the bucket %s cannot be looked at: %w", w.query.Bucket, err))
		return false
	}
	if w.query.Heads && !found.DeleteMarker {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return false
		}
		go func() {
			defer close(l.done)
			defer func() { <-slots }()
			w.head(ctx, l)
		}()
	} else {
		l.done = over()
	}
	select {
	case w.ahead <- l:
		return true
	case <-ctx.Done():
		return false
	}
}

// pause waits until a page was visited if the next one is probably not needed. It returns false if the walk has ended.
func (w *walker) pause(ctx context.Context) bool {
	if w.query.PageSize == 0 {
		return true
	}
	shown := make(chan struct{})
	select {
	case w.ahead <- &step{shown: shown, done: over()}:
	case <-ctx.Done():
	}
	select {
	case <-shown:
		return true
	case <-ctx.Done():
		return false
	}
}

// fail ends the walk with an error.
func (w *walker) fail(ctx context.Context, err error) {
	select {
	case w.ahead <- &step{err: err, done: over()}:
	case <-ctx.Done():
	}
}

// head requests one object, first without a key, then with the keys of the keyring, beginning with the one that matched
// last.
func (w *walker) head(ctx context.Context, l *step) {
	loc := cosclient.Location{Region: w.query.Region, Bucket: w.query.Bucket, Key: l.finding.Entry.Key}
	first := ""
	if fitted := w.fitted.Load(); fitted != nil {
		first = *fitted
	}
	info, name, err := w.inspector.SearchWholeKeyring(ctx, loc, l.finding.VersionID, first)
	switch {
	case err == nil:
		if name != "" && name != first {
			w.fitted.Store(&name)
		}
		l.finding.Info, l.finding.KeyName, l.finding.Encryption = info, name, encryptionOf(info.Encryption.Mode)
		return
	case errors.Is(err, cosclient.ErrNotFound):
		if err = w.inspector.ConfirmGone(ctx, loc, err); err == nil {
			l.gone = true
			return
		}
	case inspect.Refused(err):
		if w.inspector.PlainHTTP {
			err = w.inspector.Client.Explain(ctx, loc, cosclient.HeadInput{VersionID: l.finding.VersionID}, err)
		}
		if underCustomerKey(err) {
			if err = w.openable(); err == nil {
				l.finding.Encryption = CustomerUnknown
				return
			}
		}
	}
	what := "the object"
	if l.finding.VersionID != "" {
		what = fmt.Sprintf("the version %s of the object", l.finding.VersionID)
	}
	l.err = fmt.Errorf("%s %s could not be looked at: %w", what, loc, err)
}

// underCustomerKey reports whether a refusal means that a customer key is missing or wrong. For a HEAD this is a 400
// without a code if the GET that would reveal the code is not allowed.
func underCustomerKey(err error) bool {
	var refused *cosclient.Error
	return errors.Is(err, cosclient.ErrCustomerKey) ||
		errors.Is(err, cosclient.ErrBadRequest) && errors.As(err, &refused) && refused.Code == ""
}

// openable returns why a key of the keyring may still open an object that no available key opens.
func (w *walker) openable() error {
	ring := w.inspector.Keyring
	for _, name := range ring.Names() {
		if key, _ := ring.ByName(name); key.IsZero() {
			return errKeyringUnknown
		}
	}
	switch {
	case ring.Unknown():
		return errKeyringUnknown
	case w.inspector.PlainHTTP && len(ring.Names()) > 0:
		return errPlainHTTP
	}
	return nil
}

// CheckPattern returns what is wrong with a pattern, or "".
func CheckPattern(pattern string) string {
	switch {
	case pattern == "":
		return "it is empty: leave it out to look at every key"
	case !doublestar.ValidatePattern(pattern):
		return "it is no pattern: a [ or { is not closed, or a \\ ends it"
	}
	return ""
}
