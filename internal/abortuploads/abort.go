// Package abortuploads implements the action cos_abort_multipart_uploads. It
// removes abandoned multipart uploads, whose parts cost storage but appear in no
// object listing. It belongs to layer 3.
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

// parallel is the number of concurrent aborts.
const parallel = 16

// keysNamed is the maximum number of keys in an error message.
const keysNamed = 5

// request selects the uploads to abort.
type request struct {
	region, bucket, prefix string
	olderThan              time.Duration
	dryRun                 bool
}

// outcome counts the uploads by result.
type outcome struct {
	aborted, young, undated int
	oldest                  time.Time // of those aborted, or to be aborted in a dry run

	failed int
	keys   []string // of the first failures
	err    error    // of the first failure
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

// run aborts the uploads. It continues after failures; its error is that of the
// listing or the context. Memory is bounded by two pages of the listing.
//
// A page is aborted only after the next one has been listed. The listing
// continues from the last upload of a page, and COS does not document what
// happens if that upload no longer exists.
func (q request) run(ctx context.Context, c *cosclient.Client, now func() time.Time, tell func(string)) (outcome, error) {
	ctx = cosclient.WithPace(ctx, cosclient.NewPace(parallel))
	var out outcome
	told, key, upload := now(), "", ""
	var before []cosclient.StaleUpload // from the previous page
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
		// COS's clock set the times, and the local clock may be wrong.
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

// stale returns the uploads that are old enough and counts the others. An upload
// whose time cannot be parsed is kept, because it may be in use.
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

// abort aborts the uploads concurrently.
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
				return nil // interrupted; the next run finds the upload if it still exists
			}
			mu.Lock()
			defer mu.Unlock()
			out.add(u, err)
			return nil
		})
	}
	_ = group.Wait() // the functions return no errors
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
