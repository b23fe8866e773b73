package main

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// clock stands still but for the pauses of whoever asks: a listing lags for as
// many pauses as the test says, however fast the machine is.
type clock struct {
	begin time.Time
	ahead atomic.Int64
}

func newClock() *clock { return &clock{begin: time.Now()} }

func (c *clock) now() time.Time             { return c.begin.Add(time.Duration(c.ahead.Load())) }
func (c *clock) forward(d time.Duration)    { c.ahead.Add(int64(d)) }
func (c *clock) options(o *cosmock.Options) { o.Now = c.now }

// rules makes it the clock of a world whose server has it.
func (c *clock) rules(w *world) {
	w.clock = c.now
	w.sleep = func(ctx context.Context, d time.Duration) error {
		c.forward(d)
		return ctx.Err()
	}
}
