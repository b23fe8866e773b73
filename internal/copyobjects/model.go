package copyobjects

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
)

// model is the action, in schema order.
type model struct {
	SourceBucket types.String `tfsdk:"source_bucket"`
	SourceRegion types.String `tfsdk:"source_region"`
	SourcePrefix types.String `tfsdk:"source_prefix"`
	Match        types.String `tfsdk:"match"`

	Bucket types.String `tfsdk:"bucket"`
	Region types.String `tfsdk:"region"`
	Prefix types.String `tfsdk:"prefix"`

	ServerSideEncryption types.String `tfsdk:"server_side_encryption"`
	SSEKMSKeyID          types.String `tfsdk:"sse_kms_key_id"`
	SSEContext           types.String `tfsdk:"sse_context"`
	SSECustomerKeyName   types.String `tfsdk:"sse_customer_key_name"`

	StorageClass types.String `tfsdk:"storage_class"`
	Overwrite    types.Bool   `tfsdk:"overwrite"`
	DryRun       types.Bool   `tfsdk:"dry_run"`
	ReportFile   types.String `tfsdk:"report_file"`
	Parallelism  types.Number `tfsdk:"parallelism"`
}

func (a *Action) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	text, flag := bulkaction.Text, bulkaction.Flag
	resp.Schema = schema.Schema{
		MarkdownDescription: "Copies all objects below a prefix to another prefix, bucket or region, under one encryption, by copies that COS makes itself. What is right at the target is skipped, so that running it again goes on where it stopped.",
		Attributes: map[string]schema.Attribute{
			"source_bucket":          schema.StringAttribute{Required: true, MarkdownDescription: "Bucket to copy from, as `name-appid`, such as `examplebucket-1250000000`."},
			"source_region":          text("Region of the bucket to copy from. Default: the provider's region."),
			"source_prefix":          text("Beginning of the keys to copy, verbatim: `logs` covers `logs-old/` as well, `logs/` does not. Default: all keys."),
			"match":                  text("Pattern for the whole key at the source: `*` is anything but a slash, `**` anything with slashes, `?` one character, `{a,b}` one of several. Other objects are not copied."),
			"bucket":                 schema.StringAttribute{Required: true, MarkdownDescription: "Bucket to copy to, as `name-appid`. It may be the same one, if neither of the prefixes begins with the other."},
			"region":                 text("Region of the bucket to copy to. Default: the provider's region."),
			"prefix":                 text("What takes the place of `source_prefix` in the keys of the copies, verbatim. Default: nothing."),
			"server_side_encryption": text("Encryption of the copies: `AES256` (SSE-COS), `SM4` (SSE-COS, if the account has it) or `cos/kms` (SSE-KMS). Default: the provider's `default_encryption`."),
			"sse_kms_key_id":         text("ID of the KMS key, in the region of the target; only with `cos/kms`. If it is not set, COS's default key is used, and a copy under any KMS key is right."),
			"sse_context":            text("Encryption context of SSE-KMS: the base64 of a JSON object of strings. COS never returns it: a copy that is right but for its context is skipped."),
			"sse_customer_key_name":  text("The copies are encrypted with the customer key (SSE-C) of this name in the provider's `sse_customer_keys`. The keys that the objects have at the source must be in it as well, under any names."),
			"storage_class":          text("Storage class of the copies, such as `STANDARD_IA`. Default: the class of each object."),
			"overwrite":              flag("Replaces objects that are at the target and are not right. Otherwise they fail as `exists`, and stay as they are."),
			"dry_run":                flag("Looks at every object and its copy, and writes nothing: tells objects, bytes, requests and KMS calls for each encryption and storage class of the source, and what else the target bucket does with new objects."),
			"report_file":            text("Path of a file to which a line of JSON is added for each object as soon as it is done: key, key of the copy, result, reason, and encryption, ETag and version of the object and of its copy. The folder must exist. It holds no secret."),
			"parallelism":            schema.NumberAttribute{Optional: true, MarkdownDescription: "How many objects are worked on at a time, from 1 to 256. Default: 32. If COS asks to slow down, fewer are."},
		},
	}
}

// objects returns the arguments that select the source objects.
func (m model) objects() bulkaction.Objects {
	return bulkaction.Objects{Bucket: m.SourceBucket, Region: m.SourceRegion, Prefix: m.SourcePrefix, Match: m.Match, ReportFile: m.ReportFile, Parallelism: m.Parallelism}
}

func (m model) source() Place {
	return Place{m.SourceRegion.ValueString(), m.SourceBucket.ValueString(), m.SourcePrefix.ValueString()}
}

func (m model) declared() encryption.Declared {
	return encryption.Declared{
		ServerSideEncryption: m.ServerSideEncryption, SSEKMSKeyID: m.SSEKMSKeyID, SSEContext: m.SSEContext,
		SSECustomerKey: types.StringNull(), SSECustomerKeyWO: types.StringNull(), SSECustomerKeyName: m.SSECustomerKeyName,
	}
}

// validate checks everything that does not depend on the provider's
// configuration.
func (m model) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	invalid := arguments.Into(&diags)
	m.objects().Validate(func(name, summary, format string, args ...any) {
		if name == "bucket" || name == "region" {
			name = "source_" + name
		}
		invalid(name, summary, format, args...)
	})
	arguments.Address{Bucket: m.Bucket, Key: types.StringNull(), Region: m.Region}.Validate(invalid)
	m.declared().Validate(invalid)
	m.declared().ValidateExclusive(invalid)
	if arguments.Known(m.StorageClass) {
		arguments.StorageClass(invalid, "storage_class", m.StorageClass.ValueString())
	}
	diags.Append(m.overlap(types.StringNull(), nil)...)
	return diags
}

// overlap reports copies onto their own source if all arguments are known. region
// is the provider's region, or null if it is unknown: two regions that are not
// set are equal. Without a client, buckets in different regions are different.
func (m model) overlap(region types.String, client *cosclient.Client) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, v := range []types.String{m.SourceBucket, m.Bucket, m.SourceRegion, m.Region, m.SourcePrefix, m.Prefix} {
		if v.IsUnknown() {
			return diags
		}
	}
	from, to := arguments.FirstOf(m.SourceRegion, region), arguments.FirstOf(m.Region, region)
	if from.IsNull() != to.IsNull() {
		return diags
	}
	source, target := m.source(), Place{to.ValueString(), m.Bucket.ValueString(), m.Prefix.ValueString()}
	source.Region = from.ValueString()
	if client != nil && client.SameBucket(source.Region, source.Bucket, target.Region, target.Bucket) {
		target.Region, target.Bucket = source.Region, source.Bucket
	}
	if wrong := Overlap(source, target); wrong != "" {
		diags.AddAttributeError(path.Root("prefix"), "Overlapping Source and Target", wrong)
	}
	return diags
}

// warnJoined warns if the names in a folder would be joined to a prefix that does
// not end in a slash. The other way around, a source without a slash, may be meant:
// what it covers is told when the action runs.
func (m model) warnJoined() diag.Diagnostics {
	var diags diag.Diagnostics
	source, prefix := m.SourcePrefix.ValueString(), m.Prefix.ValueString()
	if m.SourcePrefix.IsUnknown() || prefix == "" || strings.HasSuffix(prefix, "/") || source != "" && !strings.HasSuffix(source, "/") {
		return diags
	}
	diags.AddAttributeWarning(path.Root("prefix"), "Prefix Without a Slash",
		fmt.Sprintf("The prefix is taken verbatim: the copy of %q would be %q. If the copies are to be in a folder, write %q.", source+"index.html", prefix+"index.html", prefix+"/"))
	return diags
}
