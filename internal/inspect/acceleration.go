package inspect

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// Accelerated reports whether a bucket has metadata acceleration. It asks COS once
// per bucket.
func (i Inspector) Accelerated(ctx context.Context, region, bucket string) bool {
	return ctx.Err() == nil && i.Buckets.Accelerated(region, bucket, func() (bool, error) {
		return i.Client.MetadataAcceleration(ctx, region, bucket)
	})
}

// ExplainRefusal adds cosclient.ErrMetadataAcceleration to the error of a request
// about encryption, if that is the reason. COS documents that it supports no
// encryption in such a bucket, and not how it answers, so every code with a status
// for an unsupported request counts. Only such an error costs a request.
func (i Inspector) ExplainRefusal(ctx context.Context, region, bucket string, err error) error {
	if !unsupported(err) || !i.Accelerated(ctx, region, bucket) {
		return err
	}
	return fmt.Errorf("%w (%w)", cosclient.ErrMetadataAcceleration, err)
}

// unsupported reports whether err may mean that this kind of bucket does not
// support the request.
func unsupported(err error) bool {
	var refused *cosclient.Error
	return errors.As(err, &refused) &&
		(refused.Status == http.StatusBadRequest || refused.Status == http.StatusMethodNotAllowed || refused.Status == http.StatusNotImplemented)
}
