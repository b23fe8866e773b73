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

// Pace is shared by the requests of a job over many objects. If COS throttles
// one of them, all slow down: fewer are sent at a time, after a pause that
// doubles while COS goes on refusing. Such a refusal uses up no retry of its
// request, which is sent again until it gets through or its context ends.
//
// The quota is the bucket's, or that of KMS, and not the request's: without a
// pace each request would find out for itself, and some would give up.
type Pace struct {
	mu       sync.Mutex
	most     float64
	limit    float64 // how many may be under way, at least 1
	underWay int
	pause    time.Duration // the last one, 0 after a success
	until    time.Time     // when the pause is over
	turn     int           // counts the slowdowns: one refusal of many at a time is enough
	refused  int
	success  time.Time     // the last one
	changed  chan struct{} // closed if one may go that had to wait
}

// NewPace is the pace of at most so many requests at a time.
func NewPace(most int) *Pace {
	limit := float64(max(most, 1))
	return &Pace{most: limit, limit: limit, success: time.Now(), changed: make(chan struct{})}
}

// patience is how long a 503 without a code is taken for a quota while nothing
// succeeds. Without it an outage would be waited for without end.
const patience = 5 * time.Minute

// throttles reports an error that means that there are too many requests. The
// answer to a HEAD has no body to say so, and its 503 may mean that as well.
func (p *Pace) throttles(err error) bool {
	var refused *Error
	return errors.Is(err, ErrThrottled) ||
		errors.As(err, &refused) && refused.Status == http.StatusServiceUnavailable && refused.Op == opHead && time.Since(p.success) < patience
}

type paceKey struct{}

// WithPace has the requests of a context keep a pace.
func WithPace(ctx context.Context, p *Pace) context.Context {
	return context.WithValue(ctx, paceKey{}, p)
}

// paceOf is nil if there is none; its methods take that.
func paceOf(ctx context.Context) *Pace {
	p, _ := ctx.Value(paceKey{}).(*Pace)
	return p
}

// Throttled is how many requests COS has refused because there were too many.
func (p *Pace) Throttled() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.refused
}

// enter waits until a request may be sent. Its error is that of the context.
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

// leave is told how an attempt ended that began in a turn. It reports that the
// attempt was throttled, and so does not count.
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
