package cosclient

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
)

// Pace limits the request rate of a job over many objects. If COS throttles one
// request, all requests slow down: fewer run concurrently, after a pause that
// doubles with each further refusal. A throttled attempt does not count as a
// retry; the request is repeated until it succeeds or its context ends.
//
// The quota belongs to the bucket or to KMS rather than to a request. Without a
// shared pace, each request would discover it separately, and some would give up.
type Pace struct {
	mu       sync.Mutex
	most     float64
	limit    float64 // maximum number of concurrent requests, at least 1
	underWay int
	pause    time.Duration // the last pause; 0 after a success
	until    time.Time     // end of the pause
	turn     int           // counts the slowdowns, so that simultaneous refusals cause only one
	refused  int
	success  time.Time     // time of the last success
	changed  chan struct{} // closed when a waiting request may proceed
}

// NewPace returns a Pace for at most the given number of concurrent requests.
func NewPace(most int) *Pace {
	limit := float64(max(most, 1))
	return &Pace{most: limit, limit: limit, success: time.Now(), changed: make(chan struct{})}
}

// patience is how long a 503 without a code counts as throttling while no request
// succeeds. It keeps an outage from being waited for indefinitely.
const patience = 5 * time.Minute

// throttles reports whether an error means that there are too many requests. The
// 503 of a HEAD has no body to say so and may mean this as well.
func (p *Pace) throttles(err error) bool {
	var refused *Error
	return errors.Is(err, ErrThrottled) ||
		errors.As(err, &refused) && refused.Status == http.StatusServiceUnavailable && refused.Op == opHead && time.Since(p.success) < patience
}

type paceKey struct{}

// WithPace makes the requests with a context use a Pace.
func WithPace(ctx context.Context, p *Pace) context.Context {
	return context.WithValue(ctx, paceKey{}, p)
}

// paceOf returns the Pace of a context, or nil. The methods of Pace accept nil.
func paceOf(ctx context.Context) *Pace {
	p, _ := ctx.Value(paceKey{}).(*Pace)
	return p
}

// Throttled returns how many requests COS has refused as too many.
func (p *Pace) Throttled() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refused
}

// enter waits until a request may be sent. It returns the error of ctx if ctx is
// done.
func (p *Pace) enter(ctx context.Context) (turn int, err error) {
	if p == nil {
		return 0, nil
	}
	for {
		p.mu.Lock()
		wait := time.Until(p.until)
		if wait <= 0 && p.underWay < int(p.limit) {
			p.underWay++
			turn = p.turn
			p.mu.Unlock()
			return turn, nil
		}
		changed := p.changed
		p.mu.Unlock()
		if wait > 0 {
			err = sleep.For(ctx, wait)
		} else {
			select {
			case <-changed:
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		if err != nil {
			return 0, err
		}
	}
}

// leave records the result of an attempt that enter admitted. It returns true if
// the attempt was throttled and does not count.
func (p *Pace) leave(turn int, err error) (again bool) {
	if p == nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.underWay--
	throttled := p.throttles(err)
	switch {
	case throttled:
		p.refused++
		if turn == p.turn {
			p.turn++
			p.limit = max(1, p.limit/2)
			p.pause = min(max(firstPause, 2*p.pause), maxPause)
			wait := p.pause/2 + rand.N(p.pause/2+1)
			p.until = time.Now().Add(max(wait, min(judge(err).after, maxRetryAfter)))
		}
	case err == nil:
		p.success = time.Now()
		p.limit = min(p.most, p.limit+1/p.limit)
		if turn == p.turn {
			p.pause = 0
		}
	}
	close(p.changed)
	p.changed = make(chan struct{})
	return throttled
}
