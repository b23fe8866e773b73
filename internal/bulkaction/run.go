package bulkaction

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Options select the objects of a run and configure its reporting.
type Options struct {
	Prefix, Match string
	Parallelism   int // 0 is bulk.DefaultParallelism
	// ReportFile is the path of the report, or "" for none.
	ReportFile string
	// Tell is called with occasional lines of progress for the user.
	Tell func(string)
	Now  func() time.Time // nil: time.Now
}

// Job returns a job on these objects without its work function.
func (o Options) Job(c *cosclient.Client, region, bucket string) bulk.Job {
	return bulk.Job{
		Client: c, Region: region, Bucket: bucket, Prefix: o.Prefix, Match: o.Match, Parallelism: o.Parallelism, Now: o.Now,
		Progress: func(s bulk.Summary) { o.Tell(s.Progress()) },
	}
}

// Run runs jobs one after another with a single report, until one does not
// complete. It returns the summaries of those that ran, or none if the report
// could not be opened.
func (o Options) Run(ctx context.Context, jobs ...bulk.Job) (summaries []bulk.Summary, err error) {
	var report *bulk.Report
	if o.ReportFile != "" {
		if report, err = bulk.OpenReport(o.ReportFile); err != nil {
			return nil, err
		}
		defer func() {
			if failed := report.Close(); failed != nil && err == nil {
				err = fmt.Errorf("the report could not be written: %w", failed)
			}
		}()
	}
	for _, job := range jobs {
		job.Report = report
		var summary bulk.Summary
		summary, err = job.Run(ctx)
		summaries = append(summaries, summary)
		if err != nil {
			break
		}
	}
	return summaries, err
}

// Outcome is the outcome of a run.
type Outcome struct {
	Summary bulk.Summary
	// Warnings lists what the user should know about a successful run.
	Warnings []string
	// Err is the reason why the run ended early, or wraps ErrMissed.
	Err error
}

// ErrMissed is wrapped by the error of a run that completed but failed for some
// objects.
var ErrMissed = errors.New("objects are not as they were to be")

// Words are an action's messages about its outcome.
type Words struct {
	Unable string // summary of the error of a run that ended early
	Missed string // summary of the error about objects that failed
	Left   string // summary of the warnings
	Rest   string // sentences about the objects that did not fail
}

// Diagnostics reports the outcome of a run on a bucket.
func (w Words) Diagnostics(bucket string, dryRun bool, out Outcome) diag.Diagnostics {
	var diags diag.Diagnostics
	if len(out.Warnings) > 0 {
		diags.AddWarning(w.Left, fmt.Sprintf("In the bucket %s:\n\n%s", bucket, strings.Join(out.Warnings, "\n\n")))
	}
	if text := out.Summary.Boundary.String(); text != "" {
		diags.AddWarning("Prefix Without a Slash", text)
	}
	switch {
	case out.Err == nil:
	case errors.Is(out.Err, ErrMissed):
		rest := w.Rest
		if dryRun {
			rest = "Nothing was written."
		}
		diags.AddError(w.Missed, fmt.Sprintf("In the bucket %s, %v\n\n%s", bucket, out.Err, rest))
	case errors.Is(out.Err, context.Canceled):
		reasons := ""
		if out.Summary.Counts[bulk.Failed] > 0 {
			reasons = out.Summary.Reasons(bulk.Advice)
		}
		diags.AddError(w.Unable, fmt.Sprintf("The run on the bucket %s was interrupted: %s. Nothing is lost: run it again, and it goes on where it stopped.%s", bucket, out.Summary.Progress(), reasons))
	default:
		sentence := fmt.Sprintf("The run on the bucket %s ended early.", bucket)
		if out.Summary.Looked() > 0 {
			sentence = fmt.Sprintf("The run on the bucket %s ended early: %s.", bucket, out.Summary.Progress())
		}
		if errors.Is(out.Err, bulk.ErrHopeless) || out.Summary.Counts[bulk.Failed] > 0 {
			sentence += out.Summary.Reasons(bulk.Advice)
		}
		diags.Append(tfdiag.Error(w.Unable, sentence, out.Err))
	}
	return diags
}
