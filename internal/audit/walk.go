// Package audit finds out how the objects under a prefix are encrypted: one walk
// for the data source and the list resource (floor 3).
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

// parallel bounds the HEADs that are under way, and with them how far a walk
// runs ahead of its visitor.
const parallel = 32

var (
	// errKeyringUnknown is returned if it is not known yet whether a key is in the keyring.
	errKeyringUnknown = errors.New("the object needs a customer key (SSE-C), and the provider's sse_customer_keys are not all known yet: apply what they depend on first")
	errPlainHTTP      = errors.New("the object needs a customer key (SSE-C), and no key of the keyring is sent over http://: use an https:// endpoint")
)

// Query says which objects to look at, and how closely.
type Query struct {
	Region, Bucket, Prefix string
	// Match is a doublestar pattern for the whole key; "" fits every key.
	Match string
	// Versions looks at all versions and delete markers, not only at the current
	// objects.
	Versions bool
	// Key is the only key whose versions are looked at; "": all under the prefix.
	Key string
	// Heads is false if the listing suffices.
	Heads bool
	// PageSize is how many keys are listed at once, where so many are probably
	// enough: the next page then waits until all of them were shown. 0 leaves the
	// number to COS, and pages are listed ahead.
	PageSize int
}

// Finding is an object that was looked at. Without HEADs only Entry is there.
type Finding struct {
	Entry      cosclient.Entry
	Info       cosclient.Info
	Encryption Encryption
	KeyName    string // of the customer key that opens it

	// Of a walk of versions. Of a delete marker only Entry's key and time are there.
	VersionID            string // "" if the bucket never had versioning
	Latest, DeleteMarker bool
}

// Walk looks at the objects of a query in the order of their keys, several at a
// time, and shows them to visit one by one until that returns false. What
// vanishes meanwhile is left out. An object that may not be read, or cannot be
// addressed, ends the walk with an error, so that no smaller number is returned. Memory
// is bounded by a page of the listing, whatever the bucket holds.
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
	ahead     chan *step             // in the order of the keys
	fitted    atomic.Pointer[string] // the name of the key that fitted last
}

// step is an object, the end of a page, or the failure of the listing, that a
// walk comes to.
type step struct {
	finding Finding
	gone    bool
	shown   chan struct{} // of the end of a page: closed when the walk is there
	err     error
	done    chan struct{}
}

// over is done from the beginning.
func over() chan struct{} {
	done := make(chan struct{})
	close(done)
	return done
}

// pages lists what a walk looks at, a page at a time, in order. more is whether
// there is another one.
type pages interface {
	next(ctx context.Context) (page []Finding, more bool, err error)
}

func (w *walker) pages() pages {
	if w.query.Versions {
		return &versionPages{client: w.inspector.Client, query: w.query}
	}
	return &objectPages{client: w.inspector.Client, query: w.query}
}

// objectPages are the pages of the current objects.
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

// list sends what all pages hold ahead.
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

// send starts the request for an object. It returns false if the walk has ended.
// A delete marker needs none.
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

// pause waits until a page was shown, if the next is probably not needed. It is
// false if the walk has ended.
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

// fail ends the walk where it stands.
func (w *walker) fail(ctx context.Context, err error) {
	select {
	case w.ahead <- &step{err: err, done: over()}:
	case <-ctx.Done():
	}
}

// head asks for one object: without a key, and then with the one that fitted
// last before the others.
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

// underCustomerKey reports a refusal that means that a customer key is missing,
// or another one. HEAD says so by a 400 without a code, where a GET is not
// allowed that would reveal it.
func underCustomerKey(err error) bool {
	var refused *cosclient.Error
	return errors.Is(err, cosclient.ErrCustomerKey) ||
		errors.Is(err, cosclient.ErrBadRequest) && errors.As(err, &refused) && refused.Code == ""
}

// openable returns why a key of the keyring could still open what none has.
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

// CheckPattern returns what is wrong with a pattern, "" if nothing is.
func CheckPattern(pattern string) string {
	switch {
	case pattern == "":
		return "it is empty: leave it out to look at every key"
	case !doublestar.ValidatePattern(pattern):
		return "it is no pattern: a [ or { is not closed, or a \\ ends it"
	}
	return ""
}
