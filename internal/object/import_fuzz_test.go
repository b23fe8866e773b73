package object

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Parsing any import ID and formatting the result gives the same location again,
// and the key is the rest of the ID, verbatim.
func FuzzParseImportID(f *testing.F) {
	for _, id := range []string{
		"lab-1250000000/a", "cos://lab-1250000000/a//b/", "ap-guangzhou:lab-1250000000/a:b/c d?e=f%20#g", "cos://ap-guangzhou:lab-1250000000/cos://x",
		"", "/", ":", "cos://", "cos:///", "a:/b", ":a/b", "cos://cos://a/b", "lab-1250000000/\u00fc\xff\x00", "a:b:c/d",
	} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		loc, err := parseImportID(id)
		if err != nil {
			return
		}
		if loc.Bucket == "" || loc.Key == "" || strings.Contains(loc.Bucket, "/") || strings.ContainsAny(loc.Region, "/:") {
			t.Fatalf("%q is read as %+v", id, loc)
		}
		written := loc.Bucket + "/" + loc.Key
		if loc.Region != "" {
			written = loc.Region + ":" + written
		}
		if strings.TrimPrefix(id, "cos://") != written {
			t.Errorf("%q is read as %+v, which is written %q", id, loc, written)
		}
		if again, err := parseImportID("cos://" + written); err != nil || again != loc {
			t.Errorf("%q is read as %+v, and that again as %+v, %v", id, loc, again, err)
		}
		m := model{Bucket: types.StringValue(loc.Bucket), Key: types.StringValue(loc.Key), Region: types.StringValue(loc.Region)}
		if got := m.location(); !m.validate().HasError() && got != loc {
			t.Errorf("%+v became %+v", loc, got)
		}
	})
}
