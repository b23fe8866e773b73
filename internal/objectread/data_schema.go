package objectread

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
)

// dataModel is the data source, in schema order.
type dataModel struct {
	Bucket             types.String `tfsdk:"bucket"`
	Key                types.String `tfsdk:"key"`
	Region             types.String `tfsdk:"region"`
	VersionID          types.String `tfsdk:"version_id"`
	SSECustomerKey     types.String `tfsdk:"sse_customer_key"`
	SSECustomerKeyName types.String `tfsdk:"sse_customer_key_name"`
	ReadTags           types.Bool   `tfsdk:"read_tags"`
	ReadACL            types.Bool   `tfsdk:"read_acl"`
	ReadBody           types.String `tfsdk:"read_body"`
	MaxBytes           types.Number `tfsdk:"max_bytes"`

	Body                 types.String `tfsdk:"body"`
	BodyBase64           types.String `tfsdk:"body_base64"`
	ContentType          types.String `tfsdk:"content_type"`
	CacheControl         types.String `tfsdk:"cache_control"`
	ContentDisposition   types.String `tfsdk:"content_disposition"`
	ContentEncoding      types.String `tfsdk:"content_encoding"`
	ContentLanguage      types.String `tfsdk:"content_language"`
	Expires              types.String `tfsdk:"expires"`
	Metadata             types.Map    `tfsdk:"metadata"`
	StorageClass         types.String `tfsdk:"storage_class"`
	Tags                 types.Map    `tfsdk:"tags"`
	ACL                  types.String `tfsdk:"acl"`
	ContentLength        types.Int64  `tfsdk:"content_length"`
	ContentCRC64         types.String `tfsdk:"content_crc64"`
	ETag                 types.String `tfsdk:"etag"`
	LastModified         types.String `tfsdk:"last_modified"`
	ServerSideEncryption types.String `tfsdk:"server_side_encryption"`
	SSEKMSKeyID          types.String `tfsdk:"sse_kms_key_id"`
	SSECustomerKeyMD5    types.String `tfsdk:"sse_customer_key_md5"`
}

func (m dataModel) address() arguments.Address {
	return arguments.Address{Bucket: m.Bucket, Key: m.Key, Region: m.Region}
}

func (m dataModel) encryption() encryption.Declared {
	return encryption.Declared{SSECustomerKey: m.SSECustomerKey, SSECustomerKeyName: m.SSECustomerKeyName}
}

func (d *DataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	computedString := func(description string) schema.StringAttribute {
		return schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "The attributes of an object on COS, whatever its encryption, and optionally its tags, ACL and decrypted body. The result is stored in the state: for a secret, use the ephemeral resource of the same name.",
		Attributes: map[string]schema.Attribute{
			"bucket":                 schema.StringAttribute{Required: true, MarkdownDescription: "Bucket, as `name-appid`, such as `examplebucket-1250000000`."},
			"key":                    schema.StringAttribute{Required: true, MarkdownDescription: "Key of the object, verbatim."},
			"region":                 schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Region of the bucket. Default: the provider's region."},
			"version_id":             schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Version of the object. Default: the latest, whose ID is then returned here if the bucket has versioning."},
			"sse_customer_key":       schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: "Customer key (SSE-C) that the object is encrypted with: the base64 of exactly 32 bytes, padded or not. It is stored in the state: use `sse_customer_key_name` to keep it out."},
			"sse_customer_key_name":  schema.StringAttribute{Optional: true, Computed: true, MarkdownDescription: "Name of the customer key in the provider's keyring `sse_customer_keys`. If neither is set and the object needs a key, the keys of the keyring are tried, at most 16 in the order of their names, and the matching name is returned here."},
			"read_tags":              schema.BoolAttribute{Optional: true, MarkdownDescription: "Also read the tags, with one more request. Default: `false`."},
			"read_acl":               schema.BoolAttribute{Optional: true, MarkdownDescription: "Also read the ACL, with one more request. COS returns the ACL of the latest version only. Default: `false`."},
			"read_body":              schema.StringAttribute{Optional: true, MarkdownDescription: "Also read the body, as `text` (it must be UTF-8) or `base64`. Its CRC64 is compared with the object's. By default the body is not read."},
			"max_bytes":              schema.NumberAttribute{Optional: true, MarkdownDescription: "Maximum length of the body, from 1 to 8388608 bytes (8 MiB). A longer body is an error before anything is downloaded. Default: 8388608."},
			"body":                   schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The body, with `read_body = \"text\"`. The CLI normalizes every string to Unicode NFC: if exact bytes matter, use `base64`."},
			"body_base64":            schema.StringAttribute{Computed: true, Sensitive: true, MarkdownDescription: "The body as base64, with `read_body = \"base64\"`."},
			"content_type":           computedString("Media type."),
			"cache_control":          computedString("Header `Cache-Control`."),
			"content_disposition":    computedString("Header `Content-Disposition`."),
			"content_encoding":       computedString("Header `Content-Encoding`."),
			"content_language":       computedString("Header `Content-Language`."),
			"expires":                computedString("Header `Expires`."),
			"metadata":               schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "User metadata (`x-cos-meta-*`) by lower-case name; null if there is none."},
			"storage_class":          computedString("Storage class."),
			"tags":                   schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Tags; null without `read_tags`."},
			"acl":                    computedString("Canned ACL, `default` for the bucket's, and `custom` for grants that no canned ACL has; null without `read_acl`."),
			"content_length":         schema.Int64Attribute{Computed: true, MarkdownDescription: "Length in bytes."},
			"content_crc64":          computedString("CRC64 (ECMA) as a decimal number, before encryption; null if COS has none."),
			"etag":                   computedString("ETag, without quotes. Not the MD5 of the content in every mode."),
			"last_modified":          computedString("Time of the last write, in RFC 3339."),
			"server_side_encryption": computedString("`AES256` or `SM4` (SSE-COS), `cos/kms` (SSE-KMS); null with a customer key, and for an object without encryption."),
			"sse_kms_key_id":         computedString("ID of the KMS key; null without SSE-KMS."),
			"sse_customer_key_md5":   computedString("Base64 of the MD5 of the customer key; null without SSE-C."),
		},
	}
}
