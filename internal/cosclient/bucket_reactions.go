package cosclient

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
)

// A new version of an object may set off more than its own write: these are the
// configurations of a bucket that do. Each is asked for by one request.

// Versioning returns the state of a bucket's versioning: "Enabled",
// "Suspended", or "" if it never had any. Source: COS API documentation, "GET
// Bucket versioning".
func (c *Client) Versioning(ctx context.Context, region, bucket string) (string, error) {
	var state struct{ Status string }
	err := c.configuration(ctx, "GetBucketVersioning", region, bucket, "versioning", &state)
	return state.Status, err
}

// rules is a configuration that is a list of rules, each switched on or off.
type rules struct {
	Rules []struct{ Status string } `xml:"Rule"`
}

func (r rules) on() bool {
	for _, rule := range r.Rules {
		if rule.Status == "Enabled" {
			return true
		}
	}
	return false
}

// HasLifecycle reports whether a lifecycle rule of the bucket is switched on.
// Source: COS API documentation, "GET Bucket lifecycle".
func (c *Client) HasLifecycle(ctx context.Context, region, bucket string) (bool, error) {
	var found rules
	err := c.configuration(ctx, "GetBucketLifecycle", region, bucket, "lifecycle", &found)
	return found.on(), none(err, "NoSuchLifecycleConfiguration")
}

// HasReplication reports whether a replication rule of the bucket is switched
// on. Source: COS API documentation, "GET Bucket replication".
func (c *Client) HasReplication(ctx context.Context, region, bucket string) (bool, error) {
	var found rules
	err := c.configuration(ctx, "GetBucketReplication", region, bucket, "replication", &found)
	return found.on(), none(err, "ReplicationConfigurationnotFoundError")
}

// HasNotification reports whether the bucket calls a function on events. COS
// documents the CAM action, and not the answer: whatever is configured counts.
// Source: CAM documentation, "Cloud Object Storage".
func (c *Client) HasNotification(ctx context.Context, region, bucket string) (bool, error) {
	var found struct {
		All []struct{ XMLName xml.Name } `xml:",any"`
	}
	err := c.configuration(ctx, "GetBucketNotification", region, bucket, "notification", &found)
	return len(found.All) > 0, err
}

// PublicBucket reports whether the ACL of a bucket lets everybody read.
// Source: COS API documentation, "GET Bucket acl".
func (c *Client) PublicBucket(ctx context.Context, region, bucket string) (bool, error) {
	var policy accessControl
	err := c.configuration(ctx, "GetBucketACL", region, bucket, "acl", &policy)
	return policy.public(), err
}

// public reports a grant to everybody, or to everybody who has an account.
func (p accessControl) public() bool {
	for _, g := range p.Grants {
		if g.URI == groupAllUsers || g.URI == groupAuthenticated || g.ID == anyone {
			return true
		}
	}
	return false
}

// configuration reads a configuration of a bucket.
func (c *Client) configuration(ctx context.Context, op, region, bucket, name string, into any) error {
	r, err := newBucketRequest(op, region, bucket)
	if err != nil {
		return err
	}
	r.query = []param{{name, ""}}
	r.read = func(a *answer) error {
		if a.status == http.StatusNoContent {
			return nil
		}
		return c.readResult(r, a, into)
	}
	_, err = c.do(ctx, r)
	return err
}

// none makes a success of the code by which COS says that nothing is
// configured. COS's pages spell it in more than one way, so a 404 is enough
// that is not about the bucket.
func none(err error, code string) error {
	var refused *Error
	if errors.As(err, &refused) && (refused.Code == code || refused.Status == http.StatusNotFound && !errors.Is(err, ErrNoSuchBucket) && !errors.Is(err, ErrWrongRegion)) {
		return nil
	}
	return err
}
