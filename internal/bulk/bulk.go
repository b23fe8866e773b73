// Package bulk works on every object below a prefix: it lists them in an order
// that spreads over COS's index, works on several at a time, slows down when
// COS asks for it, counts what became of each, and writes a report. What is
// done with an object is the caller's (floor 3, without Terraform's types).
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

// DefaultParallelism and MaxParallelism say how many objects are worked on at a
// time. A bucket takes some thousand requests a second.
const (
	DefaultParallelism = 32
	MaxParallelism     = 256
)

// Job is work on the objects of a prefix.
type Job struct {
	Client         *cosclient.Client
	Region, Bucket string
	Prefix         string
	Match          string // a doublestar pattern for the whole key; "" fits every key
	Parallelism    int    // 0 is DefaultParallelism

	// Do works on one object. It is called from several goroutines.
	Do func(context.Context, cosclient.Entry) Result

	Report   *Report           // nil: none
	Progress func(Summary)     // called at most every ProgressEvery; nil: nobody is told
	Now      func() time.Time  // nil: time.Now
	order    func(n int) []int // of the entries of a page; nil: random
	pageSize int               // 0 leaves it to COS
}

// ProgressEvery is the least time between two calls of Job.Progress.
const ProgressEvery = 5 * time.Second

// What ends a run early.
var (
	// ErrHopeless is why a run stops of which most objects fail for a reason
	// that no repetition mends: it would do so for all of them.
	ErrHopeless = errors.New("more than half of the objects failed for a reason that trying again does not mend")
)

// enoughToJudge is how many objects are worked on before a run may be hopeless.
const enoughToJudge = 1000

// Run works on all objects. The summary is of what was done, whatever the
// error: that of the listing, of the report, of an object that ends the run, or
// of the context. That single objects failed is no error here.
//
// Memory is bounded by a few pages of the listing, whatever the bucket holds.
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
	told := j.Now()
	for r := range results {
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

// one works on an object whose key can be sent.
func (j Job) one(ctx context.Context, entry cosclient.Entry) Result {
	if err := cosclient.CheckKey(entry.Key); err != nil {
		return Result{Key: entry.Key, Kind: Failed, Reason: Unaddressable, Err: err, Hopeless: true}
	}
	r := j.Do(ctx, entry)
	r.Key = entry.Key
	if r.Kind == Failed && ctx.Err() != nil {
		r.Kind, r.Reason, r.Fatal = Interrupted, "", false
	}
	return r
}

// Fits reports whether a key is one of the job's.
func (j Job) Fits(key string) bool {
	return j.Match == "" || doublestar.MatchUnvalidated(j.Match, key)
}
