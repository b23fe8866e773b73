package presign

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
)

// model is the ephemeral resource, in schema order.
type model struct {
	Bucket    types.String `tfsdk:"bucket"`
	Key       types.String `tfsdk:"key"`
	Region    types.String `tfsdk:"region"`
	VersionID types.String `tfsdk:"version_id"`
	Method    types.String `tfsdk:"method"`
	ExpiresIn types.String `tfsdk:"expires_in"`

	ServerSideEncryption types.String `tfsdk:"server_side_encryption"`
	SSEKMSKeyID          types.String `tfsdk:"sse_kms_key_id"`
	SSEContext           types.String `tfsdk:"sse_context"`
	SSECustomerKey       types.String `tfsdk:"sse_customer_key"`
	SSECustomerKeyName   types.String `tfsdk:"sse_customer_key_name"`

	URL       types.String `tfsdk:"url"`
	Headers   types.Map    `tfsdk:"headers"`
	ExpiresAt types.String `tfsdk:"expires_at"`
}

// object is what the arguments have in common with those of the resource.
func (m model) address() arguments.Address {
	return arguments.Address{Bucket: m.Bucket, Key: m.Key, Region: m.Region}
}

func (m model) encryption() encryption.Declared {
	return encryption.Declared{
		ServerSideEncryption: m.ServerSideEncryption, SSEKMSKeyID: m.SSEKMSKeyID, SSEContext: m.SSEContext,
		SSECustomerKey: m.SSECustomerKey, SSECustomerKeyName: m.SSECustomerKeyName,
	}
}

func (p *URL) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A URL by which somebody without credentials reads an object, or uploads one that will be encrypted, for a limited time. It is made without a request: that there is such an object, and that the credentials may do this, shows when the URL is used. " +
			"As an ephemeral value it is in no state and in no plan. Plan and apply make one each.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Bucket, as `name-appid`, such as `examplebucket-1250000000`.",
			},
			"key": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Key of the object, verbatim.",
			},
			"region": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Region of the bucket. Default: the provider's region.",
			},
			"version_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Version of the object, for `GET` and `HEAD`. Default: the latest at the time the URL is used.",
			},
			"method": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What the URL is good for: `GET` (default), `HEAD` or `PUT`. A `PUT` replaces what is there, and needs an encryption.",
			},
			"expires_in": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "How long the URL is good, as in `15m` or `1h30m` (a plain number is seconds), at most `168h` (7 days). Default `15m`. It ends earlier with temporary credentials: see `expires_at`, as far as their end is known.",
			},

			"server_side_encryption": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Only with `PUT`, and only `cos/kms` (SSE-KMS): COS does not offer SSE-COS for uploads by a presigned URL.",
			},
			"sse_kms_key_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "ID of the KMS key, only with `cos/kms`. Default: COS's default key.",
			},
			"sse_context": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Encryption context for KMS, only with `cos/kms`: the base64 of a JSON object of strings, as `provider::cos::sse_context` makes it.",
			},
			"sse_customer_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Customer key (SSE-C): the base64 of exactly 32 bytes, padded or not. With `PUT` the object will be under this key, with `GET` and `HEAD` it has to be. **Whoever uses the URL gets the key**, in `headers`; it is not in the URL, and COS refuses the URL without it.",
			},
			"sse_customer_key_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of a customer key in the provider's keyring `sse_customer_keys`, instead of the key itself.",
			},

			"url": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The URL. Whoever has it and the `headers` needs no credentials. It is signed for the host in it; with an acceleration `endpoint` that is the acceleration host. A CDN asks COS under the bucket's own host: to hand the URL out under the domain of a CDN, make it with the default `endpoint` and replace the host. With temporary credentials their token is a part of it.",
			},
			"headers": schema.MapAttribute{
				Computed:            true,
				Sensitive:           true,
				ElementType:         types.StringType,
				MarkdownDescription: "The headers that have to be sent with the request, by lower-case name. All of them are signed: without one, or with another value, COS refuses the request. Empty where none is needed. With an `endpoint` of the provider that does not name the bucket, `host` is one of them.",
			},
			"expires_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "When the URL ends, in RFC 3339.",
			},
		},
	}
}
