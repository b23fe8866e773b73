package store

import (
	"context"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
)

// graceTime is how long an interrupt lets a write be tidied up.
const graceTime = 30 * time.Second

// Grace returns a context that ends 30 seconds after ctx, for what has to follow a
// write even if the apply is interrupted: the look for one that was cut off, its
// verification and its removal. The returned function ends it earlier, and must be
// called.
func Grace(ctx context.Context) (context.Context, context.CancelFunc) {
	grace, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		_ = sleep.For(grace, graceTime) // ends early if the work is done
		cancel()
	})
	return grace, func() {
		stop()
		cancel()
	}
}
