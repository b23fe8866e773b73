// Package bulk processes every object below a prefix. It lists the objects in an
// order that spreads over COS's index, processes several concurrently, slows down
// when COS throttles, counts the results, and writes a report. The caller defines
// what is done with an object. It belongs to layer 3 but uses no Terraform types.
package bulk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// DefaultParallelism and MaxParallelism are numbers of objects that are processed
// concurrently. A bucket accepts some thousand requests per second.
const (
	DefaultParallelism = 32
	MaxParallelism     = 256
)

// Job processes the objects of a prefix.
type Job struct {
	Client         *cosclient.Client
	Region, Bucket string
	Prefix         string
	Match          string // a doublestar pattern for the whole key; "" matches every key
	Parallelism    int    // 0 means DefaultParallelism

	// Do processes one object. It is called concurrently.
	Do func(context.Context, cosclient.Entry) Result

	Report   *Report           // may be nil
	Progress func(Summary)     // called at most every ProgressEvery; may be nil
	Now      func() time.Time  // nil means time.Now
	order    func(n int) []int // of the entries of a page; nil means random
	pageSize int               // 0 means COS's default
}

// ProgressEvery is the minimum time between two calls of Job.Progress.
const ProgressEvery = 5 * time.Second

// Errors that end a run early.
var (
	// ErrHopeless ends a run in which most objects fail with a permanent error,
	// because the remaining ones would probably fail too.
	ErrHopeless = errors.New("more than half of the objects failed for a reason that trying again does not mend")
)

// enoughToJudge is how many objects are processed before ErrHopeless can occur.
const enoughToJudge = 1000

// Run processes all objects. The summary covers what was done, even if there is
// an error: that of the listing, of the report, of an object that ends the run,
// or of the context. The failure of single objects is not an error here.
//
// Memory use is limited to a few pages of the listing, regardless of the size of
// the bucket.
func (j Job) Run(ctx context.Context) (Summary, error) {
	j = j.withDefaults()
	ctx = cosclient.WithPace(ctx, cosclient.NewPace(j.Parallelism+lanesWanted))
	feeding, stop := context.WithCancelCause(ctx)
	defer stop(nil)

	work, results := make(chan cosclient.Entry), make(chan Result, j.Parallelism)
	go func() {
		defer close(work)
		if err := j.feed(feeding, work); err != nil {
			stop(err)
		}
	}()
	var workers sync.WaitGroup
	for range j.Parallelism {
		workers.Go(func() {
			for entry := range work {
				results <- j.one(ctx, entry)
			}
		})
	}
	go func() {
		workers.Wait()
		close(results)
	}()

	summary := newSummary(j.Now())
	summary.Boundary.prefix = j.Prefix
	told := j.Now()
	for r := range results {
		summary.Boundary.add(r)
		if r.Told {
			continue
		}
		summary.add(r)
		if err := j.Report.write(j.Now(), r); err != nil {
			stop(fmt.Errorf("the report could not be written: %w", err))
		}
		switch {
		case r.Fatal:
			stop(r.Err)
		case summary.hopeless():
			stop(ErrHopeless)
		}
		if now := j.Now(); j.Progress != nil && now.Sub(told) >= ProgressEvery {
			told = now
			summary.Now = now
			j.Progress(summary)
		}
	}
	summary.Now = j.Now()
	if ctx.Err() != nil {
		return summary, ctx.Err()
	}
	return summary, context.Cause(feeding)
}

func (j Job) withDefaults() Job {
	if j.Parallelism == 0 {
		j.Parallelism = DefaultParallelism
	}
	if j.Now == nil {
		j.Now = time.Now
	}
	return j
}

// one processes an object whose key can be addressed.
func (j Job) one(ctx context.Context, entry cosclient.Entry) Result {
	if err := cosclient.CheckKey(entry.Key); err != nil {
		return Result{Key: entry.Key, Kind: Failed, Reason: Unaddressable, Err: err, Hopeless: true}
	}
	r := j.Do(ctx, entry)
	r.Key = entry.Key
	if r.Kind == Failed && ctx.Err() != nil && errors.Is(r.Err, ctx.Err()) { // and not for a reason of its own
		r.Kind, r.Reason, r.Fatal = Interrupted, "", false
	}
	return r
}

// Fits reports whether a key matches the job's pattern.
func (j Job) Fits(key string) bool {
	return j.Match == "" || doublestar.MatchUnvalidated(j.Match, key)
}
