// Package abortuploads removes multipart uploads that somebody has begun and
// forgotten, whose parts cost storage and are shown by no listing of objects:
// the action cos_abort_multipart_uploads (floor 3).
package abortuploads

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// parallel is how many uploads are aborted at a time.
const parallel = 16

// keysNamed is how many keys of uploads that stay are named.
const keysNamed = 5

// request says which uploads to abort.
type request struct {
	region, bucket, prefix string
	olderThan              time.Duration
	dryRun                 bool
}

// outcome counts what became of the uploads.
type outcome struct {
	aborted, young, undated int
	oldest                  time.Time // of those that were aborted, or would be

	failed int
	keys   []string // the first ones of those that failed
	err    error    // of the first of them
}

func (o outcome) String() string {
	text := fmt.Sprintf("%s aborted, %s too young", uploads(o.aborted), bulk.Number(o.young))
	if o.undated > 0 {
		text += fmt.Sprintf(", %s without a time that can be read", bulk.Number(o.undated))
	}
	if o.failed > 0 {
		text += fmt.Sprintf(", %s failed", bulk.Number(o.failed))
	}
	if !o.oldest.IsZero() {
		text += "; the oldest was begun at " + o.oldest.UTC().Format(time.RFC3339)
	}
	return text
}

func uploads(n int) string {
	if n == 1 {
		return "1 upload"
	}
	return bulk.Number(n) + " uploads"
}

// run aborts the uploads. It goes on after a failure; its error is that of the
// listing, or of the context. Memory is bounded by two pages of the listing.
//
// The next page is listed from the last upload of a page on, and where a
// listing begins from an upload that is no longer there COS does not say: the
// uploads of a page are aborted once the next one is listed.
func (q request) run(ctx context.Context, c *cosclient.Client, now func() time.Time, tell func(string)) (outcome, error) {
	ctx = cosclient.WithPace(ctx, cosclient.NewPace(parallel))
	var out outcome
	told, key, upload := now(), "", ""
	var before []cosclient.StaleUpload // of the page before
	for {
		page, err := c.ListUploads(ctx, q.region, q.bucket, q.prefix, key, upload)
		if err == nil && page.Truncated && (page.NextKey < key || page.NextKey == key && page.NextUpload == upload) {
			err = cosclient.ErrNoProgress
		}
		if ctx.Err() == nil {
			q.abort(ctx, c, before, &out)
		}
		if err != nil {
			return out, fmt.Errorf("the uploads of the bucket %s could not be listed: %w", q.bucket, err)
		}
		// COS's clock has set the times, and this machine's may be wrong.
		at := page.Date
		if at.IsZero() {
			at = now()
		}
		before = q.stale(page.Uploads, at, &out)
		if !page.Truncated {
			q.abort(ctx, c, before, &out)
			return out, ctx.Err()
		}
		if t := now(); t.Sub(told) >= bulk.ProgressEvery {
			told = t
			tell(out.String())
		}
		key, upload = page.NextKey, page.NextUpload
	}
}

// stale picks the uploads that are old enough, and counts the others. One whose
// time cannot be read may be in use.
func (q request) stale(all []cosclient.StaleUpload, at time.Time, out *outcome) []cosclient.StaleUpload {
	return slices.DeleteFunc(all, func(u cosclient.StaleUpload) bool {
		switch {
		case u.Initiated.IsZero():
			out.undated++
		case at.Sub(u.Initiated) < q.olderThan:
			out.young++
		default:
			return false
		}
		return true
	})
}

// abort aborts uploads, several at a time.
func (q request) abort(ctx context.Context, c *cosclient.Client, stale []cosclient.StaleUpload, out *outcome) {
	var mu sync.Mutex
	var group errgroup.Group
	group.SetLimit(parallel)
	for _, u := range stale {
		group.Go(func() error {
			var err error
			if !q.dryRun {
				err = c.AbortMultipart(ctx, cosclient.Upload{Location: cosclient.Location{Region: q.region, Bucket: q.bucket, Key: u.Key}, ID: u.ID})
			}
			if ctx.Err() != nil {
				return nil // interrupted: the next run finds it, if it is still there
			}
			mu.Lock()
			defer mu.Unlock()
			out.add(u, err)
			return nil
		})
	}
	_ = group.Wait() // none returns an error
}

func (o *outcome) add(u cosclient.StaleUpload, err error) {
	if err == nil {
		o.aborted++
		if o.oldest.IsZero() || u.Initiated.Before(o.oldest) {
			o.oldest = u.Initiated
		}
		return
	}
	o.failed++
	at, _ := slices.BinarySearch(o.keys, u.Key)
	if at == 0 {
		o.err = err
	}
	o.keys = slices.Insert(o.keys, at, u.Key)
	o.keys = o.keys[:min(len(o.keys), keysNamed)]
}
