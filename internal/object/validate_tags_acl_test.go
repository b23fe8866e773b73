package object

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// acl, deletion_policy and copy_source are validated.
func TestValidateTagsAndACL(t *testing.T) {
	t.Parallel()
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
