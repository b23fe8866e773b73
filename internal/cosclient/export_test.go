package cosclient

import (
	"context"
	"net/http"
	"time"
)

// WithoutPauses makes a client retry without waiting.
func WithoutPauses(c *Client) *Client {
	c.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return c
}

// WithClock replaces a client's clock.
func WithClock(c *Client, now func() time.Time) *Client {
	c.now = now
	return c
}

// WithTransport replaces a client's transport.
func WithTransport(c *Client, transport http.RoundTripper) *Client {
	c.transport = transport
	return c
}
