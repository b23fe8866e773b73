package abortuploads

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

var (
	_ action.Action                   = (*Action)(nil)
	_ action.ActionWithConfigure      = (*Action)(nil)
	_ action.ActionWithValidateConfig = (*Action)(nil)
)

const unableToAbort = "Unable to Abort Multipart Uploads"

// leastAge is the minimum of older_than. Younger uploads are likely to be in
// progress, including this provider's own.
const leastAge = time.Hour

// Action is the action cos_abort_multipart_uploads.
type Action struct{ data *providerdata.Data }

// NewAction returns an unconfigured action.
func NewAction() action.Action { return &Action{} }

// model is the action, in schema order.
type model struct {
	Bucket    types.String `tfsdk:"bucket"`
	Region    types.String `tfsdk:"region"`
	Prefix    types.String `tfsdk:"prefix"`
	OlderThan types.String `tfsdk:"older_than"`
	DryRun    types.Bool   `tfsdk:"dry_run"`
}

func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_abort_multipart_uploads"
}

func (a *Action) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Aborts multipart uploads that were begun some time ago and never completed. Their parts cost storage, and no listing of objects shows them.",
		Attributes: map[string]schema.Attribute{
			"bucket":     schema.StringAttribute{Required: true, MarkdownDescription: "Bucket, as `name-appid`, such as `examplebucket-1250000000`."},
			"region":     schema.StringAttribute{Optional: true, MarkdownDescription: "Region of the bucket. Default: the provider's region."},
			"prefix":     schema.StringAttribute{Optional: true, MarkdownDescription: "Beginning of the keys, verbatim: `logs` covers `logs-old/` as well, `logs/` does not. Default: all keys."},
			"older_than": schema.StringAttribute{Required: true, MarkdownDescription: "How long ago an upload was begun at least, as in `36h` or `7d`, by the clock of COS; at least `1h`. An upload that is still under way is lost if it is aborted: allow for the longest one."},
			"dry_run":    schema.BoolAttribute{Optional: true, MarkdownDescription: "Counts the uploads and aborts none. Default: `false`."},
		},
	}
}

func (a *Action) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

func (a *Action) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(config.validate()...)
	}
}

func (a *Action) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !a.data.Ready(unableToAbort, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	region, diags := arguments.Region(config.Region, a.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	age, _ := parseAge(config.OlderThan.ValueString()) // validated
	q := request{region: region.ValueString(), bucket: config.Bucket.ValueString(), prefix: config.Prefix.ValueString(), olderThan: age, dryRun: config.DryRun.ValueBool()}
	tell := func(line string) { resp.SendProgress(action.InvokeProgressEvent{Message: line}) }
	a.data.Listing.ForgetBucket(q.region, q.bucket) // each abort counts as a write
	out, err := q.run(ctx, a.data.Client, time.Now, tell)
	if q.dryRun {
		tell(fmt.Sprintf("Dry run: nothing was aborted. It would be: %s.", out))
	} else {
		tell(fmt.Sprintf("Ended: %s.", out))
	}
	resp.Diagnostics.Append(q.diagnostics(out, err)...)
}

// diagnostics reports the uploads that remain but should not.
func (q request) diagnostics(out outcome, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	if out.undated > 0 {
		diags.AddWarning("Uploads Left as They Are", fmt.Sprintf("COS gave no time that can be read for %s of the bucket %s: they may be under way, and were not aborted.", uploads(out.undated), q.bucket))
	}
	if out.failed > 0 {
		keys := make([]string, len(out.keys))
		for i, key := range out.keys {
			keys[i] = strconv.Quote(key)
		}
		diags.Append(tfdiag.Error(unableToAbort, fmt.Sprintf("%s of the bucket %s could not be aborted, and their parts go on costing storage. The first keys: %s.", uploads(out.failed), q.bucket, strings.Join(keys, ", ")), out.err))
	}
	switch {
	case errors.Is(err, context.Canceled):
		diags.AddError(unableToAbort, fmt.Sprintf("The run on the bucket %s was interrupted: %s. Run it again to abort the rest.", q.bucket, out))
	case err != nil:
		diags.Append(tfdiag.Error(unableToAbort, fmt.Sprintf("The run on the bucket %s ended early: %s.", q.bucket, out), err))
	}
	return diags
}

func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	invalid := arguments.Into(&diags)
	arguments.Address{Bucket: m.Bucket, Key: types.StringNull(), Region: m.Region}.Validate(invalid)
	if arguments.Known(m.OlderThan) {
		switch age, err := parseAge(m.OlderThan.ValueString()); {
		case err != nil:
			invalid("older_than", "Invalid Duration", "%q is not a duration such as 36h or 7d.", m.OlderThan.ValueString())
		case age < leastAge:
			invalid("older_than", "Uploads That May Be Under Way", "%s is too short: an upload that was begun less than one hour ago may well be under way, and would be lost.", m.OlderThan.ValueString())
		}
	}
	return diags
}

// mostDays keeps a number of days within the range of time.Duration.
const mostDays = 36500

// parseAge parses a Go duration or a whole number of days.
func parseAge(text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > mostDays {
			return 0, errors.New("it is not a number of days")
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	return time.ParseDuration(text)
}
