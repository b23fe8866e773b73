// Package listing proves objects unchanged with few pages of their bucket's
// listing instead of a request for each. It depends on neither Terraform nor
// HTTP.
//
// An answer is as reliable as the listing itself: an entry that equals the
// recorded object proves it unchanged. The cache draws no other conclusion,
// because a listing may lag behind; an object that is missing from a page or
// differs there must be checked individually.
//
// The cost is bounded: the number of pages never exceeds that of the objects they
// prove unchanged by more than a few.
package listing

import (
	"context"
	"sync"
)

// Lister requests a page. For each bucket, it is called for one page at a time.
type Lister interface {
	Page(ctx context.Context, q Query) (Page, error)
}

// Cache holds the pages of any number of buckets. It is safe for concurrent use.
// A nil Cache proves nothing.
type Cache struct {
	lister Lister

	mu      sync.Mutex
	buckets map[place]*bucket
}

type place struct{ region, bucket string }

// New returns an empty cache.
func New(l Lister) *Cache { return &Cache{lister: l, buckets: map[place]*bucket{}} }

// Unchanged reports whether the listing proves that an object equals the recorded
// one. It may wait for a page if requesting one pays off. False does not mean
// that the object has changed.
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

// Entry returns an object's entry on the cached pages. It requests none.
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

// Forget must be called before each write to an object is sent. From then on, no
// page counts for the object, not even a later one, because the listing may lag
// behind.
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

// ForgetBucket is Forget for all keys of a bucket. It needs no memory per key, so
// it suits writes to very many objects.
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
