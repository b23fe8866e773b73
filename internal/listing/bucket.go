package listing

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// alone is how many objects are checked individually before the first page. A
	// page does not pay off for so few.
	alone = 3
	// ahead is how many more pages there may be than objects they proved
	// unchanged. It bounds the extra cost of listing compared to individual
	// requests.
	ahead = 4
	// worth is how many objects a page must prove on average, and trial how many
	// pages are exempt from that rule: the objects waiting at any time are a
	// small part of those still to come. A page is a larger response than a
	// HEAD's, and pages are requested one at a time.
	worth = 4
	trial = 16
	// patience limits the time for a page, including retries.
	patience = 20 * time.Second
)

// bucket is the cached listing of one bucket.
type bucket struct {
	place place

	mu      sync.Mutex
	off     bool            // the listing was refused or failed
	asked   map[string]bool // keys that no page answered for
	seen    bool
	folder  string // common to all keys so far
	pages   []*page
	proved  int // objects that pages proved unchanged
	written map[string]bool
	all     bool // applies to every key, regardless of written
	waiting []*waiter
	busy    bool // a page has been requested
	short   bool // the last page ended before the key it was requested for
}

// waiter is an object that waits for a page.
type waiter struct {
	recorded Object
	answer   chan bool // buffered, so that sending does not block if the waiter left
}

// enter answers immediately or returns a waiter for a page.
func (b *bucket) enter(ctx context.Context, l Lister, recorded Object) (w *waiter, proved bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.seen {
		b.seen, b.folder = true, recorded.Key
	}
	b.folder = folder(b.folder, recorded.Key)
	if b.covering(recorded.Key) != nil || b.isWritten(recorded.Key) {
		return nil, b.judge(recorded)
	}
	if b.asked[recorded.Key] {
		return nil, false // the same object was checked before
	}
	if !b.busy && (len(b.asked) < alone || !b.affords()) {
		b.ask(recorded.Key)
		return nil, false
	}
	w = &waiter{recorded: recorded, answer: make(chan bool, 1)}
	b.waiting = append(b.waiting, w)
	if !b.busy {
		b.busy = true
		go b.turn(context.WithoutCancel(ctx), l) // the page outlives the caller, because others may wait for it
	}
	return w, false
}

// isWritten reports whether pages are no longer valid for a key. The lock must be
// held.
func (b *bucket) isWritten(key string) bool { return b.all || b.written[key] }

// affords reports whether the cost limits allow another page.
func (b *bucket) affords() bool {
	n := len(b.pages)
	return !b.off && n < ahead+b.proved && worth*n < worth*trial+b.proved
}

// turn requests pages until nothing is waiting or the limits are reached.
func (b *bucket) turn(ctx context.Context, l Lister) {
	for {
		q, target, ok := b.next()
		if !ok {
			return
		}
		pageCtx, cancel := context.WithTimeout(ctx, patience)
		got, err := l.Page(pageCtx, q)
		cancel()
		b.take(&page{Page: got, query: q}, target, err)
	}
}

// next chooses the page for the smallest key that is waiting. It starts where an
// earlier page ended, to leave no gaps. If the last page ended before its key,
// many unneeded keys lie in between, so the next page starts right before the
// key.
func (b *bucket) next() (q Query, target string, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) == 0 || !b.affords() {
		b.release(func(*waiter) bool { return true })
		b.busy = false
		return Query{}, "", false
	}
	target = slices.MinFunc(b.waiting, func(v, w *waiter) int { return strings.Compare(v.recorded.Key, w.recorded.Key) }).recorded.Key
	q = Query{Region: b.place.region, Bucket: b.place.bucket, Prefix: b.folder}
	for _, p := range b.pages {
		if last := p.last(); last < target && last > q.Marker && strings.HasPrefix(last, b.folder) {
			q.Marker = last
		}
	}
	if beside := before(target); b.short && beside > q.Marker && strings.HasPrefix(beside, b.folder) {
		q.Marker = beside
	}
	return q, target, true
}

// take adds a page and answers the waiters whose keys it covers.
func (b *bucket) take(p *page, target string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages = append(b.pages, p) // each request counts toward the cost, even if it failed
	if err != nil || !inOrder(p.Objects) || p.Truncated && len(p.Objects) == 0 {
		p.Page, b.off = Page{Truncated: true}, true
		return
	}
	b.short = !p.covers(target)
	b.release(func(w *waiter) bool { return p.covers(w.recorded.Key) })
}

// inOrder reports whether the keys are in byte order. If they are not, the last
// key does not tell which keys a page covers.
func inOrder(objects []Object) bool {
	return slices.IsSortedFunc(objects, func(o, p Object) int { return strings.Compare(o.Key, p.Key) })
}

// release answers the selected waiters.
func (b *bucket) release(which func(*waiter) bool) {
	b.waiting = slices.DeleteFunc(b.waiting, func(w *waiter) bool {
		if !which(w) {
			return false
		}
		w.answer <- b.judge(w.recorded)
		return true
	})
}

// judge answers from the cached pages.
func (b *bucket) judge(recorded Object) bool {
	if p := b.covering(recorded.Key); p != nil && !b.isWritten(recorded.Key) {
		if entry, ok := p.find(recorded.Key); ok && recorded.Is(entry, p.Made) {
			b.proved++
			return true
		}
	}
	b.ask(recorded.Key)
	return false
}

// ask records that an object is checked individually.
func (b *bucket) ask(key string) {
	if b.asked == nil {
		b.asked = make(map[string]bool)
	}
	b.asked[key] = true
}

// covering returns the latest page that covers the key, or nil.
func (b *bucket) covering(key string) *page {
	for _, p := range slices.Backward(b.pages) {
		if p.covers(key) {
			return p
		}
	}
	return nil
}
