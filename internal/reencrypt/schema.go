package reencrypt

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
)

// model is the configuration of the action, in schema order.
type model struct {
	Bucket     types.String `tfsdk:"bucket"`
	Region     types.String `tfsdk:"region"`
	Prefix     types.String `tfsdk:"prefix"`
	Match      types.String `tfsdk:"match"`
	Encryption types.List   `tfsdk:"encryption"`

	ServerSideEncryption types.String `tfsdk:"server_side_encryption"`
	SSEKMSKeyID          types.String `tfsdk:"sse_kms_key_id"`
	SSEContext           types.String `tfsdk:"sse_context"`
	SSECustomerKeyName   types.String `tfsdk:"sse_customer_key_name"`

	ModifiedBefore   types.String `tfsdk:"modified_before"`
	IncludePublic    types.Bool   `tfsdk:"include_public"`
	DryRun           types.Bool   `tfsdk:"dry_run"`
	CountOldVersions types.Bool   `tfsdk:"count_old_versions"`
	ReportFile       types.String `tfsdk:"report_file"`
	Parallelism      types.Number `tfsdk:"parallelism"`
}

func (a *Action) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	text, flag := bulkaction.Text, bulkaction.Flag
	resp.Schema = schema.Schema{
		MarkdownDescription: "Brings all objects below a prefix to one encryption, by copies that COS makes itself. What is right is skipped, so that running it again goes on where it stopped.",
		Attributes: map[string]schema.Attribute{
			"bucket":                 schema.StringAttribute{Required: true, MarkdownDescription: bulkaction.BucketText},
			"region":                 text(bulkaction.RegionText),
			"prefix":                 text(bulkaction.PrefixText),
			"match":                  text(bulkaction.MatchText),
			"encryption":             schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: "Only objects with one of these encryptions: `none`, `AES256`, `SM4`, `cos/kms`, `customer` (under a customer key of the provider's keyring), `customer_unknown` (under one that is not in it; they fail, and are counted). Default: all that do not have the wanted encryption."},
			"server_side_encryption": text("The wanted encryption: `AES256` (SSE-COS), `SM4` (SSE-COS, if the account has it) or `cos/kms` (SSE-KMS). Default: the provider's `default_encryption`."),
			"sse_kms_key_id":         text("ID of the KMS key; only with `cos/kms`. If it is not set, any KMS key is right, and COS's default key is used for what is not under one."),
			"sse_context":            text("Encryption context of SSE-KMS: the base64 of a JSON object of strings. COS never returns it, so that nobody can tell whether an object has it: it needs `modified_before`."),
			"sse_customer_key_name":  text("The wanted encryption is SSE-C, with the key of this name in the provider's `sse_customer_keys`. The keys that objects have now must be in it as well, under any names."),
			"modified_before":        text("A time in the past, in RFC 3339, such as `2026-11-01T00:00:00Z`. Objects written at or after it are left alone; objects written before it are written again even if they have the wanted encryption. It renews objects under the same key, for example after KMS has rotated it, and a run that stopped can be repeated with the same time."),
			"include_public":         flag("With `cos/kms` or a customer key COS serves an object only to signed requests. Objects that everybody may read, by their own ACL or that of the bucket, are therefore left alone and counted, unless this is `true`."),
			"dry_run":                flag("Looks at every object and writes nothing: tells objects, bytes, requests, KMS calls and early deletions for each encryption and storage class, and what else the bucket does with new versions."),
			"count_old_versions":     flag("Counts the versions that are not the current ones, which the action leaves as they are, with one request for each 1,000 versions."),
			"report_file":            text("Path of a file to which a line of JSON is added for each object as soon as it is done: key, result, reason, and encryption, ETag and version before and after. The folder must exist. It holds no secret."),
			"parallelism":            schema.NumberAttribute{Optional: true, MarkdownDescription: "How many objects are worked on at a time, from 1 to 256. Default: 32. If COS asks to slow down, fewer are."},
		},
	}
}
