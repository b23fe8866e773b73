package cosclient

import (
	"context"
	"time"
)

// WithoutPauses makes a client wait for nothing before a retry.
func WithoutPauses(c *Client) *Client {
	c.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return c
}

// WithClock gives a client another clock.
func WithClock(c *Client, now func() time.Time) *Client {
	c.now = now
	return c
}
