// Package bulkaction contains what the actions on many objects share: the
// arguments that select them, the run of a job, and the report of its outcome. It
// belongs to layer 3.
package bulkaction

import (
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/wholenumber"
)

// Objects holds the arguments that select an action's objects.
type Objects struct {
	Bucket, Region, Prefix, Match, ReportFile types.String
	Parallelism                               types.Number
}

var parallelism = wholenumber.Range{Least: 1, Most: bulk.MaxParallelism}

// Validate checks the arguments that are known.
func (o Objects) Validate(invalid arguments.Report) {
	arguments.Address{Bucket: o.Bucket, Key: types.StringNull(), Region: o.Region}.Validate(invalid)
	if arguments.Known(o.Match) {
		if wrong := audit.CheckPattern(o.Match.ValueString()); wrong != "" {
			invalid("match", "Invalid Pattern", "%q cannot be matched: %s.", o.Match.ValueString(), wrong)
		}
	}
	if arguments.Known(o.ReportFile) && o.ReportFile.ValueString() == "" {
		invalid("report_file", "Invalid Path", "The path is empty: leave it out instead.")
	}
	if wrong := parallelism.Check("parallelism", "a number of objects", o.Parallelism); wrong != "" {
		invalid("parallelism", "Invalid Parallelism", "%s.", wrong)
	}
}

// Options converts validated arguments. The run reports its progress to the user.
func (o Objects) Options(resp *action.InvokeResponse) Options {
	return Options{
		Prefix: o.Prefix.ValueString(), Match: o.Match.ValueString(),
		Parallelism: int(wholenumber.Of(o.Parallelism)), ReportFile: o.ReportFile.ValueString(),
		Tell: func(line string) { resp.SendProgress(action.InvokeProgressEvent{Message: line}) },
	}
}

// Text returns an optional string argument.
func Text(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description}
}

// Flag returns an optional bool argument with the default false.
func Flag(description string) schema.BoolAttribute {
	return schema.BoolAttribute{Optional: true, MarkdownDescription: description + " Default: `false`."}
}

// Descriptions of the shared arguments.
const (
	BucketText = "Bucket, as `name-appid`, such as `examplebucket-1250000000`."
	RegionText = "Region of the bucket. Default: the provider's region."
	PrefixText = "Beginning of the keys, verbatim: `logs` covers `logs-old/` as well, `logs/` does not. Default: all keys."
	MatchText  = "Pattern for the whole key: `*` is anything but a slash, `**` anything with slashes, `?` one character, `{a,b}` one of several. Other objects are not touched."
)
