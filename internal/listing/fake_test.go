package listing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// now is the fake's current time.
var now = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// fake is a bucket with a listing.
type fake struct {
	mu      sync.Mutex
	objects []Object // sorted
	limit   int      // entries per page
	err     error
	mangle  func(*Page)
	hold    chan struct{} // blocks each page until it is closed

	queries []Query
	inside  int // pages in progress
	most    int
}

func (f *fake) Page(ctx context.Context, q Query) (Page, error) {
	f.mu.Lock()
	f.queries = append(f.queries, q)
	f.inside++
	f.most = max(f.most, f.inside)
	hold := f.hold
	f.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inside--
	if f.err != nil {
		return Page{}, f.err
	}
	p := Page{Made: now}
	from, _ := slices.BinarySearchFunc(f.objects, max(q.Marker, q.Prefix), func(o Object, key string) int { return strings.Compare(o.Key, key) })
	for _, o := range f.objects[from:] {
		if o.Key == q.Marker {
			continue
		}
		if !strings.HasPrefix(o.Key, q.Prefix) {
			break
		}
		if len(p.Objects) == f.limit {
			p.Truncated = true
			break
		}
		p.Objects = append(p.Objects, o)
	}
	if f.mangle != nil {
		f.mangle(&p)
	}
	return p, nil
}

func (f *fake) pages() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.queries)
}

var errRefused = errors.New("refused")

func object(key string) Object {
	return Object{Key: key, ETag: "etag of " + key, StorageClass: "STANDARD", Size: int64(len(key)), LastModified: now.Add(-time.Hour)}
}

// numbered returns n objects with keys in order.
func numbered(format string, n int) []Object {
	var objects []Object
	for i := range n {
		objects = append(objects, object(fmt.Sprintf(format, i)))
	}
	return objects
}

func newFake(objects ...[]Object) *fake {
	all := slices.Concat(objects...)
	slices.SortFunc(all, func(o, p Object) int { return strings.Compare(o.Key, p.Key) })
	return &fake{objects: all, limit: 1000}
}

// refresh checks objects in order, with the given parallelism like the CLI's, and
// returns those not proved unchanged, which need requests of their own.
func refresh(c *Cache, objects []Object, parallel int) (asked []string) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	work := make(chan Object)
	for range parallel {
		wg.Go(func() {
			for o := range work {
				if !c.Unchanged(context.Background(), "r", "b", o) {
					mu.Lock()
					asked = append(asked, o.Key)
					mu.Unlock()
				}
			}
		})
	}
	for _, o := range objects {
		work <- o
	}
	close(work)
	wg.Wait()
	slices.Sort(asked)
	return asked
}
