package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// clock advances only by the pauses of the code under test. The number of pauses
// alone determines how long a listing lags, no matter how fast the machine is.
type clock struct {
	begin time.Time
	ahead atomic.Int64
}

func newClock() *clock { return &clock{begin: time.Now()} }

func (c *clock) now() time.Time             { return c.begin.Add(time.Duration(c.ahead.Load())) }
func (c *clock) forward(d time.Duration)    { c.ahead.Add(int64(d)) }
func (c *clock) options(o *cosmock.Options) { o.Now = c.now }

// rules sets the clock of a world and its server.
func (c *clock) rules(w *world) {
	w.clock = c.now
	w.sleep = func(ctx context.Context, d time.Duration) error {
		c.forward(d)
		return ctx.Err()
	}
}
