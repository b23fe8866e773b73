package copyobjects

import (
	"context"
	"fmt"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// missedError counts the objects without a correct copy.
type missedError struct {
	summary bulk.Summary
	target  Target
}

func (e *missedError) Unwrap() error { return bulkaction.ErrMissed }

func (e *missedError) Error() string {
	n, reasons := e.summary.Counts[bulk.Failed], e.summary.Reasons(bulk.Advice)
	to := fmt.Sprintf("%s/%s", e.target.To.Bucket, e.target.To.Prefix)
	switch {
	case e.target.DryRun:
		return fmt.Sprintf("%s would not be copied to %s:%s", bulk.Objects(n), to, reasons)
	case n == 1:
		return fmt.Sprintf("1 object is not copied to %s:%s", to, reasons)
	}
	return fmt.Sprintf("%s are not copied to %s:%s", bulk.Objects(n), to, reasons)
}

// Run copies the objects and verifies each copy. It continues after the failure
// of an object.
func (t Target) Run(ctx context.Context, s *store.Store, o bulkaction.Options) (out bulkaction.Outcome) {
	if o.Now == nil {
		o.Now = time.Now
	}
	unhurried := *s
	unhurried.Proofs = nil
	w := &worker{
		target: t, store: &unhurried, looker: audit.NewLooker(s.Inspector, t.Source.Region, t.Source.Bucket),
		estimate: &bulkaction.Estimate{Mode: t.Encryption.Mode, Sizes: s.CutSizes(), Now: o.Now, Looks: looks},
	}
	if !t.Overwrite {
		w.estimate.LooksBeforeJoining = 1 // at the target
	}
	if !t.DryRun {
		s.Listing.ForgetBucket(t.To.Region, t.To.Bucket)
	}
	job := o.Job(s.Client, t.Source.Region, t.Source.Bucket)
	job.Do = w.do
	done, err := o.Run(ctx, job)
	if out.Err = err; len(done) == 0 {
		return out
	}
	out.Summary = done[0]
	o.Tell(w.summaryText(out.Summary))
	if t.DryRun && ctx.Err() == nil {
		o.Tell("New objects meet these settings of the target bucket: " + bulkaction.Reactions(ctx, s.Client, t.To.Region, t.To.Bucket) + ".")
	}
	if err == nil && out.Summary.Counts[bulk.Failed] > 0 {
		out.Err = &missedError{out.Summary, t}
	}
	if err == nil && out.Summary.Looked() == 0 {
		out.Warnings = append(out.Warnings, fmt.Sprintf("There is nothing to copy: no key begins with %q and fits.", t.Source.Prefix))
	}
	return out
}

// summaryText returns the final line about a run.
func (w *worker) summaryText(s bulk.Summary) string {
	if w.target.DryRun {
		return fmt.Sprintf("Dry run: nothing was written. %s. To be copied to %s/%s under %s:%s", s.Progress(), w.target.To.Bucket, w.target.To.Prefix, w.target.Encryption.Observed(), w.estimate)
	}
	return fmt.Sprintf("Ended after %s. %s bytes were copied by COS.", s.Progress(), bulk.Number(int(s.Bytes)))
}
