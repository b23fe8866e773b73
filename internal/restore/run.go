package restore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sleep"
)

// DefaultParallelism is the number of concurrent restorations. COS starts at most
// 100 restorations per bucket and second. Source: COS API documentation, "POST
// Object restore".
const DefaultParallelism = 8

// Options select the objects of a run and configure its reporting.
type Options struct {
	bulkaction.Options
	// Pause waits between two checks of an object. If it is nil, the run sleeps
	// for the given duration.
	Pause func(context.Context, time.Duration) error
}

// Run restores the objects and, if the target requires it, waits for them. The
// wait is a second job over the same keys, which stays at each object until it is
// restored. It takes one HEAD per object, and repeats it only for the objects it
// is waiting for.
func (t Target) Run(ctx context.Context, i inspect.Inspector, o Options) (out bulkaction.Outcome) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Pause == nil {
		o.Pause = sleep.For
	}
	if o.Parallelism == 0 {
		o.Parallelism = DefaultParallelism
	}
	w := &worker{
		target: t, inspector: i, looker: audit.NewLooker(i, t.Region, t.Bucket), now: o.Now, pause: o.Pause,
		deadline: o.Now().Add(t.Timeout), tell: o.Tell, counts: map[string]*costs{}, leaving: map[string]bool{},
	}
	request, await := o.Job(i.Client, t.Region, t.Bucket), o.Job(i.Client, t.Region, t.Bucket)
	request.Do, await.Do = w.request, w.await
	if !t.DryRun {
		i.Listing.ForgetBucket(t.Region, t.Bucket)
	}
	jobs := []bulk.Job{request}
	if t.Wait && !t.DryRun {
		await.Progress = func(s bulk.Summary) { o.Tell("Restored: " + s.Progress()) }
		jobs = append(jobs, await)
	}
	done, err := o.Run(ctx, jobs...)
	if out.Err = err; len(done) == 0 {
		return out
	}
	out.Summary = done[len(done)-1]
	o.Tell(w.summaryText(done))
	out.Warnings = w.warnings(done[0], o.Prefix, err)
	if err == nil {
		out.Err = w.missed(done)
	}
	return out
}

// missedError lists what is not restored at the end of a run.
type missedError struct{ text string }

func (e *missedError) Error() string { return e.text }
func (e *missedError) Unwrap() error { return bulkaction.ErrMissed }

// missed returns nil if everything was done.
func (w *worker) missed(done []bulk.Summary) error {
	var parts []string
	for _, s := range done {
		switch n := s.Counts[bulk.Failed]; {
		case n > 0 && w.target.DryRun:
			parts = append(parts, fmt.Sprintf("%s would not be restored:%s", bulk.Objects(n), s.Reasons(bulk.Advice)))
		case n > 0:
			parts = append(parts, fmt.Sprintf("%s cannot be restored:%s", bulk.Objects(n), s.Reasons(bulk.Advice)))
		}
	}
	if len(done) > 1 {
		if n := done[1].Counts[bulk.UnderWay]; n > 0 {
			parts = append(parts, fmt.Sprintf("COS has not restored %s within %s.", bulk.Objects(n), w.target.Timeout))
		}
		asked, known := 0, 0
		for _, kind := range []bulk.Kind{bulk.Requested, bulk.UnderWay, bulk.Right} {
			asked += done[0].Counts[kind]
		}
		for _, kind := range []bulk.Kind{bulk.Done, bulk.UnderWay, bulk.Gone, bulk.Failed} {
			known += done[1].Counts[kind]
		}
		if asked > known {
			parts = append(parts, fmt.Sprintf("%s are archived again, or COS no longer restores them: raise days, or restore fewer objects at a time.", bulk.Objects(asked-known)))
		}
	}
	if parts == nil {
		return nil
	}
	return &missedError{strings.Join(parts, "\n\n")}
}

// summaryText returns the final line about a run.
func (w *worker) summaryText(done []bulk.Summary) string {
	requested := done[0]
	switch {
	case w.target.DryRun:
		return fmt.Sprintf("Dry run: nothing was restored. %s. To be restored with the tier %s:%s", requested.Progress(), w.target.Tier, w.estimate())
	case len(done) == 1:
		return fmt.Sprintf("Ended after %s. COS restores %s bytes.", requested.Progress(), bulk.Number(int(requested.Bytes)))
	}
	return fmt.Sprintf("Ended after %s. Restored: %s.", requested.Progress(), done[1].Progress())
}

// estimate returns a table with a line for each storage class.
func (w *worker) estimate() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	for _, class := range slices.Sorted(maps.Keys(w.counts)) {
		c := w.counts[class]
		fmt.Fprintf(&b, "\n  - %s: %s, %s bytes, %s requests", class, bulk.Objects(c.objects), bulk.Number(int(c.bytes)), bulk.Number(c.objects))
		if long := takes[class][w.target.Tier]; long != "" {
			b.WriteString(", " + long)
		}
	}
	if len(w.counts) == 0 {
		return "\n  - no object"
	}
	return b.String()
}

func (w *worker) warnings(s bulk.Summary, prefix string, err error) []string {
	var all []string
	if err == nil && s.Looked() == s.Counts[bulk.Skipped]+s.Counts[bulk.Gone] {
		all = append(all, fmt.Sprintf("There is nothing to restore: none of the %s with the prefix %q is in an archive class.", bulk.Objects(s.Looked()), prefix))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if n := s.Counts[bulk.Right]; n > 0 && !w.soon.IsZero() && w.soon.Before(w.now().AddDate(0, 0, w.target.Days)) {
		all = append(all, fmt.Sprintf("%s had been restored before. The first of them is archived again at %s.", bulk.Objects(n), w.soon.UTC().Format(time.RFC3339)))
	}
	return all
}
