package content

import (
	"context"
	"sync"
	"time"
)

// settled is how old a file has to be for its modification time to tell the
// next change: some file systems count in steps of two seconds.
const settled = 2 * time.Second

// Memo remembers the sums of files, so that a plan reads a file once, however
// often it decides and however many objects are made of it. The zero value is
// ready, and may be used by many at a time.
type Memo struct {
	mu   sync.Mutex
	sums map[string]measured
}

// measured is the sum of a file of a size and a modification time.
type measured struct {
	size     int64
	modified time.Time
	sum      Sum
}

// Sum is that of the body, which is read unless it is a file that has been read
// and has not changed since. The errors are those of Body.Sum.
func (m *Memo) Sum(ctx context.Context, b Body) (Sum, error) {
	if b.path == "" {
		return b.Sum(ctx)
	}
	m.mu.Lock()
	was, ok := m.sums[b.path]
	m.mu.Unlock()
	if ok && was.size == b.size && was.modified.Equal(b.modified) {
		return was.sum, nil
	}
	begun := time.Now()
	sum, err := b.Sum(ctx)
	if err != nil || begun.Sub(b.modified) < settled {
		return sum, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.sums == nil {
		m.sums = make(map[string]measured)
	}
	m.sums[b.path] = measured{size: b.size, modified: b.modified, sum: sum}
	return sum, nil
}
