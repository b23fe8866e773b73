package inspect

import (
	"sync"
	"sync/atomic"
)

// Buckets remembers which buckets exist, so that each is checked at most once in
// a run. The zero value is ready to use.
type Buckets struct{ known sync.Map } // bucketName to *bucket

type bucketName struct{ region, name string }

type bucket struct {
	once        sync.Once
	accelerated bool // valid after once
	exists      atomic.Bool
	mu          sync.Mutex // held by the caller that checks
	asked       bool
	err         error
}

func (b *Buckets) of(region, name string) *bucket {
	got, _ := b.known.LoadOrStore(bucketName{region, name}, &bucket{})
	known, _ := got.(*bucket) // only such values are stored
	return known
}

// Accelerated returns the result of ask, which it calls once per bucket: whether
// the bucket has metadata acceleration. An error counts as no.
func (b *Buckets) Accelerated(region, name string, ask func() (bool, error)) bool {
	known := b.of(region, name)
	known.once.Do(func() {
		accelerated, err := ask()
		known.accelerated = accelerated && err == nil
	})
	return known.accelerated
}

// Proved records that a bucket has answered and therefore exists.
func (b *Buckets) Proved(region, name string) {
	b.of(region, name).exists.Store(true)
}

// Exists returns nil if the bucket is known to exist. Otherwise it returns the
// result of ask, which it calls once per bucket.
func (b *Buckets) Exists(region, name string, ask func() error) error {
	known := b.of(region, name)
	known.mu.Lock()
	defer known.mu.Unlock()
	if known.exists.Load() {
		return nil
	}
	if !known.asked {
		known.asked = true
		known.err = ask()
	}
	return known.err
}
