package cosclient

import (
	"context"
	"errors"
	"sync"
	"time"
)

// outage remembers what could not be reached in spite of all retries, so that
// a run of many objects waits for it once and not once per object. Nothing is
// given up for good: each request is still tried once, and the first connection
// that is made ends the outage.
type outage struct {
	mu   sync.Mutex
	down map[string]bool
	// marked is closed when a place is added, to end the waits of those that
	// are on their way there.
	marked chan struct{}
}

func newOutage() *outage { return &outage{down: map[string]bool{}, marked: make(chan struct{})} }

// lasts reports that an error is of a place which is known to be down.
func (o *outage) lasts(err error) bool {
	var e *connectError
	if !errors.As(err, &e) {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.down[e.place()]
}

// gaveUp is told the error that a request ends with.
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

// over is notified of a connection.
func (o *outage) over(r route) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.down, r.proxy)
	delete(o.down, through(r.host, r.proxy))
}

// sleep waits before a retry, and no longer than until another request has
// given up on the same place. Its error is that of the context.
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
	_ = sleep(waiting, d) // it may have been woken, which is no error
	return ctx.Err()
}
