package audit

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
	"github.com/cos-terraform/terraform-provider-cos/internal/wholenumber"
)

var (
	_ datasource.DataSource                   = (*VersionsDataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*VersionsDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*VersionsDataSource)(nil)
)

const unableToAuditVersions = "Unable to Audit Object Versions"

// VersionsDataSource is the data source cos_encrypted_object_versions.
type VersionsDataSource struct{ data *providerdata.Data }

// NewVersionsDataSource returns an unconfigured data source.
func NewVersionsDataSource() datasource.DataSource { return &VersionsDataSource{} }

// versionsModel is the data source, in schema order.
type versionsModel struct {
	Bucket             types.String `tfsdk:"bucket"`
	Region             types.String `tfsdk:"region"`
	Key                types.String `tfsdk:"key"`
	Prefix             types.String `tfsdk:"prefix"`
	Match              types.String `tfsdk:"match"`
	Encryption         types.List   `tfsdk:"encryption"`
	NotEncryption      types.List   `tfsdk:"not_encryption"`
	SSEKMSKeyID        types.String `tfsdk:"sse_kms_key_id"`
	SSECustomerKeyName types.String `tfsdk:"sse_customer_key_name"`
	Limit              types.Number `tfsdk:"limit"`
	CountsOnly         types.Bool   `tfsdk:"counts_only"`

	Versions      types.List  `tfsdk:"versions"`
	Counts        types.Map   `tfsdk:"counts"`
	DeleteMarkers types.Int64 `tfsdk:"delete_markers"`
	Complete      types.Bool  `tfsdk:"complete"`
}

func (m versionsModel) selection() selection {
	return selection{Bucket: m.Bucket, Region: m.Region, Prefix: m.Prefix, Match: m.Match, Encryption: m.Encryption, NotEncryption: m.NotEncryption, SSEKMSKeyID: m.SSEKMSKeyID}
}

func (d *VersionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_encrypted_object_versions"
}

func (d *VersionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: description}
	}
	words := func(description string) schema.ListAttribute {
		return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The versions and delete markers of a key on COS, or of all keys under a prefix, and how each version is encrypted: what still lies under an old key after a rotation.",
		Attributes: map[string]schema.Attribute{
			"bucket":                schema.StringAttribute{Required: true, MarkdownDescription: descriptions["bucket"]},
			"region":                schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: descriptions["region"]},
			"key":                   text("The one key whose versions to look at, verbatim. Conflicts with `prefix` and `match`."),
			"prefix":                text(descriptions["prefix"]),
			"match":                 text(descriptions["match"]),
			"encryption":            words("Only versions with one of these encryptions: `none`, `AES256`, `SM4`, `cos/kms`, `customer` (under a customer key of the provider's keyring), `customer_unknown` (under one that is not in it). Delete markers have none, so that this and the other filters on encryption leave them out."),
			"not_encryption":        words("Only versions with none of these encryptions; the values are those of `encryption`."),
			"sse_kms_key_id":        text("Only versions under this KMS key."),
			"sse_customer_key_name": text("Only versions under the customer key with this name in the provider's `sse_customer_keys`."),
			"limit":                 schema.NumberAttribute{Optional: true, MarkdownDescription: "Maximum number of versions and delete markers to find, from 1 to 1000000; the audit then ends, and `complete` is false if there are more. Default: no limit."},
			"counts_only":           schema.BoolAttribute{Optional: true, MarkdownDescription: "Return only the counts; `versions` is null. Recommended for many versions, since each element of `versions` is stored in the state. Default: `false`."},
			"versions": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The versions and delete markers that match the filters, ordered by key, and the newest of a key first.",
				NestedObject:        schema.NestedAttributeObject{Attributes: versionAttributes()},
			},
			"counts":         schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "Number of versions by encryption, including zeros. All versions that were checked are counted: the filters on encryption do not apply."},
			"delete_markers": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of delete markers."},
			"complete":       schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether all versions were checked: false if `limit` ended the audit early."},
		},
	}
}

// versionAttributes returns the attributes of a version among the results.
func versionAttributes() map[string]schema.Attribute {
	all := objectAttributes()
	all["version_id"] = schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the version. `null` as text is the version that was written while the bucket had no versioning."}
	all["is_latest"] = schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it is the current version of its key."}
	all["delete_marker"] = schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether it is a delete marker, which has no encryption, length, ETag or storage class."}
	return all
}

var versionType = types.ObjectType{AttrTypes: func() map[string]attr.Type {
	all := maps.Clone(objectType.AttrTypes)
	all["version_id"], all["is_latest"], all["delete_marker"] = types.StringType, types.BoolType, types.BoolType
	return all
}()}

func versionOf(f Finding) attr.Value {
	values := objectValues(f)
	id := f.VersionID
	if id == "" { // COS lists no ID in a bucket that never had versioning
		id = inspect.NullVersion
	}
	values["version_id"], values["is_latest"], values["delete_marker"] = types.StringValue(id), types.BoolValue(f.Latest), types.BoolValue(f.DeleteMarker)
	if f.DeleteMarker {
		values["encryption"], values["content_length"] = types.StringNull(), types.Int64Null()
		values["last_modified"] = arguments.Optional(inspect.TimeText(f.Entry.LastModified))
	}
	return types.ObjectValueMust(versionType.AttrTypes, values)
}

func (d *VersionsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

func (d *VersionsDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config versionsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(config.validate()...)
	}
}

func (m versionsModel) validate() diag.Diagnostics {
	diags := m.selection().validate()
	invalid := arguments.Into(&diags)
	if !m.Key.IsNull() {
		arguments.Address{Bucket: types.StringNull(), Key: m.Key, Region: types.StringNull()}.Validate(invalid)
		for name, other := range map[string]types.String{"prefix": m.Prefix, "match": m.Match} {
			if !other.IsNull() {
				invalid(name, "Key and Other Keys", "key names one key, and %s selects many. Omit one of them.", name)
			}
		}
	}
	if arguments.Known(m.SSECustomerKeyName) && m.SSECustomerKeyName.ValueString() == "" {
		invalid("sse_customer_key_name", "Invalid Customer Key Name", "sse_customer_key_name is empty. Omit it instead.")
	}
	if wrong := limits.Check("limit", "a number of versions", m.Limit); wrong != "" {
		diags.AddAttributeError(path.Root("limit"), "Invalid Limit", wrong+".")
	}
	return diags
}

func (d *VersionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m versionsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !d.data.Ready(unableToAuditVersions, &resp.Diagnostics) {
		return
	}
	region, diags := arguments.Region(m.Region, d.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Region = region
	filter, diags := m.filter(d.data.Keyring)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := m.audit(ctx, d.data.Inspector(), filter); err != nil {
		resp.Diagnostics.Append(tfdiag.Error(unableToAuditVersions, fmt.Sprintf("The audit of the versions of the bucket %s could not be completed, so no result is returned.", m.Bucket.ValueString()), err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// filter converts the filters. A customer key is matched by its MD5, because the
// keyring may contain it under several names.
func (m versionsModel) filter(keyring *sse.Keyring) (Filter, diag.Diagnostics) {
	filter := m.selection().filter()
	var diags diag.Diagnostics
	if name := m.SSECustomerKeyName; !name.IsNull() {
		at := path.Root("sse_customer_key_name")
		switch key, found := keyring.ByName(name.ValueString()); {
		case !key.IsZero():
			filter.CustomerKeyMD5 = key.MD5()
		case found || keyring.Unknown():
			diags.AddAttributeError(at, "Customer Key Not Known Yet", "The provider's sse_customer_keys are not all known yet: apply what they depend on first.")
		default:
			diags.AddAttributeError(at, encryption.UnknownName, encryption.UnknownKeyName(name.ValueString(), keyring))
		}
	}
	return filter, diags
}

// audit walks the versions and sets the computed attributes.
func (m *versionsModel) audit(ctx context.Context, i inspect.Inspector, filter Filter) error {
	var versions []attr.Value
	found := newTally(filter, wholenumber.Of(m.Limit))
	if !m.CountsOnly.ValueBool() {
		found.keep = func(f Finding) { versions = append(versions, versionOf(f)) }
	}
	q := m.selection().query(m.Region.ValueString())
	q.Heads, q.Versions, q.Key = true, true, m.Key.ValueString()
	if err := Walk(ctx, i, q, found.visit); err != nil {
		return err
	}
	m.Versions = types.ListNull(versionType)
	if !m.CountsOnly.ValueBool() {
		m.Versions = types.ListValueMust(versionType, versions)
	}
	m.Counts = found.numbers()
	m.DeleteMarkers = types.Int64Value(found.deleteMarkers)
	m.Complete = types.BoolValue(found.complete)
	return nil
}
