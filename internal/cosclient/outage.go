package cosclient

import (
	"context"
	"errors"
	"sync"
	"time"
)

// outage remembers which hosts could not be reached despite all retries, so that
// a run with many objects waits once and not once per object. Every request still
// makes one attempt, and the first successful connection ends the outage.
type outage struct {
	mu   sync.Mutex
	down map[string]bool
	// marked is closed when a place is added, which ends the waits of other
	// requests for it.
	marked chan struct{}
}

func newOutage() *outage { return &outage{down: map[string]bool{}, marked: make(chan struct{})} }

// lasts reports whether an error is about a place that is known to be
// unreachable.
func (o *outage) lasts(err error) bool {
	var e *connectError
	if !errors.As(err, &e) {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.down[e.place()]
}

// gaveUp records the final error of a request.
func (o *outage) gaveUp(err error) {
	var e *connectError
	if !errors.As(err, &e) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.down[e.place()] {
		o.down[e.place()] = true
		close(o.marked)
		o.marked = make(chan struct{})
	}
}

// over ends the outage of a route after a connection was made.
func (o *outage) over(r route) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.down, r.proxy)
	delete(o.down, through(r.host, r.proxy))
}

// sleep waits before a retry, or until another request has given up on the same
// place. It returns the error of ctx if ctx is done.
func (o *outage) sleep(ctx context.Context, err error, d time.Duration, sleep func(context.Context, time.Duration) error) error {
	var e *connectError
	if !errors.As(err, &e) {
		return sleep(ctx, d)
	}
	waiting, wake := context.WithCancel(ctx)
	defer wake()
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			o.mu.Lock()
			down, marked := o.down[e.place()], o.marked
			o.mu.Unlock()
			if down {
				wake()
				return
			}
			select {
			case <-marked:
			case <-ended:
				return
			}
		}
	}()
	_ = sleep(waiting, d) // another request may end the wait, which is not an error
	return ctx.Err()
}
