package credentials

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Cached keeps what its source gave and asks again before that expires. One
// caller asks at a time; the others go on with the old credentials while these
// are valid and wait otherwise. Where asking fails, the old ones are used until
// they expire.
type Cached struct {
	source Provider
	now    func() time.Time
	turn   chan struct{} // holds one element while someone asks
	kept   atomic.Pointer[kept]
	failed atomic.Pointer[failure]
}

// failure is the last error of the source, which is not asked again before
// until: a thousand objects do not ask a thousand times.
type failure struct {
	err   error
	until time.Time
}

// kept is one answer of the source. It is replaced, never changed.
type kept struct {
	value Value
	// refresh is from when on to ask again.
	refresh time.Time
	// pause lies between two attempts to ask again.
	pause time.Duration
}

const (
	// maxMargin is how long before they expire long-lived credentials are
	// replaced; those that live less than marginParts times as long are
	// replaced when that part of their life is left.
	maxMargin   = 5 * time.Minute
	marginParts = 5
	// pauseParts is how many times asking is tried within the margin.
	pauseParts = 6
	// failurePause is how long an error is given again while nothing is kept.
	failurePause = 5 * time.Second
)

// NewCached returns a Cached of source. A nil now is time.Now.
func NewCached(source Provider, now func() time.Time) *Cached {
	if now == nil {
		now = time.Now
	}
	return &Cached{source: source, now: now, turn: make(chan struct{}, 1)}
}

// Format implements fmt.Formatter: what is kept is secret.
func (*Cached) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// Retrieve implements Provider.
func (c *Cached) Retrieve(ctx context.Context) (Value, error) {
	if k := c.kept.Load(); k != nil && k.fresh(c.now()) {
		return k.value, nil
	}
	select {
	case c.turn <- struct{}{}:
	default:
		if k := c.kept.Load(); k != nil && k.valid(c.now()) {
			return k.value, nil
		}
		select {
		case c.turn <- struct{}{}:
		case <-ctx.Done():
			return Value{}, ctx.Err()
		}
	}
	defer func() { <-c.turn }()

	old := c.kept.Load()
	if old != nil && old.fresh(c.now()) {
		return old.value, nil // someone else asked meanwhile
	}
	if f := c.failed.Load(); f != nil && c.now().Before(f.until) && (old == nil || !old.valid(c.now())) {
		return Value{}, f.err
	}
	value, err := c.source.Retrieve(ctx)
	now := c.now()
	if err == nil && !value.Expires.IsZero() && !now.Before(value.Expires) {
		err = errors.New("the credentials had expired when they arrived: check the clock of this machine")
	}
	if err != nil {
		if old == nil || !old.valid(now) {
			if ctx.Err() == nil {
				c.failed.Store(&failure{err, now.Add(failurePause)})
			}
			return Value{}, err
		}
		c.kept.Store(&kept{value: old.value, refresh: now.Add(old.pause), pause: old.pause})
		return old.value, nil
	}
	margin := min(maxMargin, value.Expires.Sub(now)/marginParts)
	c.kept.Store(&kept{value: value, refresh: value.Expires.Add(-margin), pause: margin / pauseParts})
	return value, nil
}

// Forget gives up credentials that COS calls expired, whatever their own date
// says; Retrieve asks the source again. Those that others replaced meanwhile
// are left alone.
func (c *Cached) Forget(v Value) {
	if k := c.kept.Load(); k != nil && k.value == v {
		c.kept.CompareAndSwap(k, nil)
	}
}

func (k *kept) fresh(now time.Time) bool {
	return k.value.Expires.IsZero() || (now.Before(k.refresh) && k.valid(now))
}

func (k *kept) valid(now time.Time) bool {
	return k.value.Expires.IsZero() || now.Before(k.value.Expires)
}
