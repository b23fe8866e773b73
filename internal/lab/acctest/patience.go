package acctest

import (
	"context"
	"testing"
	"time"
)

// spare is the time that is kept for reporting what a test waited for.
const spare = 15 * time.Second

// Patience returns a context that ends shortly before the -timeout of the test
// run. Any shorter limit could fail on a slow machine.
func Patience(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	end, limited := t.Deadline()
	if !limited {
		return context.WithCancel(t.Context())
	}
	return context.WithDeadline(t.Context(), end.Add(-spare))
}

// Eventually waits until a condition holds.
func Eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := Patience(t)
	defer cancel()
	for !so() {
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
