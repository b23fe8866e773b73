package object

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// An invalid value is an error if it is new, but not if the object already has it.
// An existing invalid value does not permit another one.
func TestCheckNew(t *testing.T) {
	t.Parallel()
	metadata := func(values map[string]string) func(*model) {
		return func(m *model) { m.Metadata = arguments.Map(values) }
	}
	tags := func(values map[string]string) func(*model) { return func(m *model) { m.Tags = arguments.Map(values) } }
	many := map[string]string{}
	for i := range arguments.MaxTags + 1 {
		many[fmt.Sprint(i)] = "v"
	}
	for name, tc := range map[string]struct {
		change func(*model)
		want   string // "" if it is valid
		says   string
	}{
		"expires is no date":            {func(m *model) { m.Expires = str("0") }, "expires: Invalid Date", "EEE, DD MMM YYYY hh:mm:ss 'GMT'"},
		"expires is an ISO date":        {func(m *model) { m.Expires = str("2026-10-21T07:28:00Z") }, "expires: Invalid Date", "formatdate("},
		"expires is an HTTP date":       {func(m *model) { m.Expires = str("Wed, 21 Oct 2026 07:28:00 GMT") }, "", ""},
		"a disposition in Chinese":      {func(m *model) { m.ContentDisposition = str(`attachment; filename="名.txt"`) }, "content_disposition: Invalid Header", `filename*=UTF-8''${replace(urlencode("名.txt"), "+", "%20")}`},
		"an encoded disposition":        {func(m *model) { m.ContentDisposition = str(`attachment; filename*=UTF-8''%E5%90%8D.txt`) }, "", ""},
		"a header that is not ASCII":    {func(m *model) { m.ContentEncoding = str("gzïp") }, "content_encoding: Invalid Header", "byte 2"},
		"a tab in a header":             {func(m *model) { m.CacheControl = str("a\tb") }, "cache_control: Invalid Header", "byte 1"},
		"storage class in lower case":   {func(m *model) { m.StorageClass = str("standard") }, "storage_class: Invalid Storage Class", "STANDARD_IA"},
		"metadata name with underscore": {metadata(map[string]string{"my_owner": "me"}), "metadata: Invalid Metadata Name", `"my_owner"`},
		"metadata value is not ASCII":   {metadata(map[string]string{"title": "中文标题"}), "metadata: Invalid Header", "urlencode()"},
		"metadata of 2 KB":              {metadata(map[string]string{"ab": strings.Repeat("x", 2046)}), "", ""},
		"metadata of 2 KB and a byte":   {metadata(map[string]string{"ab": strings.Repeat("x", 2047)}), "metadata: Metadata Too Large", "2049 bytes"},
		"tags of all kinds":             {tags(map[string]string{"a b": "c/d@e", "中文": "值", strings.Repeat("k", 127): strings.Repeat("v", 255)}), "", ""},
		"no tags":                       {tags(nil), "", ""},
		"eleven tags":                   {tags(many), "tags: Too Many Tags", "11 tags"},
		"a tag without a key":           {tags(map[string]string{"": "v"}), "tags: Invalid Tag", "1 to 127"},
		"a long key":                    {tags(map[string]string{strings.Repeat("k", 128): "v"}), "tags: Invalid Tag", "1 to 127"},
		"a tag without a value":         {tags(map[string]string{"k": ""}), "tags: Invalid Tag", "set it to null"},
		"a long value":                  {tags(map[string]string{"k": strings.Repeat("v", 256)}), "tags: Invalid Tag", "1 to 255"},
		"a letter that is not":          {tags(map[string]string{"k": "a&b"}), "tags: Invalid Tag", "+ - _ = . : / @"},
		"null elements": {func(m *model) {
			m.Tags = types.MapValueMust(types.StringType, map[string]attr.Value{"k": types.StringNull(), "l": types.StringUnknown()})
			m.Metadata = types.MapValueMust(types.StringType, map[string]attr.Value{"k": types.StringNull(), "l": types.StringUnknown()})
		}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check := func(config model, prior *model) diag.Diagnostics {
				var diags diag.Diagnostics
				config.checkNew(prior, providerdata.Tags{}, func(attribute, summary, format string, args ...any) {
					diags.AddAttributeError(path.Root(attribute), summary, fmt.Sprintf(format, args...))
				})
				return diags
			}
			m := declared()
			tc.change(&m)
			var want []string
			if tc.want != "" {
				want = []string{tc.want}
			}
			other := declared()
			other.Tags = types.MapValueMust(types.StringType, nil) // tags were read, and there are none
			for what, prior := range map[string]*model{"a new object": nil, "an object without it": &other} {
				diags := check(m, prior)
				if diff := cmp.Diff(want, findings(diags)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", what, diff)
				}
				if !strings.Contains(details(diags), tc.says) {
					t.Errorf("%s: the detail does not say %q:\n%s", what, tc.says, details(diags))
				}
			}
			there := m
			if diags := check(m, &there); len(diags) > 0 {
				t.Errorf("the object has it already, and yet: %s", details(diags))
			}
			if diags := m.validate(); len(diags) > 0 {
				t.Errorf("validation knows no prior state, and yet: %s", details(diags))
			}
		})
	}
}

// Null elements are ignored.
func TestSameStrings(t *testing.T) {
	t.Parallel()
	of := func(values map[string]attr.Value) types.Map { return types.MapValueMust(types.StringType, values) }
	none := types.MapNull(types.StringType)
	for name, tc := range map[string]struct {
		a, b types.Map
		want bool
	}{
		"null and null":       {none, none, true},
		"null and empty":      {none, of(nil), false},
		"empty and one null":  {of(nil), of(map[string]attr.Value{"a": types.StringNull()}), true},
		"null and a value":    {of(map[string]attr.Value{"a": str("1"), "b": types.StringNull()}), of(map[string]attr.Value{"a": str("1")}), true},
		"another value":       {of(map[string]attr.Value{"a": str("1")}), of(map[string]attr.Value{"a": str("2")}), false},
		"a value not known":   {of(map[string]attr.Value{"a": types.StringUnknown()}), of(nil), false},
		"the map not known":   {types.MapUnknown(types.StringType), none, false},
		"null and empty text": {of(map[string]attr.Value{"a": types.StringNull()}), of(map[string]attr.Value{"a": str("")}), false},
	} {
		if got := sameStrings(tc.a, tc.b); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
