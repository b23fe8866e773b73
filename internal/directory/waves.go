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
	// maxInFlight limits the files in flight. Small files spend most of the time
	// waiting for responses, so many concurrent requests are needed to use the
	// bandwidth.
	maxInFlight = 32
	// maxLarge limits the large files among them, each of which is sent in
	// several concurrent parts.
	maxLarge = 2
)

// each runs a task for the indexes below n, with limited concurrency, until stop
// returns true.
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

// pause is shared by all workers: if COS throttles one of them, all wait.
type pause struct {
	mu    sync.Mutex
	until time.Time
	step  time.Duration
	row   int // consecutive pauses without a success
}

const (
	firstPause = 250 * time.Millisecond
	longest    = 30 * time.Second
	// patience is how many consecutive pauses without a success count as a
	// failure: about three minutes.
	patience = 12
)

// patiently runs a task, and repeats it while COS throttles. All requests for
// many objects go through it, so that throttling slows down all of them and does
// not fail a single one.
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

// slowDown reports whether an error means throttling. The 503 of a HEAD counts,
// because it has no body that gives the reason.
func slowDown(err error) bool {
	var refused *cosclient.Error
	return errors.Is(err, cosclient.ErrThrottled) ||
		errors.As(err, &refused) && refused.Status == http.StatusServiceUnavailable && refused.Op == "HeadObject" && refused.Code == ""
}

// throttled lengthens the pause. It returns false when patience is exhausted.
func (p *pause) throttled(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now.Before(p.until) { // requests in flight at the same time are throttled together
		return p.row <= patience
	}
	p.row++
	p.step = min(max(2*p.step, firstPause), longest)
	p.until = now.Add(p.step)
	return p.row <= patience
}

// succeeded resets the count of consecutive pauses.
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
