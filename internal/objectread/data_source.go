package objectread

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
	"github.com/cos-terraform/terraform-provider-cos/internal/wholenumber"
)

var (
	_ datasource.DataSource                   = (*DataSource)(nil)
	_ datasource.DataSourceWithConfigure      = (*DataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*DataSource)(nil)
)

// Values of body.
const (
	bodyText   = "text"
	bodyBase64 = "base64"
)

// DataSource is the data source cos_encrypted_object. It returns an object's
// metadata and, on request, its body.
type DataSource struct{ data *providerdata.Data }

// NewDataSource returns an unconfigured data source.
func NewDataSource() datasource.DataSource { return &DataSource{} }

func (d *DataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_encrypted_object"
}

func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

func (d *DataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	invalid := arguments.Into(&resp.Diagnostics)
	config.address().Validate(invalid)
	config.encryption().ValidateExclusive(invalid)
	config.encryption().Validate(invalid)
	if arguments.Known(config.ReadBody) && config.ReadBody.ValueString() != bodyText && config.ReadBody.ValueString() != bodyBase64 {
		invalid("read_body", "Invalid Body", "%q is not valid: use text or base64, or omit read_body to read no body.", config.ReadBody.ValueString())
	}
	if config.ReadACL.ValueBool() && arguments.Known(config.VersionID) {
		invalid("read_acl", "ACL of a Version", "COS returns the ACL of the latest version only. Omit version_id or read_acl.")
	}
	if wrong := (wholenumber.Range{Least: 1, Most: content.MaxInline}).Check("max_bytes", "a number of bytes", config.MaxBytes); wrong != "" {
		invalid("max_bytes", "Invalid Size Limit", "%s (8 MiB): the body is kept in the state.", wrong)
	}
}

// Read sends a HEAD, and further requests for the tags, ACL and body if they are
// wanted.
func (d *DataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m dataModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !d.data.Ready(unableToRead, &resp.Diagnostics) {
		return
	}
	region, diags := arguments.Region(m.Region, d.data)
	resp.Diagnostics.Append(diags...)
	key, diags := encryption.ReadKey(m.SSECustomerKey, m.SSECustomerKeyName, d.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Region = region
	loc := m.address().Location()
	f, err := find(ctx, d.data, loc, m.VersionID.ValueString(), key)
	if err != nil {
		resp.Diagnostics.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The object %s could not be read.", loc), err))
		return
	}
	m.record(f)
	d.readBeside(ctx, &m, f, resp)
	d.readBody(ctx, &m, f, resp)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	}
}

// readBeside reads the tags and the ACL, which HEAD does not return.
func (d *DataSource) readBeside(ctx context.Context, m *dataModel, f found, resp *datasource.ReadResponse) {
	m.Tags, m.ACL = types.MapNull(types.StringType), types.StringNull()
	if m.ReadTags.ValueBool() {
		tags, err := d.data.Client.Tags(ctx, f.loc, f.in.VersionID)
		if err != nil {
			resp.Diagnostics.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The tags of the object %s could not be read.", f.loc), err))
		}
		m.Tags = arguments.Map(tags)
	}
	if m.ReadACL.ValueBool() {
		acl, err := d.data.Client.ACL(ctx, f.loc)
		if err != nil {
			resp.Diagnostics.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The ACL of the object %s could not be read.", f.loc), err))
		}
		if acl == "" {
			acl = "custom" // grants that no canned ACL describes
		}
		m.ACL = types.StringValue(acl)
	}
}

// readBody reads the body of exactly the object that HEAD described.
func (d *DataSource) readBody(ctx context.Context, m *dataModel, f found, resp *datasource.ReadResponse) {
	m.Body, m.BodyBase64 = types.StringNull(), types.StringNull()
	if m.ReadBody.IsNull() || resp.Diagnostics.HasError() {
		return
	}
	limit := int64(content.MaxInline)
	if !m.MaxBytes.IsNull() {
		limit = wholenumber.Of(m.MaxBytes)
	}
	if f.info.Length > limit {
		resp.Diagnostics.AddAttributeError(path.Root("max_bytes"), unableToRead,
			fmt.Sprintf("The body of %s has %d bytes, but at most %d are read. Nothing was downloaded. Raise max_bytes, which can be %d at most, or use the ephemeral resource, which reads more, and parts.", f.loc, f.info.Length, limit, int64(content.MaxInline)))
		return
	}
	body, proved, err := f.read(ctx, d.data.Client, 0, f.info.Length)
	switch {
	case err != nil:
		resp.Diagnostics.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The body of %s could not be read.", f.loc), err))
		return
	case !proved && d.data.WarnOnce("unproved body of "+f.loc.String()):
		resp.Diagnostics.AddWarning("Body Not Verified", fmt.Sprintf("COS has no CRC64 of %s, which may be older than that feature. Only the length of its body was verified.", f.loc))
	}
	switch {
	case m.ReadBody.ValueString() == bodyBase64:
		m.BodyBase64 = types.StringValue(base64.StdEncoding.EncodeToString(body))
	case !utf8.Valid(body):
		resp.Diagnostics.AddAttributeError(path.Root("read_body"), unableToRead, fmt.Sprintf("The body of %s is not text in UTF-8: set read_body = %q.", f.loc, bodyBase64))
	default:
		m.Body = types.StringValue(string(body))
	}
}

// record copies the HEAD response to the model. Configured values are kept.
func (m *dataModel) record(f found) {
	info := f.info
	if m.VersionID.IsNull() {
		m.VersionID = arguments.Optional(info.VersionID)
	}
	if m.SSECustomerKeyName.IsNull() {
		m.SSECustomerKeyName = arguments.Optional(f.name)
	}
	m.ContentType, m.CacheControl = arguments.Optional(info.ContentType), arguments.Optional(info.CacheControl)
	m.ContentDisposition, m.ContentEncoding = arguments.Optional(info.ContentDisposition), arguments.Optional(info.ContentEncoding)
	m.ContentLanguage, m.Expires = arguments.Optional(info.ContentLanguage), arguments.Optional(info.Expires)
	m.StorageClass = arguments.Optional(info.StorageClass)
	m.Metadata = metadataOf(info)
	m.ContentLength, m.ContentCRC64, m.ETag = types.Int64Value(info.Length), arguments.Optional(info.CRC64), arguments.Optional(info.ETag)
	m.LastModified = timeOf(info)
	m.ServerSideEncryption, m.SSEKMSKeyID, m.SSECustomerKeyMD5 = encryptionOf(info)
}

func metadataOf(info cosclient.Info) types.Map {
	if len(info.Metadata) == 0 {
		return types.MapNull(types.StringType)
	}
	return arguments.Map(info.Metadata)
}

func timeOf(info cosclient.Info) types.String {
	if info.LastModified.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(info.LastModified.UTC().Format(time.RFC3339))
}

// encryptionOf returns the attributes that describe the encryption.
func encryptionOf(info cosclient.Info) (mode, kmsKeyID, customerKeyMD5 types.String) {
	mode = types.StringNull()
	if info.Encryption.Mode != sse.ModeCustomer {
		mode = arguments.Optional(string(info.Encryption.Mode))
	}
	return mode, arguments.Optional(info.Encryption.KMSKeyID), arguments.Optional(info.Encryption.CustomerKeyMD5)
}
