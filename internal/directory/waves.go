package directory

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
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
	row   int // pauses in a row, without any success
}

const (
	firstPause = 250 * time.Millisecond
	longest    = 30 * time.Second
	// patience is how many pauses follow each other, without any success, before
	// the files count as failed: about three minutes.
	patience = 12
)

// patiently does a task, again and again while COS asks to slow down. Whatever
// is asked of many objects goes through it: a refusal slows all of them down,
// and is no failure of the one that it met.
func (p *pause) patiently(ctx context.Context, task func() error) error {
	for {
		p.wait(ctx)
		err := task()
		switch {
		case err == nil:
			p.succeeded()
			return nil
		case !slowDown(err), ctx.Err() != nil, !p.throttled(time.Now()):
			return err
		}
	}
}

// slowDown reports that COS asks for patience. The answer to a HEAD has no body
// that could say why it is a 503.
func slowDown(err error) bool {
	var refused *cosclient.Error
	return errors.Is(err, cosclient.ErrThrottled) ||
		errors.As(err, &refused) && refused.Status == http.StatusServiceUnavailable && refused.Op == "HeadObject" && refused.Code == ""
}

// throttled lengthens the pause. It is false if patience is at its end.
func (p *pause) throttled(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Before(p.until) { // those in flight together are throttled together
		return p.row <= patience
	}
	p.row++
	p.step = min(max(2*p.step, firstPause), longest)
	p.until = now.Add(p.step)
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
	if rest > 0 {
		_ = sleep.For(ctx, rest) // whoever waits looks at ctx next
	}
}
