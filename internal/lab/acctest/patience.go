package acctest

import (
	"context"
	"testing"
	"time"
)

// spare is how much of a test's own time is kept for telling what it waited for.
const spare = 15 * time.Second

// Patience ends shortly before the time that the whole run has, as -timeout says.
// No other limit would tell a machine that is slow from something that hangs.
func Patience(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	end, limited := t.Deadline()
	if !limited {
		return context.WithCancel(t.Context())
	}
	return context.WithDeadline(t.Context(), end.Add(-spare))
}

// Eventually waits until something is so.
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
