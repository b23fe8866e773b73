package directory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// model is the resource, in schema order.
type model struct {
	Bucket types.String `tfsdk:"bucket"`
	Prefix types.String `tfsdk:"prefix"`
	Region types.String `tfsdk:"region"`

	Source     types.String `tfsdk:"source"`
	SourceHash types.String `tfsdk:"source_hash"`
	Include    types.List   `tfsdk:"include"`
	Exclude    types.List   `tfsdk:"exclude"`

	ServerSideEncryption types.String `tfsdk:"server_side_encryption"`
	SSEKMSKeyID          types.String `tfsdk:"sse_kms_key_id"`
	SSEContext           types.String `tfsdk:"sse_context"`
	SSECustomerKeyWO     types.String `tfsdk:"sse_customer_key_wo"` // never in a plan or state
	SSECustomerKeyName   types.String `tfsdk:"sse_customer_key_name"`
	SSECustomerKeyMD5    types.String `tfsdk:"sse_customer_key_md5"`

	StorageClass types.String `tfsdk:"storage_class"`
	Metadata     types.Map    `tfsdk:"metadata"`
	Rules        types.List   `tfsdk:"rules"`
	UploadLast   types.List   `tfsdk:"upload_last"`
	RetainUntil  types.String `tfsdk:"retain_until"`
	LegalHold    types.Bool   `tfsdk:"legal_hold"`

	Existing       types.String `tfsdk:"existing"`
	RemovedFiles   types.String `tfsdk:"removed_files"`
	DeletionPolicy types.String `tfsdk:"deletion_policy"`

	Timeouts timeouts.Value `tfsdk:"timeouts"`

	Files     types.Map    `tfsdk:"files"`
	Headers   types.Map    `tfsdk:"headers"`
	FileCount types.Int64  `tfsdk:"file_count"`
	TotalSize types.Int64  `tfsdk:"total_size"`
	Digest    types.String `tfsdk:"digest"`
}

// ruleModel is an element of rules.
type ruleModel struct {
	Match              types.String `tfsdk:"match"`
	ContentType        types.String `tfsdk:"content_type"`
	CacheControl       types.String `tfsdk:"cache_control"`
	ContentDisposition types.String `tfsdk:"content_disposition"`
	ContentEncoding    types.String `tfsdk:"content_encoding"`
	ContentLanguage    types.String `tfsdk:"content_language"`
}

func (r ruleModel) values() [headerCount]types.String {
	return [headerCount]types.String{r.ContentType, r.CacheControl, r.ContentDisposition, r.ContentEncoding, r.ContentLanguage}
}

// at returns the location of a key.
func (m model) at(key string) cosclient.Location {
	return cosclient.Location{Region: m.Region.ValueString(), Bucket: m.Bucket.ValueString(), Key: key}
}

// home returns the place of the files.
func (m model) home() place {
	return place{Region: m.Region.ValueString(), Bucket: m.Bucket.ValueString(), Prefix: m.Prefix.ValueString()}
}

func (m model) encryption() encryption.Declared {
	return encryption.Declared{
		ServerSideEncryption: m.ServerSideEncryption, SSEKMSKeyID: m.SSEKMSKeyID, SSEContext: m.SSEContext,
		SSECustomerKey: types.StringNull(), SSECustomerKeyWO: m.SSECustomerKeyWO, SSECustomerKeyName: m.SSECustomerKeyName,
	}
}

func (m *model) setEncryption(d encryption.Declared) {
	m.ServerSideEncryption, m.SSEKMSKeyID, m.SSEContext = d.ServerSideEncryption, d.SSEKMSKeyID, d.SSEContext
	m.SSECustomerKeyWO, m.SSECustomerKeyName = d.SSECustomerKeyWO, d.SSECustomerKeyName
}

// protection returns the encryption of all files according to the state.
func (m model) protection() protection {
	if md5 := m.SSECustomerKeyMD5.ValueString(); md5 != "" {
		return protection{Mode: sse.ModeCustomer, KeyMD5: md5}
	}
	s := sse.Settings{KMSKeyID: m.SSEKMSKeyID.ValueString()}
	s.Mode, _ = sse.ParseMode(m.ServerSideEncryption.ValueString()) // validated
	if !m.SSEContext.IsNull() {
		s.Context, _ = sse.ParseContext(m.SSEContext.ValueString()) // validated
	}
	return protectionOf(s)
}

// layout holds the parsed configuration of files.
type layout struct {
	include, exclude, last []tree.Pattern
	rules                  rules
	metadata               map[string]string
}

// layout parses the patterns and rules. It ignores unknown values.
func (m model) layout(ctx context.Context) (layout, diag.Diagnostics) {
	var l layout
	var diags diag.Diagnostics
	l.include = patterns(m.Include, path.Root("include"), &diags)
	l.exclude = patterns(m.Exclude, path.Root("exclude"), &diags)
	l.last = patterns(m.UploadLast, path.Root("upload_last"), &diags)
	if len(m.Metadata.Elements()) > 0 {
		l.metadata = arguments.Strings(m.Metadata)
	}
	var rs []ruleModel
	if !m.Rules.IsUnknown() && !m.Rules.IsNull() {
		diags.Append(m.Rules.ElementsAs(ctx, &rs, false)...)
	}
	for i, rm := range rs {
		if rm.Match.IsUnknown() {
			continue
		}
		at := path.Root("rules").AtListIndex(i)
		p, err := tree.ParsePattern(rm.Match.ValueString())
		if err != nil {
			badPattern(&diags, at.AtName("match"), err)
			continue
		}
		r := rule{match: p}
		for h, value := range rm.values() {
			if arguments.Known(value) {
				r.set[h] = value.ValueStringPointer()
			}
		}
		l.rules = append(l.rules, r)
	}
	return l, diags
}

func patterns(list types.List, at path.Path, diags *diag.Diagnostics) []tree.Pattern {
	var all []tree.Pattern
	for i, element := range list.Elements() {
		text, ok := element.(types.String)
		if !ok || text.IsUnknown() {
			continue
		}
		p, err := tree.ParsePattern(text.ValueString())
		if err != nil {
			badPattern(diags, at.AtListIndex(i), err)
			continue
		}
		all = append(all, p)
	}
	return all
}

func badPattern(diags *diag.Diagnostics, at path.Path, err error) {
	diags.AddAttributeError(at, "Invalid Pattern", arguments.Sentence(err.Error())+".")
}

// known reports whether all arguments are known that determine the files and
// their headers.
func (m model) known(ctx context.Context) bool {
	for _, v := range []attr.Value{m.Bucket, m.Prefix, m.Region, m.Source, m.Include, m.Exclude, m.StorageClass, m.Metadata, m.Rules, m.UploadLast, m.RetainUntil, m.LegalHold, m.RemovedFiles} {
		value, err := v.ToTerraformValue(ctx)
		if err != nil || !value.IsFullyKnown() {
			return false
		}
	}
	return true
}

// sameArguments reports whether two configurations are equal, ignoring optional
// arguments that are null.
func (m model) sameArguments(was model) bool {
	left := func(a, b types.String) bool { return a.IsNull() || a.Equal(b) }
	return m.Bucket.Equal(was.Bucket) && m.Prefix.Equal(was.Prefix) && left(m.Region, was.Region) &&
		m.Source.Equal(was.Source) && m.SourceHash.Equal(was.SourceHash) && m.Include.Equal(was.Include) && m.Exclude.Equal(was.Exclude) &&
		m.StorageClass.Equal(was.StorageClass) && m.Metadata.Equal(was.Metadata) && m.Rules.Equal(was.Rules) && m.UploadLast.Equal(was.UploadLast) &&
		m.RetainUntil.Equal(was.RetainUntil) && m.LegalHold.Equal(was.LegalHold) &&
		m.Existing.Equal(was.Existing) && m.RemovedFiles.Equal(was.RemovedFiles) && m.DeletionPolicy.Equal(was.DeletionPolicy) && m.Timeouts.Equal(was.Timeouts)
}

// show sets the attributes that describe the files.
func (m *model) show(o outline) {
	m.Files, m.Headers = arguments.Map(o.files), arguments.Map(o.headers)
	m.FileCount, m.TotalSize = types.Int64Value(int64(len(o.files))), types.Int64Value(o.total)
	m.Digest = types.StringValue(o.digest)
}

// hide makes the attributes unknown that depend on the files.
func (m *model) hide() {
	m.Files, m.Headers = types.MapUnknown(types.StringType), types.MapUnknown(types.StringType)
	m.FileCount, m.TotalSize, m.Digest = types.Int64Unknown(), types.Int64Unknown(), types.StringUnknown()
}
