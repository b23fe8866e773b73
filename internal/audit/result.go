package audit

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// objectAttributes returns the attributes of an object among the results.
func objectAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"key":                   schema.StringAttribute{Computed: true, MarkdownDescription: "Key of the object."},
		"encryption":            schema.StringAttribute{Computed: true, MarkdownDescription: "Encryption, with the values of the argument `encryption`."},
		"sse_kms_key_id":        schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the KMS key; null without SSE-KMS."},
		"sse_customer_key_md5":  schema.StringAttribute{Computed: true, MarkdownDescription: "Base64 of the MD5 of the customer key; null without one, and if it is unknown: COS does not return it without the key."},
		"sse_customer_key_name": schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the customer key in the provider's keyring; null otherwise."},
		"content_length":        schema.Int64Attribute{Computed: true, MarkdownDescription: "Length in bytes."},
		"etag":                  schema.StringAttribute{Computed: true, MarkdownDescription: "ETag, without quotes."},
		"storage_class":         schema.StringAttribute{Computed: true, MarkdownDescription: "Storage class."},
		"last_modified":         schema.StringAttribute{Computed: true, MarkdownDescription: "Time of the last write, in RFC 3339."},
	}
}

var objectType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"key": types.StringType, "encryption": types.StringType,
	"sse_kms_key_id": types.StringType, "sse_customer_key_md5": types.StringType, "sse_customer_key_name": types.StringType,
	"content_length": types.Int64Type, "etag": types.StringType, "storage_class": types.StringType, "last_modified": types.StringType,
}}

// objectValues returns the attribute values of a result. If no key opens the
// object, they come from the listing.
func objectValues(f Finding) map[string]attr.Value {
	info := f.Info
	if f.Encryption == CustomerUnknown {
		info = listedInfo(f.Entry)
	}
	return map[string]attr.Value{
		"key": types.StringValue(f.Entry.Key), "encryption": types.StringValue(string(f.Encryption)),
		"sse_kms_key_id":        arguments.Optional(info.Encryption.KMSKeyID),
		"sse_customer_key_md5":  arguments.Optional(info.Encryption.CustomerKeyMD5),
		"sse_customer_key_name": arguments.Optional(f.KeyName),
		"content_length":        types.Int64Value(info.Length),
		"etag":                  arguments.Optional(info.ETag),
		"storage_class":         arguments.Optional(info.StorageClass),
		"last_modified":         arguments.Optional(inspect.TimeText(info.LastModified)),
	}
}

// tally counts the findings of a walk and keeps those that the filter selects.
type tally struct {
	filter         Filter
	limit, results int64 // 0 if there is no limit
	counts         map[Encryption]int64
	deleteMarkers  int64
	complete       bool
	keep           func(Finding) // nil if nothing is kept
}

func newTally(filter Filter, limit int64) *tally {
	t := &tally{filter: filter, limit: limit, counts: map[Encryption]int64{}, complete: true}
	for _, e := range Encryptions {
		t.counts[e] = 0
	}
	return t
}

// visit receives the findings of a walk. It returns false if the limit is reached
// and there are more.
func (t *tally) visit(f Finding) bool {
	if t.limit > 0 && t.results == t.limit {
		t.complete = false
		return false
	}
	if f.DeleteMarker {
		t.deleteMarkers++
	} else {
		t.counts[f.Encryption]++
	}
	if t.filter.Takes(f) {
		t.results++
		if t.keep != nil {
			t.keep(f)
		}
	}
	return true
}

// numbers returns the counts by encryption.
func (t *tally) numbers() types.Map {
	numbers := make(map[string]attr.Value, len(t.counts))
	for e, n := range t.counts {
		numbers[string(e)] = types.Int64Value(n)
	}
	return types.MapValueMust(types.Int64Type, numbers)
}
