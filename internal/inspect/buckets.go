package inspect

import (
	"sync"
	"sync/atomic"
)

// Buckets remembers which buckets are known to exist, so that each is asked for
// at most once in a run. The zero value is ready to use.
type Buckets struct{ known sync.Map } // of bucketName, to *bucket

type bucketName struct{ region, name string }

type bucket struct {
	exists atomic.Bool
	mu     sync.Mutex // one asks
	asked  bool
	err    error
}

func (b *Buckets) of(region, name string) *bucket {
	got, _ := b.known.LoadOrStore(bucketName{region, name}, &bucket{})
	known, _ := got.(*bucket) // nothing else is stored there
	return known
}

// Proved notes that a bucket has answered, and so exists.
func (b *Buckets) Proved(region, name string) {
	b.of(region, name).exists.Store(true)
}

// Exists returns nil if the bucket is known to exist. Otherwise it returns what
// ask says, which is called once for each bucket.
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
