package credentials

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// Cached caches the credentials of its source and renews them before they expire.
// Only one caller renews at a time. Meanwhile the others use the old credentials
// if they are still valid, and wait otherwise. If the renewal fails, the old
// credentials are used until they expire.
type Cached struct {
	source Provider
	now    func() time.Time
	turn   chan struct{} // holds one element while a caller renews
	kept   atomic.Pointer[kept]
	failed atomic.Pointer[failure]
}

// failure is the last error of the source. It is returned until the given time
// without asking the source again, so that a thousand objects do not send a
// thousand requests.
type failure struct {
	err   error
	until time.Time
}

// kept is one result of the source. It is immutable.
type kept struct {
	value Value
	// refresh is when to renew.
	refresh time.Time
	// pause is the time between two attempts to renew.
	pause time.Duration
}

const (
	// maxMargin is how long before their expiry credentials are renewed. If they
	// are valid for less than marginParts times as long, they are renewed when
	// that fraction of their validity is left.
	maxMargin   = 5 * time.Minute
	marginParts = 5
	// pauseParts is how many attempts to renew fit into the margin.
	pauseParts = 6
	// failurePause is how long an error is returned again while there are no
	// credentials.
	failurePause = 5 * time.Second
)

// NewCached returns a Cached of source. If now is nil, it uses time.Now.
func NewCached(source Provider, now func() time.Time) *Cached {
	if now == nil {
		now = time.Now
	}
	return &Cached{source: source, now: now, turn: make(chan struct{}, 1)}
}

// Format implements fmt.Formatter: the cached credentials are secret.
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
		return old.value, nil // another caller has renewed them
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

// Forget drops credentials that COS refuses as expired before their expiry, so
// that Retrieve asks the source again. It has no effect if another caller has
// already replaced them.
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
