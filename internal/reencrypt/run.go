package reencrypt

import (
	"context"
	"fmt"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Options select the objects of a run and configure its output.
type Options struct {
	bulkaction.Options
	// CountOldVersions counts the versions that stay as they are.
	CountOldVersions bool
}

// Outcome is what became of a run. Its Err is *NotAtTargetError if there are
// objects that are not as they were to be.
type Outcome struct {
	bulkaction.Outcome
	// CountErr is why the old versions could not be counted.
	CountErr error
}

// NotAtTargetError counts the objects that do not have the required encryption.
type NotAtTargetError struct {
	Summary bulk.Summary
	Target  Target
}

// Unwrap says that the run went on to its end.
func (e *NotAtTargetError) Unwrap() error { return bulkaction.ErrMissed }

func (e *NotAtTargetError) Error() string {
	n, wanted, reasons := e.Summary.Counts[bulk.Failed], e.Target.Encryption.Observed(), e.Summary.Reasons(bulk.Advice)
	switch {
	case e.Target.DryRun:
		return fmt.Sprintf("%s would not get %s:%s", bulk.Objects(n), wanted, reasons)
	case n == 1:
		return fmt.Sprintf("1 object that was to have %s does not have it:%s", wanted, reasons)
	}
	return fmt.Sprintf("%s that were to have %s do not have it:%s", bulk.Objects(n), wanted, reasons)
}

// Run re-encrypts the objects and verifies each. It continues after the failure
// of an object.
func (t Target) Run(ctx context.Context, s *store.Store, o Options) (out Outcome) {
	if o.Now == nil {
		o.Now = time.Now
	}
	unhurried := *s
	unhurried.Proofs = nil
	w, err := newWorker(ctx, &unhurried, t, o.Now)
	if err != nil {
		return Outcome{Outcome: bulkaction.Outcome{Err: err}}
	}
	if !t.DryRun {
		s.Listing.ForgetBucket(t.Region, t.Bucket)
	}
	job := o.Job(s.Client, t.Region, t.Bucket)
	job.Do = w.do
	done, err := o.Run(ctx, job)
	if out.Err = err; len(done) == 0 {
		return out
	}
	out.Summary = done[0]
	o.Tell(w.summaryText(out.Summary))
	if t.DryRun && ctx.Err() == nil {
		o.Tell("A new version of each object meets these settings of the bucket: " + bulkaction.Reactions(ctx, s.Client, t.Region, t.Bucket) + ".")
	}
	if o.CountOldVersions && ctx.Err() == nil {
		n, err := oldVersions(ctx, s.Client, t.Region, t.Bucket, o.Prefix, job.Fits)
		if out.CountErr = err; err == nil {
			o.Tell(fmt.Sprintf("%s versions are not the current ones and stay as they are.", bulk.Number(n)))
		}
	}
	if out.Err == nil && out.Summary.Counts[bulk.Failed] > 0 {
		out.Err = &NotAtTargetError{out.Summary, t}
	}
	out.Warnings = w.warnings(out.Summary)
	return out
}

// summaryText returns the last message of a run.
func (w *worker) summaryText(s bulk.Summary) string {
	if w.target.DryRun {
		return fmt.Sprintf("Dry run: nothing was written. %s. To be brought to %s:%s", s.Progress(), w.target.Encryption.Observed(), w.estimate)
	}
	return fmt.Sprintf("Ended after %s. %s bytes were copied by COS.", s.Progress(), bulk.Number(int(s.Bytes)))
}

func (w *worker) warnings(s bulk.Summary) []string {
	var all []string
	if n := s.Left[bulk.Public]; n > 0 {
		all = append(all, fmt.Sprintf("%s can be read by everybody and stay as they are: under %s COS would no longer serve them without a signature. Set include_public = true to encrypt them all the same.", bulk.Objects(n), w.target.Encryption.Observed()))
	}
	if n := s.Left[bulk.Newer]; n > 0 {
		all = append(all, fmt.Sprintf("%s that are not under %s were written at or after modified_before, and stay as they are.", bulk.Objects(n), w.target.Encryption.Observed()))
	}
	if s.Versions && s.Counts[bulk.Done] > 0 {
		all = append(all, "The bucket keeps versions: the ones that were replaced are still there, under their old encryption or none.")
	}
	return all
}
