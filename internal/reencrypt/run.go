package reencrypt

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Options say which objects a run looks at, and how it tells of them.
type Options struct {
	Prefix, Match string
	Parallelism   int // 0 is bulk.DefaultParallelism
	// ReportFile is the path of the report; "": none.
	ReportFile string
	// CountOldVersions counts the versions that stay as they are.
	CountOldVersions bool
	// Tell is given a line for the user to see, now and then.
	Tell func(string)
	Now  func() time.Time // nil: time.Now
}

// Outcome is what became of a run.
type Outcome struct {
	Summary bulk.Summary
	// Warnings are what the user ought to know of a run that did what it was to.
	Warnings []string
	// Err is why the run ended early, *NotAtTargetError if it did not, and there
	// are objects that are not as they were to be.
	Err error
	// CountErr is why the old versions could not be counted.
	CountErr error
}

// NotAtTargetError counts the objects that are not as they were to be.
type NotAtTargetError struct {
	Summary bulk.Summary
	Target  Target
}

func (e *NotAtTargetError) Error() string {
	n, wanted, reasons := e.Summary.Counts[bulk.Failed], e.Target.Encryption.Observed(), e.Summary.Reasons(advice)
	switch {
	case e.Target.DryRun:
		return fmt.Sprintf("%s would not get %s:%s", bulk.Objects(n), wanted, reasons)
	case n == 1:
		return fmt.Sprintf("1 object that was to have %s does not have it:%s", wanted, reasons)
	}
	return fmt.Sprintf("%s that were to have %s do not have it:%s", bulk.Objects(n), wanted, reasons)
}

// Run brings the objects to the target and proves each. It goes on after the
// failure of an object.
func (t Target) Run(ctx context.Context, s *store.Store, o Options) (out Outcome) {
	if o.Now == nil {
		o.Now = time.Now
	}
	unhurried := *s
	unhurried.Proofs = nil
	w, err := newWorker(ctx, &unhurried, t)
	if err != nil {
		return Outcome{Err: err}
	}
	w.estimate.sizes, w.estimate.now = unhurried.CutSizes(), o.Now
	var report *bulk.Report
	if o.ReportFile != "" {
		if report, err = bulk.OpenReport(o.ReportFile); err != nil {
			return Outcome{Err: err}
		}
		defer func() {
			if err := report.Close(); err != nil && out.Err == nil {
				out.Err = fmt.Errorf("the report could not be written: %w", err)
			}
		}()
	}
	if !t.DryRun {
		s.Listing.ForgetBucket(t.Region, t.Bucket)
	}
	job := bulk.Job{
		Client: s.Client, Region: t.Region, Bucket: t.Bucket, Prefix: o.Prefix, Match: o.Match,
		Parallelism: o.Parallelism, Do: w.do, Report: report, Now: o.Now,
		Progress: func(s bulk.Summary) { o.Tell(s.Progress()) },
	}
	out.Summary, out.Err = job.Run(ctx)
	o.Tell(w.summaryText(out.Summary))
	if t.DryRun && ctx.Err() == nil {
		o.Tell("A new version of each object meets these settings of the bucket: " + reactions(ctx, s.Client, t.Region, t.Bucket) + ".")
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

// summaryText is the last line about a run.
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

// list joins warnings to one text.
func list(warnings []string) string { return strings.Join(warnings, "\n\n") }
