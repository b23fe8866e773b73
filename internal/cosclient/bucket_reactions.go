package cosclient

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
)

// Writing a new version of an object can have side effects that the bucket's
// configuration determines. The functions in this file read one configuration
// each.

// Versioning returns the state of a bucket's versioning: "Enabled", "Suspended",
// or "" if it was never enabled. Source: COS API documentation, "GET Bucket
// versioning".
func (c *Client) Versioning(ctx context.Context, region, bucket string) (string, error) {
	var state struct{ Status string }
	err := c.configuration(ctx, "GetBucketVersioning", region, bucket, "versioning", &state)
	return state.Status, err
}

// rules is a configuration that consists of rules, each enabled or disabled.
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

// HasLifecycle reports whether the bucket has an enabled lifecycle rule. Source:
// COS API documentation, "GET Bucket lifecycle".
func (c *Client) HasLifecycle(ctx context.Context, region, bucket string) (bool, error) {
	var found rules
	err := c.configuration(ctx, "GetBucketLifecycle", region, bucket, "lifecycle", &found)
	return found.on(), none(err, "NoSuchLifecycleConfiguration")
}

// HasReplication reports whether the bucket has an enabled replication rule.
// Source: COS API documentation, "GET Bucket replication".
func (c *Client) HasReplication(ctx context.Context, region, bucket string) (bool, error) {
	var found rules
	err := c.configuration(ctx, "GetBucketReplication", region, bucket, "replication", &found)
	return found.on(), none(err, "ReplicationConfigurationnotFoundError")
}

// HasNotification reports whether the bucket invokes a function on events. COS
// documents the CAM action but not the response, so any configuration counts.
// Source: CAM documentation, "Cloud Object Storage".
func (c *Client) HasNotification(ctx context.Context, region, bucket string) (bool, error) {
	var found struct {
		All []struct{ XMLName xml.Name } `xml:",any"`
	}
	err := c.configuration(ctx, "GetBucketNotification", region, bucket, "notification", &found)
	return len(found.All) > 0, err
}

// PublicBucket reports whether the ACL of a bucket gives everybody read access.
// Source: COS API documentation, "GET Bucket acl".
func (c *Client) PublicBucket(ctx context.Context, region, bucket string) (bool, error) {
	var policy accessControl
	err := c.configuration(ctx, "GetBucketACL", region, bucket, "acl", &policy)
	return policy.public(), err
}

// public reports whether there is a grant to all users, or to all users with an
// account.
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

// none returns nil for an error that means that nothing is configured. COS's
// pages spell the code in more than one way, so any 404 that is not about the
// bucket counts.
func none(err error, code string) error {
	var refused *Error
	if errors.As(err, &refused) && (refused.Code == code || refused.Status == http.StatusNotFound && !errors.Is(err, ErrNoSuchBucket) && !errors.Is(err, ErrWrongRegion)) {
		return nil
	}
	return err
}
