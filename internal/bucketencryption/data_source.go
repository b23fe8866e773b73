package bucketencryption

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

var (
	_ datasource.DataSource                   = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// DataSource is the data source cos_bucket_encryption.
type DataSource struct{ data *providerdata.Data }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_bucket_encryption"
}

func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the default encryption of a bucket on COS.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Bucket, as `name-appid`, such as `examplebucket-1250000000`.",
			},
			"region": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Region of the bucket. Default: the provider's region.",
			},
			"server_side_encryption": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`AES256`, `SM4` or `cos/kms`. Null if the bucket has no default encryption.",
			},
			"sse_kms_key_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the KMS key. Null with another mode, or if COS uses its default key and does not return its ID.",
			},
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
	resp.Diagnostics.Append(config.validateAddress()...)
}

func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !d.data.Ready(unableToRead, &resp.Diagnostics) {
		return
	}
	if m.Region.IsNull() {
		region, diags := defaultRegion(nil, m.Bucket, d.data)
		resp.Diagnostics.Append(diags...)
		m.Region = region
	}
	if resp.Diagnostics.HasError() {
		return
	}
	e, err := d.data.Client.BucketEncryption(ctx, m.Region.ValueString(), m.Bucket.ValueString())
	switch {
	case errors.Is(err, cosclient.ErrNoBucketEncryption):
		m.ServerSideEncryption, m.SSEKMSKeyID = types.StringNull(), types.StringNull()
	case err != nil:
		resp.Diagnostics.Append(refused(ctx, d.data, m, unableToRead, fmt.Sprintf("The default encryption of the bucket %s could not be read.", m.Bucket.ValueString()), err))
		return
	default:
		m.record(e)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}
