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

// address returns the arguments that identify the object.
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
		MarkdownDescription: "A URL with which anyone without credentials can read an object, or upload one that will be encrypted, for a limited time. It is created without a request: whether the object exists, and whether the credentials permit the operation, is checked when the URL is used. " +
			"As an ephemeral value, it is stored neither in the state nor in the plan. Plan and apply each create their own.",
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
				MarkdownDescription: "Method that the URL allows: `GET` (default), `HEAD` or `PUT`. A `PUT` overwrites an existing object and requires an encryption.",
			},
			"expires_in": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "How long the URL is valid, such as `15m` or `1h30m` (a plain number is seconds), at most `168h` (7 days). Default `15m`. With temporary credentials, it expires with them at the latest: see `expires_at`, if their expiry is known.",
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
				MarkdownDescription: "Customer key (SSE-C): the base64 of exactly 32 bytes, padded or not. A `PUT` encrypts the object with this key; for `GET` and `HEAD` it is the key of the object. **Whoever uses the URL needs the key**, which is in `headers`; it is not in the URL, and COS refuses the URL without it.",
			},
			"sse_customer_key_name": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Name of a customer key in the provider's keyring `sse_customer_keys`, instead of the key itself.",
			},

			"url": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The URL. Whoever has it and the `headers` needs no credentials. It is signed for its host; with an acceleration `endpoint` that is the acceleration host. A CDN sends requests to COS under the bucket's own host: to distribute the URL under a CDN domain, create it with the default `endpoint` and replace the host. With temporary credentials, the URL contains their token.",
			},
			"headers": schema.MapAttribute{
				Computed:            true,
				Sensitive:           true,
				ElementType:         types.StringType,
				MarkdownDescription: "Headers that must be sent with the request, by lower-case name. All of them are signed: if one is missing or has another value, COS refuses the request. Empty if none is needed. If the provider's `endpoint` does not include the bucket, `host` is one of them.",
			},
			"expires_at": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Time at which the URL expires, in RFC 3339.",
			},
		},
	}
}
