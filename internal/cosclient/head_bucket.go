package cosclient

import (
	"context"
	"net/http"
)

const opHeadBucket = "HeadBucket"

// HeadBucket checks whether a bucket exists. ErrForbidden means that it does, and
// ErrNoSuchBucket that it does not. Source: COS API documentation, "HEAD Bucket".
func (c *Client) HeadBucket(ctx context.Context, region, bucket string) error {
	r, err := newBucketRequest(opHeadBucket, region, bucket)
	if err != nil {
		return err
	}
	r.method = http.MethodHead
	_, err = c.do(ctx, r)
	return err
}
