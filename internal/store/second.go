package store

import (
	"context"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// What is written within the second of a write, with the same bytes, cannot be
// distinguished from it by a listing: COS reports times in whole seconds. An event function
// that copies each new object onto itself does that, and may drop its
// encryption. So the proof of a write waits for its second to be over, as long
// as an apply writes so few objects that nobody feels it: they wait side by
// side, for half a second on average and never for more than one.
const (
	unhurried  = 8 // writes of a run
	afterwards = 30 * time.Millisecond
)

// awaitNextSecond waits before the proof of a write, if that is worth it. Under
// SSE-KMS and SSE-C another write has another ETag, which a listing shows.
func (s *Store) awaitNextSecond(ctx context.Context, w Write) {
	if s.Proofs == nil || w.Encryption.Mode == sse.ModeKMS || w.Encryption.Mode == sse.ModeCustomer || s.Proofs.Add(1) > unhurried {
		return
	}
	now := time.Now()
	_ = sleep.For(ctx, now.Truncate(time.Second).Add(time.Second+afterwards).Sub(now)) // the proof itself ends with ctx
}
