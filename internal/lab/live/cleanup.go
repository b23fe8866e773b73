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
		if last = err; err != nil {
			failures++
		} else {
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
	uploads, uploadsErr := c.listUploads(ctx)
	objects, objectsErr := c.listObjects(ctx)
	errs := []error{uploadsErr, objectsErr}
	empty = len(uploads) == 0 && len(objects) == 0
	if uploads = merge(uploads, c.ledger.sortedUploads(), c.gone); len(uploads) > 0 {
		empty = false
	}
	if c.versioned {
		if objects = merge(objects, c.ledger.sortedVersions(), c.gone); len(objects) > 0 {
			empty = false
		}
	}
	for _, u := range uploads {
		errs = append(errs, c.remove(ctx, u, url.Values{"uploadId": {u.id}}, &c.count.uploads))
	}
	for _, o := range objects {
		var query url.Values
		if o.id != "" {
			query = url.Values{"versionId": {o.id}}
		}
		errs = append(errs, c.remove(ctx, o, query, &c.count.objects))
	}
	if !empty && errors.Join(errs...) == nil {
		return false, nil
	}
	// A listing that shows nothing, or is refused, proves nothing about the last seconds.
	for _, key := range c.ledger.sortedKeys() {
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
		// Without its id a version can not be removed, only hidden behind a marker: the listing will show it.
		if empty = false; !c.versioned {
			errs = append(errs, c.remove(ctx, item{key: key}, nil, &c.count.objects))
		}
	}
	return empty, errors.Join(errs...)
}

// merge adds to what is listed what is known and not gone yet.
func merge(listed, known []item, gone map[item]bool) []item {
	for _, k := range known {
		if !gone[k] && !slices.Contains(listed, k) {
			listed = append(listed, k)
		}
	}
	return listed
}

// remove deletes one thing. That it is gone already is as good.
func (c *cleaner) remove(ctx context.Context, what item, query url.Values, count *int) error {
	a, err := c.send(ctx, request{method: http.MethodDelete, key: what.key, query: query})
	switch {
	case err != nil:
		return err
	case !a.OK() && a.Status != http.StatusNotFound:
		return fmt.Errorf("DELETE %s: %s: %s", what.key, a.Verdict(), c.clean(a.Message))
	}
	if a.OK() && !c.gone[what] {
		*count++
	}
	c.gone[what] = true
	return nil
}

// prefixes are where the objects of a run are.
func (t *target) prefixes() []string { return []string{t.prefix, "/" + t.prefix} }

// list asks for one page of a listing: what is listed is removed, and the next page is then the first.
func (c *cleaner) list(ctx context.Context, subresource, prefix string, into any) error {
	a, err := c.send(ctx, request{method: http.MethodGet, subresource: subresource, query: url.Values{"prefix": {prefix}}})
	if err != nil {
		return err
	}
	if err := a.Decode(into); err != nil {
		return fmt.Errorf("GET ?%s&prefix=%s: %w: %s", subresource, prefix, err, c.clean(a.Message))
	}
	return nil
}

func (c *cleaner) listUploads(ctx context.Context) ([]item, error) {
	var items []item
	for _, prefix := range c.prefixes() {
		var page struct {
			Upload []struct {
				Key string
				ID  string `xml:"UploadId"`
			}
		}
		if err := c.list(ctx, "uploads", prefix, &page); err != nil {
			return nil, err
		}
		for _, u := range page.Upload {
			items = append(items, item{u.Key, u.ID})
		}
	}
	return c.ours(items)
}

func (c *cleaner) listObjects(ctx context.Context) ([]item, error) {
	var items []item
	for _, prefix := range c.prefixes() {
		var page struct {
			Contents              []struct{ Key string }
			Version, DeleteMarker []struct {
				Key string
				ID  string `xml:"VersionId"`
			}
		}
		subresource := ""
		if c.versioned {
			subresource = "versions"
		}
		if err := c.list(ctx, subresource, prefix, &page); err != nil {
			return nil, err
		}
		for _, o := range page.Contents {
			items = append(items, item{key: o.Key})
		}
		for _, v := range slices.Concat(page.Version, page.DeleteMarker) {
			items = append(items, item{v.Key, v.ID})
		}
	}
	return c.ours(items)
}

// ours refuses a listing that shows what was not asked for. That would be refused once more when it is to be deleted.
func (c *cleaner) ours(items []item) ([]item, error) {
	for _, i := range items {
		if !c.owns(i.key) {
			return nil, errors.New("a listing by prefix shows a key that does not begin with it; nothing of it is removed")
		}
	}
	return items, nil
}
