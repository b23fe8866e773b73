package cosclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// ErrOriginPull is returned for a read that an origin-pull rule of the bucket
// answered: COS redirects the client to the origin, or failed to get the object
// from it. The error also matches ErrNotFound if the bucket does not list the
// object, and ErrForbidden if it does, because the rule then hides a refusal.
var ErrOriginPull = errors.New("an origin-pull rule of the bucket answered")

// originPull is what is known about an object for which an origin-pull rule
// answered. A rule can apply to any status from 400 to 599, so its response alone
// does not mean that the object is missing.
type originPull int

const (
	originNone    originPull = iota // no rule answered
	originUnknown                   // not yet known whether the object exists
	originAbsent
	originPresent
)

// origin recognizes the response of an origin-pull rule to a read: a redirect to
// a host other than the bucket's, or a failed origin. It requires COS's request
// ID, because a gateway that asks for a login also redirects. Source: COS
// documentation, "Setting Origin-Pull".
func (e *Error) origin(h http.Header) originPull {
	if e.Key == "" || e.Op != opHead && e.Op != opGet || e.RequestID == "" || h.Get(headerBucketRegion) != "" {
		return originNone
	}
	if e.Status == http.StatusFailedDependency || e.redirect() && leavesBucket(h.Get("Location"), e.Bucket) {
		return originUnknown
	}
	return originNone
}

// leavesBucket reports whether a Location names none of the bucket's hosts. The
// origin may be another bucket.
func leavesBucket(location, bucket string) bool {
	target, err := url.Parse(location)
	if err != nil || target.Host == "" {
		return false
	}
	own, ok := parseCOSHost(strings.ToLower(target.Hostname()))
	return !ok || own.bucket != "" && own.bucket != bucket
}

// resolveOriginPull completes the error of a read that an origin-pull rule
// answered. It checks the listing, to which such rules do not apply. It returns
// other errors unchanged.
func (c *Client) resolveOriginPull(ctx context.Context, version string, err error) error {
	var refused *Error
	if !errors.As(err, &refused) || refused.pulled != originUnknown {
		return err
	}
	listed, failed := c.listed(ctx, refused.Location, version)
	if failed != nil {
		return fmt.Errorf("%w; the listing cannot tell whether the object is there: %v", err, failed) //nolint:errorlint // its reason is not that of the read
	}
	resolved := *refused
	resolved.pulled = originAbsent
	if listed {
		resolved.pulled = originPresent
	}
	return &resolved
}

// listed reports whether the bucket lists an object, or a version of it.
func (c *Client) listed(ctx context.Context, loc Location, version string) (bool, error) {
	if version == "" {
		page, err := c.List(ctx, loc.Region, loc.Bucket, ListInput{Prefix: loc.Key, MaxKeys: 1})
		return err == nil && len(page.Entries) > 0 && page.Entries[0].Key == loc.Key, err
	}
	for keyMarker, versionMarker := "", ""; ; {
		versions, nextKey, nextVersion, truncated, err := c.ListVersions(ctx, loc.Region, loc.Bucket, loc.Key, keyMarker, versionMarker)
		if err != nil {
			return false, err
		}
		for _, v := range versions {
			if v.Key != loc.Key { // the key itself sorts before all others that begin with it
				return false, nil
			}
			if v.VersionID == version {
				return !v.DeleteMarker, nil
			}
		}
		if !truncated {
			return false, nil
		}
		keyMarker, versionMarker = nextKey, nextVersion
	}
}
