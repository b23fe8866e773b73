// Package listing answers many questions about single objects of a bucket with
// few pages of its listing. It knows neither Terraform nor HTTP.
//
// What it says is never worse than the listing itself: an entry that equals
// what is recorded proves an object unchanged, and of everything else the cache
// says nothing. A listing may lag behind; so an object that is not on a page,
// or is another one there, has to be asked for by itself.
//
// What it costs is bounded: there are never more pages than objects proved by
// them, and a few.
package listing

import (
	"context"
	"sync"
)

// Lister gets a page. It is called for one page of a bucket at a time.
type Lister interface {
	Page(ctx context.Context, q Query) (Page, error)
}

// Cache holds the pages of any number of buckets. It is safe for concurrent
// use. A nil Cache knows nothing.
type Cache struct {
	lister Lister

	mu      sync.Mutex
	buckets map[place]*bucket
}

type place struct{ region, bucket string }

// New makes an empty cache.
func New(l Lister) *Cache { return &Cache{lister: l, buckets: map[place]*bucket{}} }

// Unchanged reports whether the listing proves that an object is what is
// recorded of it. It waits for a page where one is worth its while. False says
// nothing of the object.
func (c *Cache) Unchanged(ctx context.Context, region, name string, recorded Object) bool {
	if c == nil {
		return false
	}
	w, proved := c.bucket(region, name).enter(ctx, c.lister, recorded)
	if w == nil {
		return proved
	}
	select {
	case proved = <-w.answer:
		return proved
	case <-ctx.Done():
		return false
	}
}

// Entry is what the pages that are there show of an object. It asks for none.
func (c *Cache) Entry(region, name, key string) (Object, bool) {
	if c == nil {
		return Object{}, false
	}
	b := c.bucket(region, name)
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.covering(key)
	if p == nil || b.isWritten(key) {
		return Object{}, false
	}
	return p.find(key)
}

// Forget is notified of each write to an object before it is sent. Nothing that a
// page says of the object counts any more, and no later page either: it may
// lag behind.
func (c *Cache) Forget(region, name, key string) {
	if c == nil {
		return
	}
	b := c.bucket(region, name)
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.all {
		b.written[key] = true
	}
}

// ForgetBucket is told that very many objects of a bucket are going to be
// written. It is Forget for all keys, and takes no memory for any.
func (c *Cache) ForgetBucket(region, name string) {
	if c == nil {
		return
	}
	b := c.bucket(region, name)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all, b.off, b.written, b.pages = true, true, nil, nil
}

func (c *Cache) bucket(region, name string) *bucket {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := place{region, name}
	b := c.buckets[at]
	if b == nil {
		b = &bucket{place: at, written: map[string]bool{}}
		c.buckets[at] = b
	}
	return b
}
