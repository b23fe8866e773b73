// Package objectread reads the decrypted body of an object for the data source
// and the ephemeral resource cos_encrypted_object. It belongs to layer 3.
package objectread

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
	"github.com/cos-terraform/terraform-provider-cos/internal/wholenumber"
)

var (
	_ ephemeral.EphemeralResource                   = (*Ephemeral)(nil)
	_ ephemeral.EphemeralResourceWithConfigure      = (*Ephemeral)(nil)
	_ ephemeral.EphemeralResourceWithValidateConfig = (*Ephemeral)(nil)
)

// maxBodyBytes is the largest value of max_bytes. The body is sent to the CLI
// twice, once in base64, in a message limited to 256 MiB.
const maxBodyBytes = 64 << 20

// readAfterWrite is the advice for reading an object that is yet to be written.
// The CLI opens an ephemeral resource during plan unless an argument is unknown,
// even with depends_on.
const readAfterWrite = "If a resource of this configuration writes the object, set version_id = cos_encrypted_object.NAME.version_id here: " +
	"the version is not known before the write, so the object is read after it. depends_on does not have that effect"

// Ephemeral is the ephemeral resource cos_encrypted_object. It returns the
// decrypted body of an object, which the CLI keeps only in memory.
type Ephemeral struct{ data *providerdata.Data }

const unableToRead = "Unable to Read Encrypted Object"

// NewEphemeral returns an unconfigured ephemeral resource.
func NewEphemeral() ephemeral.EphemeralResource { return &Ephemeral{} }

func (e *Ephemeral) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_encrypted_object"
}

func (e *Ephemeral) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.data = providerdata.From(req.ProviderData, &resp.Diagnostics)
}

// ValidateConfig checks the arguments on their own. Unknown arguments are checked
// once they are known.
func (e *Ephemeral) ValidateConfig(ctx context.Context, req ephemeral.ValidateConfigRequest, resp *ephemeral.ValidateConfigResponse) {
	var config ephemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	invalid := arguments.Into(&resp.Diagnostics)
	config.address().Validate(invalid)
	config.encryption().ValidateExclusive(invalid)
	config.encryption().Validate(invalid)
	if arguments.Known(config.Range) {
		if _, err := parseSpan(config.Range.ValueString()); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("range"), "Invalid Range", arguments.Sentence(err.Error())+".")
		}
	}
	if wrong := (wholenumber.Range{Least: 1, Most: maxBodyBytes}).Check("max_bytes", "a number of bytes", config.MaxBytes); wrong != "" {
		resp.Diagnostics.AddAttributeError(path.Root("max_bytes"), "Invalid Size Limit", wrong+" (64 MiB): a larger body does not fit into a message to the CLI.")
	}
}

// Open reads the object with a HEAD, for its size and encryption, and a GET for
// exactly the object that HEAD described.
func (e *Ephemeral) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m ephemeralModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if !e.data.Ready(unableToRead, &resp.Diagnostics) {
		return
	}
	region, diags := arguments.Region(m.Region, e.data)
	resp.Diagnostics.Append(diags...)
	key, diags := encryption.ReadKey(m.SSECustomerKey, m.SSECustomerKeyName, e.data)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m.Region = region
	loc := m.address().Location()
	f, err := find(ctx, e.data, loc, m.VersionID.ValueString(), key)
	if errors.Is(err, cosclient.ErrNotFound) && m.VersionID.IsNull() {
		err = fmt.Errorf("%w. %s", err, readAfterWrite)
	}
	if err != nil {
		resp.Diagnostics.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The object %s could not be read.", loc), err))
		return
	}
	part := span{last: toEnd}
	if !m.Range.IsNull() {
		part, _ = parseSpan(m.Range.ValueString()) // validated
	}
	offset, length, err := part.of(f.info.Length)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("range"), unableToRead, fmt.Sprintf("The object %s has %s.", loc, err))
		return
	}
	if limit := m.limit(); length > limit {
		resp.Diagnostics.AddAttributeError(path.Root("max_bytes"), unableToRead,
			fmt.Sprintf("The body to be read from %s has %d bytes, but at most %d are read. Nothing was downloaded. Read a part of it with range, or raise max_bytes, which can be %d at most.", loc, length, limit, int64(maxBodyBytes)))
		return
	}
	body, proved, err := f.read(ctx, e.data.Client, offset, length)
	if err != nil {
		resp.Diagnostics.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The body of %s could not be read.", loc), err))
		return
	}
	if !proved && e.data.WarnOnce("unproved body of "+loc.String()) {
		resp.Diagnostics.AddWarning("Body Not Verified",
			fmt.Sprintf("COS has no CRC64 of %s, which may be older than that feature. Only the length of its body was verified.", loc))
	}
	m.record(f, body)
	resp.Diagnostics.Append(resp.Result.Set(ctx, m)...)
}

// limit returns the maximum number of bytes to read.
func (m ephemeralModel) limit() int64 {
	if m.MaxBytes.IsNull() {
		return content.MaxInline
	}
	return wholenumber.Of(m.MaxBytes)
}

// record sets the computed attributes. Configured values are kept.
func (m *ephemeralModel) record(f found, body []byte) {
	info := f.info
	if m.VersionID.IsNull() {
		m.VersionID = arguments.Optional(info.VersionID)
	}
	if m.SSECustomerKeyName.IsNull() {
		m.SSECustomerKeyName = arguments.Optional(f.name)
	}
	m.Body = types.StringNull()
	if utf8.Valid(body) {
		m.Body = types.StringValue(string(body))
	}
	m.BodyBase64 = types.StringValue(base64.StdEncoding.EncodeToString(body))
	m.ContentType = arguments.Optional(info.ContentType)
	m.ContentLength = types.Int64Value(info.Length)
	m.ContentCRC64 = arguments.Optional(info.CRC64)
	m.ETag = arguments.Optional(info.ETag)
	m.LastModified, m.Metadata = timeOf(info), metadataOf(info)
	m.ServerSideEncryption, m.SSEKMSKeyID, m.SSECustomerKeyMD5 = encryptionOf(info)
}
