package audit

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
	"github.com/cos-terraform/terraform-provider-cos/internal/wholenumber"
)

var (
	_ datasource.DataSource                   = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

const unableToAudit = "Unable to Audit Encrypted Objects"

// limits is the valid range of limit.
var limits = wholenumber.Range{Least: 1, Most: 1_000_000}

// DataSource is the data source cos_encrypted_objects.
type DataSource struct{ data *providerdata.Data }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

// model is the data source, in schema order.
type model struct {
	Bucket        types.String `tfsdk:"bucket"`
	Region        types.String `tfsdk:"region"`
	Prefix        types.String `tfsdk:"prefix"`
	Match         types.String `tfsdk:"match"`
	Encryption    types.List   `tfsdk:"encryption"`
	NotEncryption types.List   `tfsdk:"not_encryption"`
	SSEKMSKeyID   types.String `tfsdk:"sse_kms_key_id"`
	Limit         types.Number `tfsdk:"limit"`
	CountsOnly    types.Bool   `tfsdk:"counts_only"`

	Objects  types.List `tfsdk:"objects"`
	Counts   types.Map  `tfsdk:"counts"`
	Complete types.Bool `tfsdk:"complete"`
}

func (m model) selection() selection {
	return selection{Bucket: m.Bucket, Region: m.Region, Prefix: m.Prefix, Match: m.Match, Encryption: m.Encryption, NotEncryption: m.NotEncryption, SSEKMSKeyID: m.SSEKMSKeyID}
}

func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_encrypted_objects"
}

func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	text := func(name string) schema.StringAttribute {
		return schema.StringAttribute{Optional: true, MarkdownDescription: descriptions[name]}
	}
	words := func(name string) schema.ListAttribute {
		return schema.ListAttribute{Optional: true, ElementType: types.StringType, MarkdownDescription: descriptions[name]}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An audit of a bucket on COS, or of a part of it: how each object is encrypted.",
		Attributes: map[string]schema.Attribute{
			"bucket":         schema.StringAttribute{Required: true, MarkdownDescription: descriptions["bucket"]},
			"region":         schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: descriptions["region"]},
			"prefix":         text("prefix"),
			"match":          text("match"),
			"encryption":     words("encryption"),
			"not_encryption": words("not_encryption"),
			"sse_kms_key_id": text("sse_kms_key_id"),
			"limit":          schema.NumberAttribute{Optional: true, MarkdownDescription: "Maximum number of objects to find, from 1 to 1000000; the audit then ends, and `complete` is false if there are more keys. Default: no limit."},
			"counts_only":    schema.BoolAttribute{Optional: true, MarkdownDescription: "Return only the counts; `objects` is null. Recommended for many objects, since each element of `objects` is stored in the state. Default: `false`."},
			"objects": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The objects that match the filters, ordered by key.",
				NestedObject:        schema.NestedAttributeObject{Attributes: objectAttributes()},
			},
			"counts":   schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "Number of objects by encryption, including zeros. All objects that were checked are counted: the filters `encryption`, `not_encryption` and `sse_kms_key_id` do not apply."},
			"complete": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether all keys were checked: false if `limit` ended the audit early."},
		},
	}
}

func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(config.selection().validate()...)
	if wrong := limits.Check("limit", "a number of objects", config.Limit); wrong != "" {
		resp.Diagnostics.AddAttributeError(path.Root("limit"), "Invalid Limit", wrong+".")
	}
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !d.data.Ready(unableToAudit, &resp.Diagnostics) {
		return
	}
	region, diags := arguments.Region(m.Region, d.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Region = region
	if err := m.audit(ctx, d.data.Inspector()); err != nil {
		resp.Diagnostics.Append(tfdiag.Error(unableToAudit, fmt.Sprintf("The audit of the bucket %s could not be completed, so no result is returned.", m.Bucket.ValueString()), err))
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// audit walks the objects and sets the computed attributes.
func (m *model) audit(ctx context.Context, i inspect.Inspector) error {
	var objects []attr.Value
	found := newTally(m.selection().filter(), wholenumber.Of(m.Limit))
	if !m.CountsOnly.ValueBool() {
		found.keep = func(f Finding) {
			objects = append(objects, types.ObjectValueMust(objectType.AttrTypes, objectValues(f)))
		}
	}
	q := m.selection().query(m.Region.ValueString())
	q.Heads = true
	if err := Walk(ctx, i, q, found.visit); err != nil {
		return err
	}
	m.Objects = types.ListNull(objectType)
	if !m.CountsOnly.ValueBool() {
		m.Objects = types.ListValueMust(objectType, objects)
	}
	m.Counts = found.numbers()
	m.Complete = types.BoolValue(found.complete)
	return nil
}
