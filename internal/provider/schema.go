package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Environment variables that replace arguments. The region's variable is that of
// the official tencentcloud provider.
const (
	envRegion       = "TENCENTCLOUD_REGION"
	envCustomerKeys = "COS_SSE_CUSTOMER_KEYS"
)

// model is the provider block, in schema order.
type model struct {
	Region        types.String `tfsdk:"region"`
	SecretID      types.String `tfsdk:"secret_id"`
	SecretKey     types.String `tfsdk:"secret_key"`
	SecurityToken types.String `tfsdk:"security_token"`

	Profile                   types.String `tfsdk:"profile"`
	SharedCredentialsDir      types.String `tfsdk:"shared_credentials_dir"`
	CAMRoleName               types.String `tfsdk:"cam_role_name"`
	EnablePodOIDC             types.Bool   `tfsdk:"enable_pod_oidc"`
	STSEndpoint               types.String `tfsdk:"sts_endpoint"`
	MetadataEndpoint          types.String `tfsdk:"metadata_endpoint"`
	AssumeRole                types.Object `tfsdk:"assume_role"`
	AssumeRoleWithWebIdentity types.Object `tfsdk:"assume_role_with_web_identity"`
	AssumeRoleWithSAML        types.Object `tfsdk:"assume_role_with_saml"`
	MFACertification          types.Object `tfsdk:"mfa_certification"`

	Endpoint          types.String `tfsdk:"endpoint"`
	CACertificateFile types.String `tfsdk:"ca_certificate_file"`
	SSECustomerKeys   types.Map    `tfsdk:"sse_customer_keys"`
	MaxRetries        types.Number `tfsdk:"max_retries"`
	RequestTimeout    types.String `tfsdk:"request_timeout"`
	UploadConcurrency types.Number `tfsdk:"upload_concurrency"`
	PartSize          types.Number `tfsdk:"part_size"`
	DefaultEncryption types.Object `tfsdk:"default_encryption"`
	RequireEncryption types.Object `tfsdk:"require_encryption"`
	DefaultTags       types.Map    `tfsdk:"default_tags"`
	IgnoreTags        types.Object `tfsdk:"ignore_tags"`
}

func (p *cosProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Server-side-encrypted objects on Tencent Cloud Object Storage (COS).",
		Blocks:              credentialBlocks(),
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Default region of objects and buckets, such as `ap-guangzhou`. Can be set with the environment variable `" + envRegion + "`. Existing objects keep the region they were created in when this changes.",
			},
			"endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Base URL of COS, with the placeholders `{bucket}` and `{region}`. Without `{bucket}`, requests go to that host and the Host header names the bucket. With an acceleration host, only object transfers go there, and everything else goes to the regional host. " +
					"Default `https://{bucket}.cos.{region}.myqcloud.com`. There is no environment variable for it: a stray one must not redirect customer keys. User information, a path and a query are not allowed.",
			},
			"ca_certificate_file": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Path of a PEM file (`~/` is the home folder) with root certificates that are trusted for the COS endpoint in addition to the system's, and for STS if `sts_endpoint` is set. Certificates are always verified.",
			},
			"sse_customer_keys": schema.MapAttribute{
				Optional:    true,
				Sensitive:   true,
				ElementType: types.StringType,
				MarkdownDescription: "The keyring: customer keys (SSE-C) by name, each the base64 of exactly 32 bytes. Objects refer to them with `sse_customer_key_name`; a refresh finds the key of an object by its MD5. " +
					"Takes ephemeral values, and is stored neither in the state nor in the plan. More keys can be given with the environment variable `" + envCustomerKeys + "`, a JSON object of the same form; a name that is set here wins.",
			},
			"max_retries": schema.NumberAttribute{
				Optional: true,
				MarkdownDescription: "How many times a request is retried after a transient failure: a lost connection, status 429 or 5xx, throttling. Default `8`. `0` disables retries. " +
					"If an endpoint still cannot be reached, further objects are tried once each, without a pause, until a connection succeeds. A host name that does not exist and a proxy that refuses are not retried.",
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Idle timeout of a request, such as `30s` or `2m` (a plain number is seconds). It limits the time in which no data is transferred, not the duration of the whole transfer. Default `60s`.",
			},
			"upload_concurrency": schema.NumberAttribute{
				Optional: true,
				MarkdownDescription: "How many parts of a large file are uploaded concurrently, from 1 to 64. Default `8`. Files of more than 32 MiB are uploaded in parts; Terraform's own `-parallelism` sets how many objects are written concurrently, " +
					"so this many connections may be open for each of them.",
			},
			"part_size": schema.NumberAttribute{
				Optional: true,
				MarkdownDescription: "Size of the parts of a large file in MiB, from 1 to 5120. Default `16`. If a file would have more than 10,000 parts, larger parts are used. A file of one part is uploaded in one request. A part that fails is retried separately; " +
					"parts are read from the file as they are sent, so a larger size does not take more memory.",
			},
		},
	}
	maps.Copy(resp.Schema.Attributes, encryptionAttributes())
	maps.Copy(resp.Schema.Attributes, tagAttributes())
	maps.Copy(resp.Schema.Attributes, credentialAttributes())
}
