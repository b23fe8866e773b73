package listing

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// alone is how many objects are asked for one by one before the first page:
	// for so few a page is not worth it.
	alone = 3
	// ahead is how many more pages there may be than objects proved by them.
	// It is what a listing can cost beyond what requests for the single objects
	// would have.
	ahead = 4
	// worth is how many objects a page has to prove in the long run, and trial
	// how many pages are asked for before that counts: the objects that are
	// waited for are a small part of those that will be asked for. A page is a
	// larger answer than that to a HEAD, and they come one after the other.
	worth = 4
	trial = 16
	// patience is how long a page may take, retries included.
	patience = 20 * time.Second
)

// bucket is what is known of one bucket's listing.
type bucket struct {
	place place

	mu      sync.Mutex
	off     bool            // the listing is refused, or fails
	asked   map[string]bool // keys of objects that no page answered
	seen    bool
	folder  string // of all keys so far
	pages   []*page
	proved  int // objects that pages proved unchanged
	written map[string]bool
	all     bool // of every key, whatever written says
	waiting []*waiter
	busy    bool // a page is on its way
	short   bool // the last page ended before the key it was asked for
}

// waiter is an object that waits for a page.
type waiter struct {
	recorded Object
	answer   chan bool // of one element: nobody waits for a waiter that left
}

// enter answers at once, or returns what to wait for.
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
		return nil, false // asked again about the same object
	}
	if !b.busy && (len(b.asked) < alone || !b.affords()) {
		b.ask(recorded.Key)
		return nil, false
	}
	w = &waiter{recorded: recorded, answer: make(chan bool, 1)}
	b.waiting = append(b.waiting, w)
	if !b.busy {
		b.busy = true
		go b.turn(context.WithoutCancel(ctx), l) // for all who wait, whoever of them leaves
	}
	return w, false
}

// isWritten reports whether no page counts for a key any more. The lock is held.
func (b *bucket) isWritten(key string) bool { return b.all || b.written[key] }

// affords reports whether another page may be asked for.
func (b *bucket) affords() bool {
	n := len(b.pages)
	return !b.off && n < ahead+b.proved && worth*n < worth*trial+b.proved
}

// turn gets page after page until nobody waits or it is not worth it any more.
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

// next chooses a page: for the first key that is waited for, and from where
// the pages before it end, so that there are no gaps. Where such a page ended
// too early there are many keys between that nobody waits for: the next one
// begins right before the key.
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

// take adds a page and answers those it says something of.
func (b *bucket) take(p *page, target string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages = append(b.pages, p) // what was asked for is paid for, whatever came
	if err != nil || !inOrder(p.Objects) || p.Truncated && len(p.Objects) == 0 {
		p.Page, b.off = Page{Truncated: true}, true
		return
	}
	b.short = !p.covers(target)
	b.release(func(w *waiter) bool { return p.covers(w.recorded.Key) })
}

// inOrder reports whether the keys are in the order of their bytes: else the
// last key would not tell which ones the page has.
func inOrder(objects []Object) bool {
	return slices.IsSortedFunc(objects, func(o, p Object) int { return strings.Compare(o.Key, p.Key) })
}

// release answers some of those who wait.
func (b *bucket) release(which func(*waiter) bool) {
	b.waiting = slices.DeleteFunc(b.waiting, func(w *waiter) bool {
		if !which(w) {
			return false
		}
		w.answer <- b.judge(w.recorded)
		return true
	})
}

// judge answers by the pages that are there.
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

// ask notes that an object is asked for by itself.
func (b *bucket) ask(key string) {
	if b.asked == nil {
		b.asked = make(map[string]bool)
	}
	b.asked[key] = true
}

// covering is the latest page that would show the key.
func (b *bucket) covering(key string) *page {
	for _, p := range slices.Backward(b.pages) {
		if p.covers(key) {
			return p
		}
	}
	return nil
}
