package cosclient

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A throttled request slows down all requests of a Pace and does not use up its retries.
func TestPaceOutlastsThrottling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, refused := NewPace(16), &Error{Op: "PutObject", Status: 503, Code: codeSlowDown}
		ctx := WithPace(t.Context(), p)
		began := time.Now()
		var answered, most, at atomic.Int32
		var all sync.WaitGroup
		for range 64 {
			all.Go(func() {
				for {
					turn, err := paceOf(ctx).enter(ctx)
					if err != nil {
						t.Error(err)
						return
					}
					n := at.Add(1)
					if time.Since(began) > time.Minute {
						most.Store(max(most.Load(), n))
					}
					time.Sleep(20 * time.Millisecond)
					at.Add(-1)
					// COS refuses everything for a minute.
					if time.Since(began) < time.Minute {
						if !paceOf(ctx).leave(turn, refused) {
							t.Error("a throttled attempt counts")
						}
						continue
					}
					paceOf(ctx).leave(turn, nil)
					answered.Add(1)
					return
				}
			})
		}
		all.Wait()
		if answered.Load() != 64 {
			t.Errorf("%d of 64 got through", answered.Load())
		}
		// 64 requests that retried independently at least every 20 s would send more than 200.
		if n := p.Throttled(); n < 5 || n > 60 {
			t.Errorf("%d were refused", n)
		}
		if most.Load() > 16 {
			t.Errorf("%d at a time", most.Load())
		}
	})
}

// A Pace admits no more concurrent requests than its maximum, and recovers after throttling.
func TestPaceRecovers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := NewPace(8)
		refused := &Error{Status: 503, Code: codeFreqControl}
		for range 8 {
			if _, err := p.enter(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for range 8 { // eight simultaneous refusals cause one slowdown
			p.leave(0, refused)
		}
		if p.limit != 4 {
			t.Errorf("%v at a time after one moment", p.limit)
		}
		for range 200 {
			turn, err := p.enter(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			p.leave(turn, nil)
		}
		if p.limit != 8 || p.underWay != 0 {
			t.Errorf("%v at a time, %d under way", p.limit, p.underWay)
		}
		turn, _ := p.enter(t.Context())
		p.leave(turn, refused)
		ended, end := context.WithTimeout(t.Context(), time.Millisecond)
		defer end()
		if _, err := p.enter(ended); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waited: %v", err)
		}
	})
}

// The 503 of a HEAD has no code. It counts as throttling as long as other requests succeed.
func TestPaceAndHeads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, unavailable := NewPace(2), &Error{Op: opHead, Status: 503}
		attempt := func(err error) bool {
			turn, _ := p.enter(t.Context())
			return p.leave(turn, err)
		}
		if !attempt(unavailable) || attempt(&Error{Op: "PutObjectCopy", Status: 503, Code: codeUnavailable}) {
			t.Error("a HEAD's 503 is a reason to slow down, and an outage is none")
		}
		attempt(nil)
		time.Sleep(patience)
		if attempt(unavailable) {
			t.Error("nothing has succeeded for long")
		}
		if !attempt(&Error{Op: "PutObjectCopy", Status: 503, Code: codeSlowDown}) {
			t.Error("a quota is waited for")
		}
	})
}

func TestThrottledRequestsOfAPace(t *testing.T) {
	t.Parallel()
	throttled := refusing(503, codeSlowDown)
	for name, tc := range map[string]struct {
		handlers []http.HandlerFunc
		ctx      func(context.Context) context.Context
		want     error
		requests int
	}{
		"more often than there are retries": {[]http.HandlerFunc{throttled, throttled, throttled, status(200, copied)}, func(ctx context.Context) context.Context { return WithPace(ctx, NewPace(4)) }, nil, 4},
		"without a pace":                    {[]http.HandlerFunc{throttled}, func(ctx context.Context) context.Context { return ctx }, ErrThrottled, 3},
		"another failure counts":            {[]http.HandlerFunc{refusing(500, codeInternal)}, func(ctx context.Context) context.Context { return WithPace(ctx, NewPace(4)) }, nil, 3},
		"inside a success":                  {[]http.HandlerFunc{status(200, "<Error><Code>SlowDown</Code></Error>"), status(200, copied)}, func(ctx context.Context) context.Context { return WithPace(ctx, NewPace(4)) }, nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, tc.handlers...)
			_, err := s.client(t).Copy(tc.ctx(t.Context()), testObject, CopyInput{Source: testObject})
			if name != "another failure counts" && !errors.Is(err, tc.want) || len(s.seen()) != tc.requests {
				t.Errorf("%v after %d requests", err, len(s.seen()))
			}
		})
	}
}
