package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

const (
	// cleanTimeout limits the whole cleanup. It allows for a lagging listing.
	cleanTimeout = 3 * time.Minute
	// cleanAttempts is how many consecutive refusals end the cleanup.
	cleanAttempts = 5
)

type removed struct{ objects, uploads int }

// cleanUp removes every object, version, delete marker and unfinished upload below the prefix. It succeeds only once
// the listings are empty and COS answers 404 for each key that the run wrote.
func (t *target) cleanUp(ctx context.Context, state bucketState) (removed, error) {
	ctx, cancel := context.WithTimeout(ctx, cleanTimeout)
	defer cancel()
	c := &cleaner{target: t, versioned: state.versioning != cosmock.VersioningNever, gone: map[item]bool{}}
	var last error
	for failures := 0; failures < cleanAttempts; {
		empty, err := c.round(ctx)
		if err == nil && empty {
			return c.count, nil
		}
		if ctx.Err() != nil {
			break
		}
		failures++
		if last = err; err == nil {
			failures = 0
		}
		_ = t.sleep(ctx, t.pause) // the next round fails if the time is up
	}
	if last == nil {
		last = fmt.Errorf("it is still there, or still listed, after %v", cleanTimeout)
	}
	return c.count, fmt.Errorf("something may be left in the bucket %s below %s (and below /%s): remove it there, versions and unfinished uploads too: %w",
		t.bucket, t.prefix, t.prefix, last)
}

type cleaner struct {
	*target
	versioned bool
	gone      map[item]bool // already counted
	count     removed
}

// round removes what is listed and what the ledger knows. It reports whether nothing was left when it began. A refused
// request does not stop it.
func (c *cleaner) round(ctx context.Context) (empty bool, err error) {
	objects := ""
	if c.versioned {
		objects = "versions"
	}
	var items []item
	var errs []error
	for _, subresource := range []string{"uploads", objects} {
		listed, err := c.list(ctx, subresource)
		items, errs = append(items, listed...), append(errs, err)
	}
	keys, known := c.ledger.known()
	for _, i := range known {
		if !c.gone[i] && !slices.Contains(items, i) {
			items = append(items, i)
		}
	}
	empty = len(items) == 0
	for _, i := range items {
		errs = append(errs, c.remove(ctx, i))
	}
	if !empty && errors.Join(errs...) == nil {
		return false, nil
	}
	// An empty or refused listing says nothing about recent writes.
	for _, key := range keys {
		a, err := c.send(ctx, request{method: http.MethodHead, key: key})
		if err != nil {
			return false, errors.Join(append(errs, err)...)
		}
		if a.Status == http.StatusNotFound || a.Pulled() {
			continue
		}
		// The object is removed, so the refusal is due to a missing permission, not a missing customer key.
		if a.Status == http.StatusForbidden && (c.versioned || c.gone[item{Key: key}]) {
			errs = append(errs, fmt.Errorf("HEAD %s: %s: whether it is there is not known", key, a.Verdict()))
		}
		// Without its ID, a version can only be hidden by a delete marker. The listing will show it.
		if empty = false; !c.versioned {
			errs = append(errs, c.remove(ctx, item{Key: key}))
		}
	}
	return empty, errors.Join(errs...)
}

// remove deletes an object, version or upload. It succeeds if there is none.
func (c *cleaner) remove(ctx context.Context, i item) error {
	query, count := url.Values{}, &c.count.objects
	if i.Version != "" {
		query.Set("versionId", i.Version)
	}
	if i.Upload != "" {
		query.Set("uploadId", i.Upload)
		count = &c.count.uploads
	}
	a, err := c.send(ctx, request{method: http.MethodDelete, key: i.Key, query: query})
	switch {
	case err != nil:
		return err
	case !a.OK() && a.Status != http.StatusNotFound:
		return fmt.Errorf("DELETE %s: %s: %s", i.Key, a.Verdict(), c.clean(a.Message))
	case a.OK() && !c.gone[i]:
		*count++
	}
	c.gone[i] = true
	return nil
}

// list returns the first page of a listing, for both prefixes that a run uses. What it returns is removed, so the next
// page becomes the first. A listing with entries outside of the prefix is refused; the deletion would check them again.
func (c *cleaner) list(ctx context.Context, subresource string) (items []item, err error) {
	for _, prefix := range []string{c.prefix, "/" + c.prefix} {
		a, err := c.send(ctx, listingOf(subresource, prefix))
		if err != nil {
			return nil, err
		}
		var page struct{ Contents, Version, DeleteMarker, Upload []item }
		if err := a.Decode(&page); err != nil {
			return nil, fmt.Errorf("GET ?%s&prefix=%s: %w: %s", subresource, prefix, err, c.clean(a.Message))
		}
		items = slices.Concat(items, page.Contents, page.Version, page.DeleteMarker, page.Upload)
	}
	if slices.ContainsFunc(items, func(i item) bool { return !c.owns(i.Key) }) {
		return nil, errors.New("a listing by prefix shows a key that does not begin with it; nothing of it is removed")
	}
	return items, nil
}
