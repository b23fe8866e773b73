package object

import (
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// model is the resource, in the order of the schema.
type model struct {
	Bucket types.String `tfsdk:"bucket"`
	Key    types.String `tfsdk:"key"`
	Region types.String `tfsdk:"region"`

	Source        types.String `tfsdk:"source"`
	SourceHash    types.String `tfsdk:"source_hash"`
	Text          types.String `tfsdk:"text"`
	Content       types.String `tfsdk:"content"`
	ContentBase64 types.String `tfsdk:"content_base64"`
	CopySource    types.Object `tfsdk:"copy_source"`

	ContentWO        types.String `tfsdk:"content_wo"` // never in a plan or a state
	ContentWOVersion types.Number `tfsdk:"content_wo_version"`

	ServerSideEncryption types.String `tfsdk:"server_side_encryption"`
	SSEKMSKeyID          types.String `tfsdk:"sse_kms_key_id"`
	SSEContext           types.String `tfsdk:"sse_context"`
	SSECustomerKey       types.String `tfsdk:"sse_customer_key"`
	SSECustomerKeyWO     types.String `tfsdk:"sse_customer_key_wo"` // never in a plan or a state
	SSECustomerKeyName   types.String `tfsdk:"sse_customer_key_name"`
	SSECustomerKeyMD5    types.String `tfsdk:"sse_customer_key_md5"`

	ContentType        types.String `tfsdk:"content_type"`
	CacheControl       types.String `tfsdk:"cache_control"`
	ContentDisposition types.String `tfsdk:"content_disposition"`
	ContentEncoding    types.String `tfsdk:"content_encoding"`
	ContentLanguage    types.String `tfsdk:"content_language"`
	Expires            types.String `tfsdk:"expires"`
	Metadata           types.Map    `tfsdk:"metadata"`
	StorageClass       types.String `tfsdk:"storage_class"`
	Tags               types.Map    `tfsdk:"tags"`
	TagsAll            types.Map    `tfsdk:"tags_all"`
	ACL                types.String `tfsdk:"acl"`
	RetainUntil        types.String `tfsdk:"retain_until"`
	LegalHold          types.Bool   `tfsdk:"legal_hold"`

	Overwrite      types.Bool   `tfsdk:"overwrite"`
	DeletionPolicy types.String `tfsdk:"deletion_policy"`

	ID            types.String `tfsdk:"id"`
	ETag          types.String `tfsdk:"etag"`
	ContentLength types.Int64  `tfsdk:"content_length"`
	ContentCRC64  types.String `tfsdk:"content_crc64"`
	VersionID     types.String `tfsdk:"version_id"`
	LastModified  types.String `tfsdk:"last_modified"`
}

// identityModel is the identity of the resource.
type identityModel struct {
	Bucket types.String `tfsdk:"bucket"`
	Region types.String `tfsdk:"region"`
	Key    types.String `tfsdk:"key"`
}

func (m model) identity() identityModel {
	return identityModel{Bucket: m.Bucket, Region: m.Region, Key: m.Key}
}

func (m model) address() arguments.Address {
	return arguments.Address{Bucket: m.Bucket, Key: m.Key, Region: m.Region}
}

// location returns the location of the object, with the key taken verbatim.
func (m model) location() cosclient.Location { return m.address().Location() }

// id returns bucket and key, joined by a slash.
func (m model) id() types.String {
	if m.Bucket.IsUnknown() || m.Key.IsUnknown() {
		return types.StringUnknown()
	}
	return types.StringValue(m.Bucket.ValueString() + "/" + m.Key.ValueString())
}

// stored returns the headers and metadata to store with the object.
func (m model) stored() cosclient.Attributes {
	var a cosclient.Attributes
	for _, h := range headers {
		*h.stored(&a) = h.value(&m).ValueString()
	}
	if len(m.Metadata.Elements()) > 0 {
		a.Metadata = arguments.Strings(m.Metadata)
	}
	return a
}

// observed returns the encryption that the state records.
func (m model) observed() sse.Observed {
	if md5 := m.SSECustomerKeyMD5.ValueString(); md5 != "" {
		return sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: md5}
	}
	mode, err := sse.ParseMode(m.ServerSideEncryption.ValueString())
	if err != nil {
		mode = sse.Mode(m.ServerSideEncryption.ValueString())
	}
	return sse.Observed{Mode: mode, KMSKeyID: m.SSEKMSKeyID.ValueString()}
}

// record writes the HEAD response into the state. It keeps the spelling of values
// that mean the same, and keeps what COS does not return as long as it can still be
// true.
func (m *model) record(info cosclient.Info) {
	m.ID = m.id()
	m.recordEncryption(info.Encryption)

	for _, h := range headers {
		*h.value(m) = arguments.Optional(*h.stored(&info.Attributes))
	}
	if !maps.Equal(m.stored().Metadata, info.Metadata) || m.Metadata.IsUnknown() {
		m.Metadata = types.MapNull(types.StringType)
		if len(info.Metadata) > 0 {
			m.Metadata = arguments.Map(info.Metadata)
		}
	}

	if info.CRC64 == "" && m.isSame(info) {
		info.CRC64 = m.ContentCRC64.ValueString() // COS sometimes omits it, for example while it restores an archived object
	}
	m.ETag, m.ContentCRC64 = arguments.Optional(info.ETag), arguments.Optional(info.CRC64)
	if !m.ContentWOVersion.IsNull() {
		m.hideContent()
	}
	m.ContentLength = types.Int64Value(info.Length)
	m.VersionID = arguments.Optional(info.VersionID)
	m.LastModified = timeValue(info.LastModified)
}

// isSame reports whether nothing has been written since the state was recorded.
func (m model) isSame(info cosclient.Info) bool {
	return !m.ETag.IsNull() && m.ETag.ValueString() == info.ETag && m.ContentLength.Equal(types.Int64Value(info.Length)) &&
		m.LastModified.Equal(timeValue(info.LastModified)) && m.VersionID.Equal(arguments.Optional(info.VersionID))
}

// timeValue returns null for the zero time.
func timeValue(t time.Time) types.String { return arguments.Optional(inspect.TimeText(t)) }

// hideContent keeps the checksums of a write-only body out of the state, because
// they would let an attacker recover a short secret by brute force.
func (m *model) hideContent() { m.ETag, m.ContentCRC64 = types.StringNull(), types.StringNull() }

func (m *model) recordEncryption(o sse.Observed) {
	if o.Mode != sse.ModeCustomer {
		m.SSECustomerKey, m.SSECustomerKeyName, m.SSECustomerKeyMD5 = types.StringNull(), types.StringNull(), types.StringNull()
		if mode, err := sse.ParseMode(m.ServerSideEncryption.ValueString()); err != nil || mode != o.Mode {
			m.ServerSideEncryption = arguments.Optional(string(o.Mode))
		}
		m.SSEKMSKeyID = arguments.Optional(o.KMSKeyID)
		if o.Mode != sse.ModeKMS {
			m.SSEContext = types.StringNull()
		}
		return
	}
	m.ServerSideEncryption, m.SSEKMSKeyID, m.SSEContext = types.StringNull(), types.StringNull(), types.StringNull()
	if o.CustomerKeyMD5 != m.SSECustomerKeyMD5.ValueString() {
		// Do not keep a key that is not the object's.
		if key, err := sse.ParseCustomerKey(m.SSECustomerKey.ValueString()); err != nil || key.MD5() != o.CustomerKeyMD5 {
			m.SSECustomerKey = types.StringNull()
		}
	}
	m.SSECustomerKeyMD5 = arguments.Optional(o.CustomerKeyMD5)
}

// info returns the HEAD response that the recorded object should have.
func (m model) info() cosclient.Info {
	return cosclient.Info{
		Attributes: m.stored(),
		Encryption: m.observed(),
		Lock:       cosclient.Lock{RetainUntil: m.retainUntil(), LegalHold: m.LegalHold.ValueBool()},
		ETag:       m.ETag.ValueString(),
		Length:     m.ContentLength.ValueInt64(),
		CRC64:      m.ContentCRC64.ValueString(),
		VersionID:  m.VersionID.ValueString(),
	}
}
