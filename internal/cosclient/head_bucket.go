package cosclient

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

const opHeadBucket = "HeadBucket"

// HeadBucket checks whether a bucket exists. ErrForbidden means that it does, and
// ErrNoSuchBucket that it does not. Source: COS API documentation, "HEAD Bucket".
func (c *Client) HeadBucket(ctx context.Context, region, bucket string) error {
	_, err := c.headBucket(ctx, region, bucket)
	return err
}

// ErrMetadataAcceleration means that the bucket has metadata acceleration, in
// which COS does not encrypt objects. No request returns it: the callers that ask
// for the kind of the bucket add it to a refusal.
var ErrMetadataAcceleration = errors.New("the bucket has metadata acceleration, in which COS does not encrypt objects")

// MetadataAcceleration reports whether a bucket has metadata acceleration. COS
// does not encrypt objects in such a bucket. The errors are those of HeadBucket.
// Source: COS API documentation, "Metadata Acceleration Overview", for the limit;
// coscli for the header.
func (c *Client) MetadataAcceleration(ctx context.Context, region, bucket string) (bool, error) {
	a, err := c.headBucket(ctx, region, bucket)
	if err != nil {
		return false, err
	}
	return strings.EqualFold(a.header.Get("X-Cos-Bucket-Arch"), "OFS"), nil
}

func (c *Client) headBucket(ctx context.Context, region, bucket string) (*answer, error) {
	r, err := newBucketRequest(opHeadBucket, region, bucket)
	if err != nil {
		return nil, err
	}
	r.method = http.MethodHead
	return c.do(ctx, r)
}
