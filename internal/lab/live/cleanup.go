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
	// cleanTimeout bounds the removal of everything: a listing may lag.
	cleanTimeout = 3 * time.Minute
	// cleanAttempts is how often in a row COS may refuse before it is given up.
	cleanAttempts = 5
)

// removed counts what cleanUp took away.
type removed struct{ objects, uploads int }

// cleanUp removes every object, version, delete marker and unfinished upload below the prefix, and ends only when the
// listings are empty and COS says of each key that was written that it is not there.
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
		if err := t.sleep(ctx, t.pause); err != nil {
			break
		}
	}
	if last == nil {
		last = fmt.Errorf("it is still there, or still listed, after %v", cleanTimeout)
	}
	return c.count, fmt.Errorf("something may be left in the bucket %s below %s (and below /%s): remove it there, versions and unfinished uploads too: %w",
		t.bucket, t.prefix, t.prefix, last)
}

// cleaner is one cleanUp.
type cleaner struct {
	*target
	versioned bool
	gone      map[item]bool // what is counted already
	count     removed
}

// round removes what is listed and what is known besides. It reports whether nothing was there at its beginning. What
// is refused does not keep the rest from being removed.
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
	for _, known := range c.ledger.knownItems() {
		if !c.gone[known] && !slices.Contains(items, known) {
			items = append(items, known)
		}
	}
	empty = len(items) == 0
	for _, i := range items {
		errs = append(errs, c.remove(ctx, i))
	}
	if !empty && errors.Join(errs...) == nil {
		return false, nil
	}
	// A listing that shows nothing, or is refused, proves nothing about the last seconds.
	for _, key := range c.ledger.knownKeys() {
		a, err := c.send(ctx, request{method: http.MethodHead, key: key})
		if err != nil {
			return false, errors.Join(append(errs, err)...)
		}
		if a.Status == http.StatusNotFound || a.Pulled() {
			continue
		}
		// What is not there any more and still refused is so for want of permission, not of a key.
		if a.Status == http.StatusForbidden && (c.versioned || c.gone[item{key: key}]) {
			errs = append(errs, fmt.Errorf("HEAD %s: %s: whether it is there is not known", key, a.Verdict()))
		}
		// Without its id a version cannot be removed, only hidden behind a marker: the listing will show it.
		if empty = false; !c.versioned {
			errs = append(errs, c.remove(ctx, item{key: key}))
		}
	}
	return empty, errors.Join(errs...)
}

// remove deletes one thing. That it is gone already is as good.
func (c *cleaner) remove(ctx context.Context, i item) error {
	query, count := url.Values(nil), &c.count.objects
	switch {
	case i.upload:
		query, count = url.Values{"uploadId": {i.id}}, &c.count.uploads
	case i.id != "":
		query = url.Values{"versionId": {i.id}}
	}
	a, err := c.send(ctx, request{method: http.MethodDelete, key: i.key, query: query})
	switch {
	case err != nil:
		return err
	case !a.OK() && a.Status != http.StatusNotFound:
		return fmt.Errorf("DELETE %s: %s: %s", i.key, a.Verdict(), c.clean(a.Message))
	}
	if a.OK() && !c.gone[i] {
		*count++
	}
	c.gone[i] = true
	return nil
}

// list asks for the first page of a listing, of both places that the objects of a run are in: what is listed is removed,
// and the next page is then the first. A listing that shows what was not asked for is refused, and would be once more
// when that is to be deleted.
func (c *cleaner) list(ctx context.Context, subresource string) (items []item, err error) {
	for _, prefix := range []string{c.prefix, "/" + c.prefix} {
		a, err := c.send(ctx, request{method: http.MethodGet, subresource: subresource, query: url.Values{"prefix": {prefix}}})
		if err != nil {
			return nil, err
		}
		var page struct {
			Contents, Version, DeleteMarker []struct {
				Key string
				ID  string `xml:"VersionId"`
			}
			Upload []struct {
				Key string
				ID  string `xml:"UploadId"`
			}
		}
		if err := a.Decode(&page); err != nil {
			return nil, fmt.Errorf("GET ?%s&prefix=%s: %w: %s", subresource, prefix, err, c.clean(a.Message))
		}
		for _, o := range slices.Concat(page.Contents, page.Version, page.DeleteMarker) {
			items = append(items, item{key: o.Key, id: o.ID})
		}
		for _, u := range page.Upload {
			items = append(items, item{u.Key, u.ID, true})
		}
	}
	if slices.ContainsFunc(items, func(i item) bool { return !c.owns(i.key) }) {
		return nil, errors.New("a listing by prefix shows a key that does not begin with it; nothing of it is removed")
	}
	return items, nil
}
