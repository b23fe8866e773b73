package directory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Schema defines the attributes. The maps are flat, because the framework's cost
// for a nested map is quadratic in its size.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "A local folder of up to 20,000 files, mirrored to a prefix of a bucket as **one** resource instance. Every object is encrypted as declared, and read back to prove it. The plan shows one line for each file that is added, changed or removed. Objects under the prefix that this resource has not written are never touched.",
		Attributes: map[string]schema.Attribute{
			"bucket": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Bucket, as `name-appid`, such as `examplebucket-1250000000`. A change moves all files in place: COS copies them, and the old ones go once all copies are proved.",
			},
			"prefix": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What comes before the relative path of each file in its key, verbatim: usually a folder with its final slash, such as `site/`. Default: nothing. A change moves all files in place.",
			},
			"region": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Region of the bucket. Default: the provider's region at the time the directory is created. A change moves all files in place.",
			},
			"source": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "Path of the folder, relative to the one that Terraform runs in: begin it with `${path.module}`. It need not exist before the apply; `files` is then known after the apply. A folder that is missing or empty at apply is an error and never means that all files were removed. Links are followed as long as they stay in the folder.",
			},
			"source_hash": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Any string that changes when a file does. While it is set, no plan reads the files: use it for a tree that is built during the same apply.",
			},
			"include": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Patterns of the files that are uploaded, matched with the path below `source`: `*` stands for a part of a name, `**` for any folders, `{a,b}` for either, `[ab]` for one of the characters. Brackets in a name are written `\\\\[slug\\\\].html`. `dir/` is `dir/**`. Default: `**`. Names that begin with a dot are matched only by a pattern that spells the dot, as in `.well-known/**`, and so are states, variable files and plans of Terraform.",
			},
			"exclude": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Patterns of files that are not uploaded, whatever `include` says. A file that is newly excluded counts as removed.",
			},
			"server_side_encryption": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "`AES256` (SSE-COS), `SM4` (SSE-COS, where the account has it) or `cos/kms` (SSE-KMS), for all files. Null with a customer key (SSE-C). Exactly one encryption must be declared, here or by `default_encryption` of the provider.",
			},
			"sse_kms_key_id": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "ID of the KMS key, only with `cos/kms`. Default: COS's default key; then each KMS key that an object has will do.",
			},
			"sse_context": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Encryption context for KMS, only with `cos/kms`: the base64 of a JSON object whose values are strings. The value is stored in the state.",
			},
			"sse_customer_key_wo": schema.StringAttribute{
				Optional: true, Sensitive: true, WriteOnly: true,
				MarkdownDescription: "Customer key (SSE-C): the base64 of exactly 32 bytes, write-only: **it is stored neither in the state nor in the plan**. For the files to be read with their key, put it into the provider's keyring too, under any name.",
			},
			"sse_customer_key_name": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: "Name of a customer key (SSE-C) in the provider's keyring `sse_customer_keys`. Only the name is stored in the state.",
			},
			"sse_customer_key_md5": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Base64 of the MD5 of the customer key, as COS returns it. It identifies the key and does not reveal it.",
			},
			"storage_class": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Storage class of all files, such as `STANDARD` or `STANDARD_IA`. Default: COS's for a new object, and afterwards the one that it has.",
			},
			"metadata": schema.MapAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "User metadata (`x-cos-meta-*`) of all files: names of lower-case letters, digits and `-`, values of printable ASCII. COS does not encrypt metadata: keep secrets out of it.",
			},
			"rules": schema.ListNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Headers by pattern. Of each header the last rule counts that matches a file and sets it; `\"\"` takes back what an earlier rule has set. A header that no rule gives any more is removed. Changes are made by COS, without a byte of the bodies.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"match":               schema.StringAttribute{Required: true, MarkdownDescription: "Pattern of the files, as in `include`; dot names are names like any other here."},
					"content_type":        schema.StringAttribute{Optional: true, MarkdownDescription: "Header `Content-Type`. Default: guessed from the name when the file is first uploaded or changes; with `content_encoding`, from the name without `.gz`, `.br` or `.zst`."},
					"cache_control":       schema.StringAttribute{Optional: true, MarkdownDescription: "Header `Cache-Control`."},
					"content_disposition": schema.StringAttribute{Optional: true, MarkdownDescription: "Header `Content-Disposition`."},
					"content_encoding":    schema.StringAttribute{Optional: true, MarkdownDescription: "Header `Content-Encoding`. Files are never compressed here."},
					"content_language":    schema.StringAttribute{Optional: true, MarkdownDescription: "Header `Content-Language`."},
				}},
			},
			"upload_last": schema.ListAttribute{
				Optional: true, ElementType: types.StringType,
				MarkdownDescription: "Patterns of files that are written after all others, together with the HTML pages, which always are: whatever refers to other files, such as an index of packages or a service worker.",
			},
			"retain_until": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "UTC time in RFC 3339, such as `2030-12-31T00:00:00Z`, until which COS refuses to change or delete the object of any file: **nobody can shorten it**. The bucket needs object lock. A later time extends the retention of all files without writing them; new files get it with their upload. See the guide [Keep records that nobody can change](../guides/records).",
			},
			"legal_hold": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether the objects of all files are under a legal hold: a lock without an end, until `false` lifts it. The bucket needs object lock. While it is declared, a refresh sends one more request per file.",
			},
			"existing": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What happens if there is an object already under a key that is new to the state: `error` (the default; nothing is written at all), `adopt_identical` (one with the same bytes is taken over, and encrypted in place if need be) or `overwrite` (any other is replaced as well).",
			},
			"removed_files": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What becomes of the object of a file that is gone: `delete` (the default), `next_apply` (it stays until the next apply that changes something, for pages that are still open; after a move the old place, too) or `keep` (it is never deleted).",
			},
			"deletion_policy": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "What destroying does: `delete` (the default; only objects that are still as this resource wrote them) or `abandon` (nothing).",
			},
			"timeouts": timeoutsAttribute(ctx),
			"files": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "CRC64 (ECMA) of each file as a decimal number, by key. If an object is not stored as declared, a refresh tells in what, in parentheses.",
			},
			"headers": schema.MapAttribute{
				Computed: true, ElementType: types.StringType,
				MarkdownDescription: "Headers that `rules` give to a file, in one line, by key.",
			},
			"file_count": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of files."},
			"total_size": schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of all files in bytes."},
			"digest": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "Changes if and only if a byte, a key or a header does: use it as the trigger of a CDN purge.",
			},
		},
	}
}
