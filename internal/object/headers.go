package object

import (
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// header is an argument that is stored as a header of the object. An entry in
// headers covers the schema, validation, writing, reading, comparing, planning and
// adopting from the official provider. Beyond that, an argument only needs a field
// in the model and in the client.
type header struct {
	name        string                                             // of the argument
	value       func(*model) *types.String                         // in the model
	stored      func(*cosclient.Attributes) *string                // in the client's representation
	left        bool                                               // COS or the provider decides if it is not declared
	description string                                             // if empty, the name of the header
	check       func(invalid arguments.Report, name, value string) // validates a new value; nil means checkNewHeader
}

var headers = []header{
	{
		name:        "content_type",
		value:       func(m *model) *types.String { return &m.ContentType },
		stored:      func(a *cosclient.Attributes) *string { return &a.ContentType },
		left:        true,
		description: "Media type. Default: guessed from the extension of the key, then of the source, when the object is created; `application/x-directory` for an empty object whose key ends in `/`.",
	},
	{
		name:   "cache_control",
		value:  func(m *model) *types.String { return &m.CacheControl },
		stored: func(a *cosclient.Attributes) *string { return &a.CacheControl },
	},
	{
		name:   "content_disposition",
		value:  func(m *model) *types.String { return &m.ContentDisposition },
		stored: func(a *cosclient.Attributes) *string { return &a.ContentDisposition },
		check:  checkDisposition,
	},
	{
		name:   "content_encoding",
		value:  func(m *model) *types.String { return &m.ContentEncoding },
		stored: func(a *cosclient.Attributes) *string { return &a.ContentEncoding },
	},
	{
		name:   "content_language",
		value:  func(m *model) *types.String { return &m.ContentLanguage },
		stored: func(a *cosclient.Attributes) *string { return &a.ContentLanguage },
	},
	{
		name:        "expires",
		value:       func(m *model) *types.String { return &m.Expires },
		stored:      func(a *cosclient.Attributes) *string { return &a.Expires },
		description: "Header `Expires`: an HTTP date such as `Wed, 21 Oct 2026 07:28:00 GMT`, kept verbatim. `formatdate(\"EEE, DD MMM YYYY hh:mm:ss 'GMT'\", time)` formats a UTC time. Existing values of an imported object, such as `0`, are accepted unchanged.",
		check:       checkHTTPDate,
	},
	{
		name:        "storage_class",
		value:       func(m *model) *types.String { return &m.StorageClass },
		stored:      func(a *cosclient.Attributes) *string { return &a.StorageClass },
		left:        true,
		description: "Storage class, such as `STANDARD`, `STANDARD_IA`, `INTELLIGENT_TIERING`, `ARCHIVE`, `DEEP_ARCHIVE`, or a `MAZ_` class on a multi-AZ bucket. Default: COS's when the object is created, and the object's current class afterwards. COS copies an object of a `MAZ_` class only within its class, so changing to another class uploads the declared body again.",
		check:       arguments.StorageClass,
	},
}

// headerAttributes adds the headers to the attributes of a schema.
func headerAttributes(attributes map[string]schema.Attribute) map[string]schema.Attribute {
	for _, h := range headers {
		description := h.description
		if description == "" {
			var a cosclient.Attributes
			for name, value := range a.Headers() {
				if value == h.stored(&a) {
					description = "Header `" + name + "`." + asciiNote
				}
			}
		}
		attributes[h.name] = schema.StringAttribute{Optional: true, Computed: h.left, MarkdownDescription: description}
	}
	return attributes
}
