package cosclient

import (
	"context"
	"net/http"
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

// WithTransport gives a client another transport.
func WithTransport(c *Client, transport http.RoundTripper) *Client {
	c.transport = transport
	return c
}
