package directory

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxInFlight bounds the files in flight. Small files wait for answers most
	// of their time, so that many at once are what fills the wire.
	maxInFlight = 32
	// maxLarge bounds the large files among them, each of which is sent in
	// parts, several at a time.
	maxLarge = 2
)

// each runs a task for each of n things, bounded, until it is told to stop.
func each(ctx context.Context, n int, stop func() bool, task func(i int)) {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(n, maxInFlight) {
		workers.Go(func() {
			for ctx.Err() == nil && !stop() {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				task(i)
			}
		})
	}
	workers.Wait()
}

// pause is shared by all workers: if COS asks one of them to slow down, all do.
type pause struct {
	mu    sync.Mutex
	until time.Time
	step  time.Duration
	row   int // throttled in a row, without any success
}

const (
	firstPause = time.Second
	longest    = 30 * time.Second
	// patience is how often all of them are throttled in a row before the files
	// count as failed. It is far more than any one file would be retried.
	patience = 10 * maxInFlight
)

// throttled lengthens the pause. It is false if patience is at its end.
func (p *pause) throttled(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.row++
	if now.After(p.until) { // those in flight together are throttled together
		p.step = min(max(2*p.step, firstPause), longest)
		p.until = now.Add(p.step)
	}
	return p.row <= patience
}

// succeeded ends a row of refusals.
func (p *pause) succeeded() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.row, p.step = 0, 0
}

// wait waits for the end of the pause.
func (p *pause) wait(ctx context.Context) {
	p.mu.Lock()
	rest := time.Until(p.until)
	p.mu.Unlock()
	if rest <= 0 {
		return
	}
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
