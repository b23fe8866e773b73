package object

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// What stands beside the body, and a body that is another object.
func TestValidateBeside(t *testing.T) {
	t.Parallel()
	tagged := func(tags map[string]string) func(*model) { return func(m *model) { m.Tags = arguments.Map(tags) } }
	many := map[string]string{}
	for i := range 11 {
		many[fmt.Sprint(i)] = ""
	}
	source := func(changed map[string]string) func(*model) {
		return func(m *model) {
			values := map[string]attr.Value{}
			for name := range m.CopySource.AttributeTypes(t.Context()) {
				values[name] = types.StringNull()
			}
			values["bucket"], values["key"] = str(testBucket), str("source")
			for name, value := range changed {
				values[name] = str(value)
			}
			m.Content = types.StringNull()
			m.CopySource = types.ObjectValueMust(m.CopySource.AttributeTypes(t.Context()), values)
		}
	}
	const copySource = "copy_source: Invalid Copy Source"
	for name, tc := range map[string]struct {
		change func(*model)
		want   []string
	}{
		"tags":                 {tagged(map[string]string{"a b": "c/d", "中文": "", strings.Repeat("k", 128): strings.Repeat("v", 256)}), nil},
		"no tags":              {tagged(nil), nil},
		"eleven tags":          {tagged(many), []string{"tags: Too Many Tags"}},
		"a tag without a key":  {tagged(map[string]string{"": "v"}), []string{"tags: Invalid Tag"}},
		"a long key":           {tagged(map[string]string{strings.Repeat("k", 129): "v"}), []string{"tags: Invalid Tag"}},
		"a long value":         {tagged(map[string]string{"k": strings.Repeat("v", 257)}), []string{"tags: Invalid Tag"}},
		"a letter that is not": {tagged(map[string]string{"k": "a&b"}), []string{"tags: Invalid Tag"}},
		"a tag that is null": {func(m *model) {
			m.Tags = types.MapValueMust(types.StringType, map[string]attr.Value{"k": types.StringNull()})
		}, []string{"tags: Invalid Tag"}},
		"a tag that is not known": {func(m *model) {
			m.Tags = types.MapValueMust(types.StringType, map[string]attr.Value{"k": types.StringUnknown()})
		}, nil},
		"another ACL":             {func(m *model) { m.ACL = str("public-read-write") }, []string{"acl: Invalid ACL"}},
		"another policy":          {func(m *model) { m.DeletionPolicy = str("prevent") }, []string{"deletion_policy: Invalid Deletion Policy"}},
		"known words":             {func(m *model) { m.ACL, m.DeletionPolicy = str("public-read"), str("delete_all_versions") }, nil},
		"a source":                {source(map[string]string{"region": "ap-beijing", "etag": `"abc"`}), nil},
		"a source, no appid":      {source(map[string]string{"bucket": "bucket"}), []string{copySource}},
		"a source, leading slash": {source(map[string]string{"key": "/a"}), nil},
		"a source, dot segment":   {source(map[string]string{"key": "a/../b"}), []string{copySource}},
		"a source, no region":     {source(map[string]string{"region": "Nowhere"}), []string{copySource}},
		"a source, empty etag":    {source(map[string]string{"etag": `""`}), []string{copySource}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := declared()
			tc.change(&m)
			if diff := cmp.Diff(tc.want, findings(m.validate())); diff != "" {
				t.Error(diff)
			}
		})
	}
}
