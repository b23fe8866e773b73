package objectread

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
)

// ephemeralModel is the ephemeral resource, in schema order.
type ephemeralModel struct {
	Bucket             types.String `tfsdk:"bucket"`
	Key                types.String `tfsdk:"key"`
	Region             types.String `tfsdk:"region"`
	VersionID          types.String `tfsdk:"version_id"`
	Range              types.String `tfsdk:"range"`
	MaxBytes           types.Number `tfsdk:"max_bytes"`
	SSECustomerKey     types.String `tfsdk:"sse_customer_key"`
	SSECustomerKeyName types.String `tfsdk:"sse_customer_key_name"`

	Body                 types.String `tfsdk:"body"`
	BodyBase64           types.String `tfsdk:"body_base64"`
	ContentType          types.String `tfsdk:"content_type"`
	ContentLength        types.Int64  `tfsdk:"content_length"`
	ContentCRC64         types.String `tfsdk:"content_crc64"`
	ETag                 types.String `tfsdk:"etag"`
	LastModified         types.String `tfsdk:"last_modified"`
	Metadata             types.Map    `tfsdk:"metadata"`
	ServerSideEncryption types.String `tfsdk:"server_side_encryption"`
	SSEKMSKeyID          types.String `tfsdk:"sse_kms_key_id"`
	SSECustomerKeyMD5    types.String `tfsdk:"sse_customer_key_md5"`
}

// address returns the arguments that identify the object.
func (m ephemeralModel) address() arguments.Address {
	return arguments.Address{Bucket: m.Bucket, Key: m.Key, Region: m.Region}
}

func (m ephemeralModel) encryption() encryption.Declared {
	return encryption.Declared{SSECustomerKey: m.SSECustomerKey, SSECustomerKeyName: m.SSECustomerKeyName}
}

func (e *Ephemeral) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The decrypted body of an object on COS, whatever its encryption. As an ephemeral value, it is stored neither in the state nor in the plan: use it in write-only arguments, provider blocks and other ephemeral values. " +
			"The object is read during plan and again during apply, and each time its CRC64 is compared with COS's: a truncated or altered body is an error.",
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
				Computed:            true,
				MarkdownDescription: "Version of the object. Default: the latest, whose ID is then returned here if the bucket has versioning. If a resource in the same configuration writes the object, set this to that resource's `version_id`, with or without versioning: when the object will be written, the version is unknown at plan, so the object is read after the write. Otherwise the object would be read first, and `depends_on` does not change that.",
			},
			"range": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The part of the body to read, as in the HTTP header of that name: `bytes=0-99` for the first hundred bytes, `bytes=100-` for all bytes after them, `bytes=-100` for the last hundred. A range is verified by its position and length, and by checking that the CRC64 of the object is the same before and after; COS has no CRC64 of a range.",
			},
			"max_bytes": schema.NumberAttribute{
				Optional:            true,
				MarkdownDescription: "Maximum number of bytes to read, from 1 to 67108864 (64 MiB). A longer body is an error before anything is downloaded. Default: 8388608 (8 MiB).",
			},
			"sse_customer_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Customer key (SSE-C) that the object is encrypted with: the base64 of exactly 32 bytes, padded or not. It is not stored.",
			},
			"sse_customer_key_name": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Name of the customer key in the provider's keyring `sse_customer_keys`. If neither is set and the object needs a key, the keys of the keyring are sent to COS one by one, at most 16 in the order of their names, and the matching name is returned here.",
			},

			"body": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The body as text; null if its bytes are not UTF-8. The CLI normalizes every string to Unicode NFC: if exact bytes matter, use `body_base64`.",
			},
			"body_base64": schema.StringAttribute{
				Computed:            true,
				Sensitive:           true,
				MarkdownDescription: "The body as base64, exactly.",
			},
			"content_type": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Media type.",
			},
			"content_length": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Length of the whole object in bytes, even if only a range was read.",
			},
			"content_crc64": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "CRC64 (ECMA) of the whole object as a decimal number, before encryption; null if COS has none.",
			},
			"etag": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ETag, without quotes. Not the MD5 of the content in every mode.",
			},
			"last_modified": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Time of the last write, in RFC 3339.",
			},
			"metadata": schema.MapAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "User metadata (`x-cos-meta-*`) by lower-case name; null if there is none.",
			},
			"server_side_encryption": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`AES256` or `SM4` (SSE-COS), `cos/kms` (SSE-KMS); null with a customer key, and for an object without encryption.",
			},
			"sse_kms_key_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the KMS key; null without SSE-KMS.",
			},
			"sse_customer_key_md5": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Base64 of the MD5 of the customer key, as COS returns it; null without SSE-C.",
			},
		},
	}
}
