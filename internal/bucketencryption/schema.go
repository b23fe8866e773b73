package bucketencryption

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The default encryption of a bucket on COS, which applies to uploads that do not specify an encryption.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Bucket, as `name-appid`, such as `examplebucket-1250000000`. A change replaces the resource: the default of the old bucket is removed.",
			},
			"region": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Region of the bucket. Default: the provider's region at the time the resource is created. A change replaces the resource.",
			},
			"server_side_encryption": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "`AES256` (SSE-COS), `SM4` (SSE-COS, if the account supports it) or `cos/kms` (SSE-KMS), as in `cos_encrypted_object`. The spelling `AES-256` is the same as `AES256`.",
			},
			"sse_kms_key_id": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "ID of the KMS key, only with `cos/kms`. Default: COS's default key when the bucket gets this mode, and the bucket's current key afterwards. To return to the default key, specify its ID. Null if COS uses its default key and does not return its ID.",
			},
		},
	}
}

func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"bucket": identityschema.StringAttribute{RequiredForImport: true, Description: "Bucket, as name-appid."},
			"region": identityschema.StringAttribute{OptionalForImport: true, Description: "Region of the bucket; default: the provider's region."},
		},
	}
}
