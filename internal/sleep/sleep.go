// Package sleep is the one way to let time pass: a sleep ends with its context. Pure, layer 2.
package sleep

import (
	"context"
	"time"
)

// For waits for d or until ctx ends, and then returns its error.
func For(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
