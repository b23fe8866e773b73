package store

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ErrMetadataAcceleration means that the bucket has metadata acceleration, in
// which COS does not encrypt objects.
var ErrMetadataAcceleration = errors.New("the bucket has metadata acceleration, in which COS does not encrypt objects: use a bucket without it")

// explain adds to the error of a write that metadata acceleration prevents
// encryption, if the bucket has it. It checks this once per bucket, and only
// after a failure that it would explain, so that other writes need no extra
// request.
func (s *Store) explain(ctx context.Context, w Write, out Outcome) Outcome {
	plain := len(out.Wrong) > 0 && out.Info.Encryption.Mode == sse.ModeNone
	if !plain && !unsupported(out.Err) || ctx.Err() != nil {
		return out
	}
	accelerated := s.Buckets.Accelerated(w.Location.Region, w.Location.Bucket, func() (bool, error) {
		return s.Client.MetadataAcceleration(ctx, w.Location.Region, w.Location.Bucket)
	})
	switch {
	case !accelerated:
	case plain:
		out.Wrong = append(out.Wrong, "  - bucket: "+ErrMetadataAcceleration.Error())
	default:
		out.Err = fmt.Errorf("%w (%w)", ErrMetadataAcceleration, out.Err)
	}
	return out
}

// unsupported reports whether err may mean that this kind of bucket does not
// support the request.
func unsupported(err error) bool {
	var refused *cosclient.Error
	return errors.As(err, &refused) &&
		(refused.Status == http.StatusBadRequest || refused.Status == http.StatusMethodNotAllowed || refused.Status == http.StatusNotImplemented)
}
