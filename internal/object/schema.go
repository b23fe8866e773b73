package object

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

const (
	inStateNote = " The value is stored in the state."
	asciiNote   = " Printable ASCII, unless the object has the value already."
)

func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "An object on COS with server-side encryption. Every write is verified: an apply succeeds only if the stored object is encrypted as declared.",
		Attributes: headerAttributes(map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Bucket, as `name-appid`, such as `examplebucket-1250000000`. A change moves the object in place: COS copies it, and nothing is uploaded.",
			},
			"key": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Key of the object, 1 to 850 bytes of UTF-8, used verbatim: nothing is cleaned or decoded, and a leading `/` is part of the key. (The CLI itself normalizes every string to Unicode NFC, so an object whose key is not in NFC cannot be addressed.) Keys that a client or proxy could rewrite to another object or to the bucket are rejected: those with a segment `.` or `..`, and those that consist of slashes only. A leading `\\` and control characters are rejected as well. A change moves the object in place: COS copies it, and nothing is uploaded.",
			},
			"region": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Region of the bucket. Default: the provider's region at the time the object is created. A change moves the object in place: COS copies it, and nothing is uploaded.",
			},

			"source": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Path of the file with the body, relative to the folder that Terraform runs in: start it with `${path.module}`. `~/` is the home folder. The CLI normalizes every string to Unicode NFC; a file whose name is not in NFC on disk, as on macOS, is found nevertheless. The file is streamed and need not exist before the apply. Exactly one of `source`, `text`, `content`, `content_base64`, `content_wo` and `copy_source` is required to create the object; an imported object without any of them keeps its body.",
			},
			"source_hash": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Any string that changes when the file does, such as `filesha256(\"file\")` or `local_file.example.content_sha256`. While it is set, no plan reads the file: use it for a file that another resource writes during the same apply, or for a file that is too large to read in every plan. Only with `source`.",
			},
			"text": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The body itself, as UTF-8 text of at most 8 MiB, **not sensitive**: the plan shows a diff of it that a reviewer can read, and it is stored in the state. Use it for configuration, web pages and policies; use `content` for text that a plan must not show, and `content_wo` for text that must not be stored. Not together with `sse_customer_key`.",
			},
			"content": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "The body as UTF-8 text of at most 8 MiB, which the CLI normalizes to Unicode NFC (`content_base64` preserves every byte). `\"\"` is the empty object." + inStateNote,
			},
			"content_base64": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "The body as base64, for at most 8 MiB of any bytes." + inStateNote,
			},
			"content_wo": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				WriteOnly:           true,
				MarkdownDescription: "The body as UTF-8 text of at most 8 MiB, write-only: **it is stored neither in the state nor in the plan**. Accepts ephemeral values. It is uploaded when `content_wo_version` changes, or when the object has drifted. The state contains the length of the body, but no checksums, except after an import until the first apply.",
			},
			"content_wo_version": schema.NumberAttribute{
				Optional:            true,
				MarkdownDescription: "Version of `content_wo`: any number, including large numbers and fractions, compared exactly. A change uploads the body again. Required with `content_wo`.",
			},
			"copy_source": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "An object on COS to copy the body from: COS copies it, and nothing is downloaded or uploaded. It is copied again only when these arguments change. Only the body is copied, and the content type if none is declared; other headers and metadata are not.",
				Attributes: map[string]schema.Attribute{
					"bucket": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Bucket of the source, as `name-appid`.",
					},
					"key": schema.StringAttribute{
						Required:            true,
						MarkdownDescription: "Key of the source, verbatim.",
					},
					"region": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Region of the source's bucket. Default: the region of this object.",
					},
					"version_id": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Version of the source. Default: the latest.",
					},
					"etag": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "ETag that the source must have, with or without quotes; a source with a different ETag is not copied. A change copies again, so `cos_encrypted_object.source.etag` makes the copy follow its source.",
					},
					"sse_customer_key_name": schema.StringAttribute{
						Optional:            true,
						MarkdownDescription: "Name of the customer key (SSE-C) of the source in the provider's keyring.",
					},
				},
			},

			"server_side_encryption": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "`AES256` (SSE-COS), `SM4` (SSE-COS, if the account supports it) or `cos/kms` (SSE-KMS). The spelling `AES-256` is the same as `AES256`. Null with a customer key (SSE-C). Exactly one encryption must be declared, here or in the provider's `default_encryption`.",
			},
			"sse_kms_key_id": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "ID of the KMS key, only with `cos/kms`. Default: COS's default key when the object is created, and the object's current key afterwards. To return to the default key, specify its ID.",
			},
			"sse_context": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Encryption context for KMS, only with `cos/kms`: the base64 of a JSON object whose values are strings. Equivalent JSON is not a change." + inStateNote,
			},
			"sse_customer_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Customer key (SSE-C): the base64 of exactly 32 bytes, padded or not. **The key is stored in the state**; use `sse_customer_key_name` to keep it out.",
			},
			"sse_customer_key_wo": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				WriteOnly:           true,
				MarkdownDescription: "Customer key (SSE-C) as with `sse_customer_key`, but write-only: **it is stored neither in the state nor in the plan**. Accepts ephemeral values. A different key rotates the object's key. To let a refresh read the object with its key, add the key to the provider's keyring too, under any name.",
			},
			"sse_customer_key_name": schema.StringAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "Name of a customer key (SSE-C) in the provider's keyring `sse_customer_keys`. Only the name is stored in the state.",
			},
			"sse_customer_key_md5": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Base64 of the MD5 of the customer key, as COS returns it. It identifies the key in the keyring without revealing it.",
			},

			"metadata": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "User metadata (`x-cos-meta-*`): names of lower-case letters, digits and `-`, values of printable ASCII, 2 KB in all. A value that is not ASCII can be encoded with `urlencode()`; existing values of an imported object are accepted unchanged. Omit the prefix `x-cos-meta-` from names. Null elements are ignored. COS does not encrypt metadata: keep secrets out of it.",
			},
			"tags": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Tags, at most 10: keys of 1 to 127 and values of 1 to 255 letters, digits, spaces and `+ - _ = . : / @`. Null elements are ignored, and existing tags of an imported object are accepted unchanged. The provider's `default_tags` are added to them, and count. Without this argument and `default_tags`, tags are neither read nor changed; `{}` removes those that are not in `default_tags`. Tags of the provider's `ignore_tags` are always left alone.",
			},
			"tags_all": schema.MapAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "All tags that are managed: `tags`, and the provider's `default_tags` under them. Null if neither is set.",
			},
			"acl": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Canned ACL: `default` (inherited from the bucket), `private`, `public-read`, `authenticated-read`, `bucket-owner-read` or `bucket-owner-full-control`. It replaces all grants to other accounts. Without this argument, the ACL of the object is preserved, including its grants.",
			},

			"retain_until": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "UTC time in RFC 3339, such as `2030-12-31T00:00:00Z`, until which COS refuses to change or delete the object: **nobody can shorten it**, not even the owner of the account. The bucket needs object lock. A later time extends the retention without writing the object, and a later retention of the object satisfies this one. Without this argument, the retention is neither read nor changed. See the guide [Keep records that nobody can change](../guides/records).",
			},
			"legal_hold": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the object is under a legal hold: a lock without an end, until `false` lifts it. The bucket needs object lock. Without this argument, the legal hold is neither read nor changed.",
			},

			"overwrite": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether a create may overwrite an existing object. Default `false`: if the object exists, the create fails with an error that includes the import command. With `true`, destroying deletes the object only while it is still the one that was last read.",
			},
			"deletion_policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What happens to the object on destroy: `delete` (the default; in a bucket with versioning, the versions are kept behind a delete marker), `delete_version` (deletes the last version that this resource wrote; the version before it, whoever wrote it and however it is encrypted, becomes current again), `delete_all_versions` (deletes every version of exactly this key) or `abandon` (keeps the object). Destroying uses the value in the state: a change takes effect once it is applied.",
			},

			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`bucket/key`.",
			},
			"etag": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ETag, without quotes. With SSE-KMS and SSE-C, and for multipart uploads, it is not the MD5 of the body. Null with `content_wo`.",
			},
			"content_length": schema.Int64Attribute{
				Computed:            true,
				MarkdownDescription: "Length of the body in bytes, before encryption.",
			},
			"content_crc64": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "CRC64 (ECMA) of the body as a decimal number, before encryption. Used to detect drift of the body. Null with `content_wo`.",
			},
			"version_id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Version of the object, in a bucket with versioning.",
			},
			"last_modified": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Time of the last write, in RFC 3339.",
			},
		}),
	}
}

// IdentitySchema defines the resource identity: the address of the object.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"bucket": identityschema.StringAttribute{RequiredForImport: true, Description: "Bucket, as name-appid."},
			"region": identityschema.StringAttribute{OptionalForImport: true, Description: "Region of the bucket; default: the provider's region."},
			"key":    identityschema.StringAttribute{RequiredForImport: true, Description: "Key of the object, verbatim."},
		},
	}
}
