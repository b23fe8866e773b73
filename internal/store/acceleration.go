package store

import (
	"context"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// explain adds to the error of a write that metadata acceleration prevents
// encryption, if the bucket has it. It checks this once per bucket, and only
// after a failure that it would explain, so that other writes need no extra
// request.
func (s *Store) explain(ctx context.Context, w Write, out Outcome) Outcome {
	plain := len(out.Wrong) > 0 && out.Info.Encryption.Mode == sse.ModeNone
	if !plain {
		out.Err = s.ExplainRefusal(ctx, w.Location.Region, w.Location.Bucket, out.Err)
	} else if s.Accelerated(ctx, w.Location.Region, w.Location.Bucket) {
		out.Wrong = append(out.Wrong, "  - bucket: "+cosclient.ErrMetadataAcceleration.Error()+": use a bucket without it")
	}
	return out
}
