package restore

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/wholenumber"
)

var (
	_ action.Action                   = (*Action)(nil)
	_ action.ActionWithConfigure      = (*Action)(nil)
	_ action.ActionWithValidateConfig = (*Action)(nil)
)

const unableToRestore = "Unable to Restore Objects"

// Limits of the arguments. Source of the days: COS API documentation, "POST
// Object restore", and COSCLI.
var (
	days           = wholenumber.Range{Least: 1, Most: 365}
	tiers          = []string{Expedited, Standard, Bulk}
	defaultTimeout = 48 * time.Hour
	leastTimeout   = time.Minute
)

// Action is the action cos_restore_objects.
type Action struct{ data *providerdata.Data }

// NewAction returns an unconfigured action.
func NewAction() action.Action { return &Action{} }

// model is the action, in schema order.
type model struct {
	Bucket types.String `tfsdk:"bucket"`
	Region types.String `tfsdk:"region"`
	Prefix types.String `tfsdk:"prefix"`
	Match  types.String `tfsdk:"match"`

	Days    types.Number `tfsdk:"days"`
	Tier    types.String `tfsdk:"tier"`
	Wait    types.Bool   `tfsdk:"wait"`
	Timeout types.String `tfsdk:"timeout"`

	DryRun      types.Bool   `tfsdk:"dry_run"`
	ReportFile  types.String `tfsdk:"report_file"`
	Parallelism types.Number `tfsdk:"parallelism"`
}

func (m model) objects() bulkaction.Objects {
	return bulkaction.Objects{Bucket: m.Bucket, Region: m.Region, Prefix: m.Prefix, Match: m.Match, ReportFile: m.ReportFile, Parallelism: m.Parallelism}
}

func (a *Action) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_restore_objects"
}

func (a *Action) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	text, flag := bulkaction.Text, bulkaction.Flag
	resp.Schema = schema.Schema{
		MarkdownDescription: "Restores all archived objects below a prefix for some days, so that they can be read, copied and encrypted anew. What is restored or being restored is skipped, so that running it again goes on where it stopped.",
		Attributes: map[string]schema.Attribute{
			"bucket":      schema.StringAttribute{Required: true, MarkdownDescription: bulkaction.BucketText},
			"region":      text(bulkaction.RegionText),
			"prefix":      text(bulkaction.PrefixText),
			"match":       text(bulkaction.MatchText),
			"days":        schema.NumberAttribute{Required: true, MarkdownDescription: "For how many days the restored objects can be read, from 1 to 365. COS bills the restored copy for that time."},
			"tier":        text("How fast, and at what price: `Expedited` (1 to 5 minutes; `ARCHIVE` only), `Standard` (3 to 5 hours; 12 to 24 hours for `DEEP_ARCHIVE`) or `Bulk` (5 to 12 hours; 24 to 48 hours for `DEEP_ARCHIVE`). Default: `Standard`."),
			"wait":        flag("Goes on until COS has restored all of the objects, and tells how many are. Interrupting the wait loses nothing: COS goes on, and the next run waits for the rest."),
			"timeout":     text("How long to wait at most, as in `6h` or `90m`; only with `wait`. If some objects are not restored by then the action ends in an error. Default: `48h`."),
			"dry_run":     flag("Looks at every archived object and restores none: tells objects, bytes and requests for each storage class."),
			"report_file": text("Path of a file to which a line of JSON is added for each object as soon as it is requested, and another one when a wait finds it restored: key, result, reason, storage class, encryption, and until when it is restored. The folder must exist. It holds no secret."),
			"parallelism": schema.NumberAttribute{Optional: true, MarkdownDescription: "How many objects are worked on at a time, from 1 to 256. Default: 8, since COS takes 100 requests to restore a second for each bucket. If COS asks to slow down, fewer are."},
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

func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	invalid := arguments.Into(&diags)
	m.objects().Validate(invalid)
	if wrong := days.Check("days", "a number of days", m.Days); wrong != "" {
		invalid("days", "Invalid Days", "%s.", wrong)
	}
	if arguments.Known(m.Tier) && !slices.Contains(tiers, m.Tier.ValueString()) {
		invalid("tier", "Invalid Tier", "%q is not a tier: use Expedited, Standard or Bulk.", m.Tier.ValueString())
	}
	if !m.Timeout.IsNull() && !m.Wait.IsUnknown() && !m.Wait.ValueBool() {
		invalid("timeout", "Timeout Without a Wait", "timeout is how long wait = true waits. Set wait, or leave timeout out.")
	}
	if arguments.Known(m.Timeout) {
		if wait, err := time.ParseDuration(m.Timeout.ValueString()); err != nil || wait < leastTimeout {
			invalid("timeout", "Invalid Duration", "%q is not a duration of at least one minute, such as 6h or 90m.", m.Timeout.ValueString())
		}
	}
	return diags
}

func (a *Action) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !a.data.Ready(unableToRestore, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(config.validate()...)
	region, diags := arguments.Region(config.Region, a.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	target := Target{
		Region: region.ValueString(), Bucket: config.Bucket.ValueString(),
		Days: int(wholenumber.Of(config.Days)), Tier: Standard, Wait: config.Wait.ValueBool(), Timeout: defaultTimeout, DryRun: config.DryRun.ValueBool(),
	}
	if !config.Tier.IsNull() {
		target.Tier = config.Tier.ValueString()
	}
	if !config.Timeout.IsNull() {
		target.Timeout, _ = time.ParseDuration(config.Timeout.ValueString()) // validated
	}
	out := target.Run(ctx, a.data.Inspector(), Options{Options: config.objects().Options(resp)})
	resp.Diagnostics.Append(words.Diagnostics(target.Bucket, target.DryRun, out)...)
}

// words are the action's messages about its outcome.
var words = bulkaction.Words{
	Unable: unableToRestore, Missed: "Objects Not Restored", Left: "Objects Left as They Are",
	Rest: "The others are restored, or COS is restoring them. Run the action again once the causes are gone: what is restored or being restored is skipped.",
}
