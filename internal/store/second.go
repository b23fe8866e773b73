package store

import (
	"context"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A listing cannot distinguish two writes of the same bytes within one second, because COS reports times in whole
// seconds. An event function that copies each new object onto itself makes such a write, and may drop the encryption.
// The verification of a write therefore waits for the next second, as long as the apply writes only a few objects. They
// wait concurrently, for half a second on average and at most one second.
const (
	unhurried  = 8 // number of writes of a run that wait
	afterwards = 30 * time.Millisecond
)

// awaitNextSecond waits before the verification of a write, if that is useful. With SSE-KMS and SSE-C, another write
// has another ETag, which a listing shows.
func (s *Store) awaitNextSecond(ctx context.Context, w Write) {
	if s.Proofs == nil || w.Encryption.Mode == sse.ModeKMS || w.Encryption.Mode == sse.ModeCustomer || s.Proofs.Add(1) > unhurried {
		return
	}
	now := time.Now()
	_ = sleep.For(ctx, now.Truncate(time.Second).Add(time.Second+afterwards).Sub(now)) // the proof itself ends with ctx
}
