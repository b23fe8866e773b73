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
	exists atomic.Bool
	mu     sync.Mutex // held by the caller that checks
	asked  bool
	err    error
}

func (b *Buckets) of(region, name string) *bucket {
	got, _ := b.known.LoadOrStore(bucketName{region, name}, &bucket{})
	known, _ := got.(*bucket) // only such values are stored
	return known
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
