package credentials

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// issuer issues credentials that are valid for life, or returns err if it is set.
type issuer struct {
	now   func() time.Time
	life  time.Duration
	err   error
	asked int
}

func (s *issuer) Retrieve(context.Context) (Value, error) {
	s.asked++
	if s.err != nil {
		return Value{}, s.err
	}
	v := Value{SecretID: strconv.Itoa(s.asked)}
	if s.life != 0 {
		v.Expires = s.now().Add(s.life)
	}
	return v, nil
}

func TestCachedAsksAgainBeforeTheyExpire(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		life, step, total time.Duration
		want              int
	}{
		"permanent":                      {0, time.Minute, 4 * time.Hour, 1},
		"five minutes over four hours":   {5 * time.Minute, 10 * time.Second, 4 * time.Hour, 60},
		"two hours, five minutes before": {2 * time.Hour, time.Minute, 4 * time.Hour, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Unix(0, 0)
			clock := func() time.Time { return now }
			source := &issuer{now: clock, life: c.life}
			cached := NewCached(source, clock)
			for end := now.Add(c.total); now.Before(end); now = now.Add(c.step) {
				v, err := cached.Retrieve(t.Context())
				if err != nil || (!v.Expires.IsZero() && !now.Before(v.Expires)) {
					t.Fatalf("expired credentials at %s, %v", now, err)
				}
			}
			if source.asked != c.want {
				t.Errorf("asked %d times, want %d", source.asked, c.want)
			}
		})
	}
}

func TestCachedGoesOnWithOldOnesWhileValid(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	clock := func() time.Time { return now }
	source := &issuer{now: clock, life: 5 * time.Minute}
	cached := NewCached(source, clock)
	if _, err := cached.Retrieve(t.Context()); err != nil {
		t.Fatal(err)
	}
	source.err = errors.New("refused")
	for now = now.Add(4 * time.Minute); now.Before(time.Unix(300, 0)); now = now.Add(time.Second) {
		if v, err := cached.Retrieve(t.Context()); err != nil || v.SecretID != "1" {
			t.Fatalf("not the old ones at %s, %v", now, err)
		}
	}
	if source.asked != 7 {
		t.Errorf("asked %d times, want 7: once, and six times in the last minute", source.asked)
	}
	if _, err := cached.Retrieve(t.Context()); !errors.Is(err, source.err) {
		t.Errorf("after they expired: %v", err)
	}
	for range 10 {
		if _, err := cached.Retrieve(t.Context()); !errors.Is(err, source.err) {
			t.Errorf("after they expired: %v", err)
		}
	}
	if source.asked != 8 {
		t.Errorf("asked %d times, want 8: an error is given again for a while", source.asked)
	}
	source.err = nil
	now = now.Add(failurePause)
	if v, err := cached.Retrieve(t.Context()); err != nil || v.SecretID == "1" {
		t.Errorf("no new ones once the source is back, %v", err)
	}
}

func TestCachedRefusesWhatArrivesExpired(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Unix(0, 0) }
	if _, err := NewCached(&issuer{now: now, life: -time.Second}, now).Retrieve(t.Context()); err == nil {
		t.Error("no error")
	}
}

// slow answers once it is released.
type slow struct {
	asked atomic.Int32
	gate  chan struct{}
}

func (s *slow) Retrieve(context.Context) (Value, error) {
	s.asked.Add(1)
	<-s.gate
	return Value{SecretID: "i"}, nil
}

func TestCachedAsksOnceForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		source := &slow{gate: make(chan struct{})}
		cached := NewCached(source, nil)
		for range 16 {
			go func() {
				if v, err := cached.Retrieve(t.Context()); err != nil || v.SecretID != "i" {
					t.Errorf("another value, %v", err)
				}
			}()
		}
		synctest.Wait() // until one caller asks and all others wait for it
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := cached.Retrieve(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("a caller that gave up: %v", err)
		}
		close(source.gate)
		synctest.Wait()
		if got := source.asked.Load(); got != 1 {
			t.Errorf("asked %d times, want once", got)
		}
	})
}

func TestCachedForgets(t *testing.T) {
	t.Parallel()
	now := func() time.Time { return time.Unix(0, 0) }
	source := &issuer{now: now, life: time.Hour}
	cached := NewCached(source, now)
	first, _ := cached.Retrieve(t.Context())
	cached.Forget(Value{SecretID: "another"})
	if v, _ := cached.Retrieve(t.Context()); v != first {
		t.Error("what others replaced made it forget")
	}
	cached.Forget(first)
	if v, err := cached.Retrieve(t.Context()); err != nil || v == first {
		t.Errorf("the same ones again, %v", err)
	}
}
