package content

import (
	"context"
	"sync"
	"time"
)

// settled is the minimum age of a file for its modification time to reveal the
// next change. Some file systems store times in units of two seconds.
const settled = 2 * time.Second

// Memo caches the sums of files, so that a plan reads a file once even if it is
// needed repeatedly or for several objects. The zero value is ready to use and
// safe for concurrent use.
type Memo struct {
	mu   sync.Mutex
	sums map[string]measured
}

// measured is the sum of a file with its size and modification time.
type measured struct {
	size     int64
	modified time.Time
	sum      Sum
}

// Sum returns the sum of the body. It reads the body unless it is a file that has
// been read and has not changed. Its errors are those of Body.Sum.
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
