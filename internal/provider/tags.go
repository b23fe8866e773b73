package provider

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// tagAttributes returns default_tags and ignore_tags.
func tagAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"default_tags": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Tags of every `cos_encrypted_object`, in addition to its own `tags`: if both have a key, the object's value wins. COS allows 10 tags for each object, these included. " +
				"While this is set, **all** tags of the objects are managed, except those of `ignore_tags`: a tag that is declared neither here nor there is removed. `tags_all` of an object shows the result. " +
				"`{}` manages all tags without adding any; null elements are ignored. The values are stored in the state. Does not apply to `cos_encrypted_directory`.",
		},
		"ignore_tags": schema.SingleNestedAttribute{
			Optional: true,
			MarkdownDescription: "Tags of objects that other systems set. They are neither shown nor changed, and a write keeps them. A tag that is declared in `default_tags` or in `tags` must not be ignored. " +
				"They count towards the 10 tags that COS allows. An update that changes `tags` of an object reads its tags first.",
			Attributes: map[string]schema.Attribute{
				"keys": schema.ListAttribute{
					Optional:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "Keys of tags to ignore.",
				},
				"key_prefixes": schema.ListAttribute{
					Optional:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "Beginnings of keys: all tags whose key begins so are ignored.",
				},
			},
		},
	}
}

// tags reads both arguments. Unknown values are checked once they are known.
func (m model) tags() (providerdata.Tags, diag.Diagnostics) {
	tags := providerdata.Tags{Default: m.DefaultTags, IgnoreUnknown: m.IgnoreTags.IsUnknown()}
	var diags diag.Diagnostics
	tags.Keys = ignored(m.IgnoreTags, "keys", &tags, &diags)
	tags.Prefixes = ignored(m.IgnoreTags, "key_prefixes", &tags, &diags)

	at := path.Root("default_tags")
	values, set := arguments.Strings(m.DefaultTags), 0
	for _, key := range slices.Sorted(maps.Keys(m.DefaultTags.Elements())) {
		if m.DefaultTags.Elements()[key].IsNull() {
			continue
		}
		set++
		value, known := values[key]
		switch {
		case !arguments.IsTagKey(key):
			diags.AddAttributeError(at, "Invalid Default Tag", fmt.Sprintf("%q is not a valid tag key: a key has 1 to %d %s.", key, arguments.MaxTagKey, arguments.TagCharacters))
		case known && !arguments.IsTagValue(value):
			diags.AddAttributeError(at.AtMapKey(key), "Invalid Default Tag", fmt.Sprintf("The value of the tag %q is not valid: a value has 1 to %d %s. To omit the tag, set it to null.", key, arguments.MaxTagValue, arguments.TagCharacters))
		case tags.Ignores(key):
			diags.AddAttributeError(at.AtMapKey(key), "Default Tag Is Ignored", fmt.Sprintf("The tag %q is both in default_tags and left to others by ignore_tags. Remove it from one of the two.", key))
		}
	}
	if set > arguments.MaxTags {
		diags.AddAttributeError(at, "Too Many Default Tags", fmt.Sprintf("%d tags are set; COS allows %d for each object.", set, arguments.MaxTags))
	}
	return tags, diags
}

// ignored returns the known elements of a list in ignore_tags.
func ignored(o types.Object, name string, tags *providerdata.Tags, diags *diag.Diagnostics) (values []string) {
	list, ok := o.Attributes()[name].(types.List)
	if !ok {
		return nil
	}
	tags.IgnoreUnknown = tags.IgnoreUnknown || list.IsUnknown()
	for _, element := range list.Elements() {
		switch s, _ := element.(types.String); {
		case element.IsUnknown():
			tags.IgnoreUnknown = true
		case s.ValueString() == "":
			diags.AddAttributeError(path.Root("ignore_tags").AtName(name), "Invalid Ignored Tag", "An element of the list is null or empty. An empty prefix would ignore every tag.")
		default:
			values = append(values, s.ValueString())
		}
	}
	return values
}
