package bucketencryption

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// model is the resource and the data source, in schema order.
type model struct {
	Bucket               types.String `tfsdk:"bucket"`
	Region               types.String `tfsdk:"region"`
	ServerSideEncryption types.String `tfsdk:"server_side_encryption"`
	SSEKMSKeyID          types.String `tfsdk:"sse_kms_key_id"`
}

// identityModel is the resource's identity.
type identityModel struct {
	Bucket types.String `tfsdk:"bucket"`
	Region types.String `tfsdk:"region"`
}

func (m model) identity() identityModel { return identityModel{Bucket: m.Bucket, Region: m.Region} }

// importID is the ID that imports the bucket's encryption from anywhere.
func (m model) importID() string { return m.Region.ValueString() + ":" + m.Bucket.ValueString() }

// claim is how the registry of claims knows the bucket's encryption: apart from
// any object, whose address has a slash after the bucket.
func (m model) claim() string { return "encryption of " + m.importID() }

// mode is the declared mode; sse.ModeNone if it is none or not known.
func (m model) mode() sse.Mode { return modeOf(m.ServerSideEncryption) }

func modeOf(value types.String) sse.Mode {
	mode, err := sse.ParseMode(value.ValueString())
	if err != nil {
		return sse.ModeNone
	}
	return mode
}

// key is the declared KMS key; "" if it is none or not known.
func (m model) key() string { return m.SSEKMSKeyID.ValueString() }

// sameBucket reports whether two models are about one bucket, as far as is
// known.
func (m model) sameBucket(other model) bool {
	return m.Bucket.Equal(other.Bucket) && m.Region.Equal(other.Region)
}

// record takes over what the bucket has. Another spelling of the same mode
// stays as it was written.
func (m *model) record(e cosclient.BucketEncryption) {
	if mode := m.mode(); mode == sse.ModeNone || mode != e.Mode {
		m.ServerSideEncryption = types.StringValue(string(e.Mode))
	}
	m.SSEKMSKeyID = arguments.Optional(e.KMSKeyID)
}
