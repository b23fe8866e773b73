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

// importID returns an import ID that does not depend on the provider's region.
func (m model) importID() string { return m.Region.ValueString() + ":" + m.Bucket.ValueString() }

// claim returns the key of the bucket's encryption in the registry of claims. It
// differs from that of any object, whose address has a slash after the bucket.
func (m model) claim() string { return "encryption of " + m.importID() }

// mode returns the declared mode, or sse.ModeNone if it is null or unknown.
func (m model) mode() sse.Mode { return modeOf(m.ServerSideEncryption) }

func modeOf(value types.String) sse.Mode {
	mode, err := sse.ParseMode(value.ValueString())
	if err != nil {
		return sse.ModeNone
	}
	return mode
}

// key returns the declared KMS key, or "" if it is null or unknown.
func (m model) key() string { return m.SSEKMSKeyID.ValueString() }

// sameBucket reports whether two models are known to refer to the same bucket.
func (m model) sameBucket(other model) bool {
	return m.Bucket.Equal(other.Bucket) && m.Region.Equal(other.Region)
}

// record copies the bucket's encryption to the model. It keeps the configured
// spelling of the same mode.
func (m *model) record(e cosclient.BucketEncryption) {
	if mode := m.mode(); mode == sse.ModeNone || mode != e.Mode {
		m.ServerSideEncryption = types.StringValue(string(e.Mode))
	}
	m.SSEKMSKeyID = arguments.Optional(e.KMSKeyID)
}
