package object

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// The plan warns if an update replaces an archived object: always if the plan
// itself shows no upload, otherwise only while COS is known to bill what is
// replaced.
func TestArchivedObjectIsReplaced(t *testing.T) {
	t.Parallel()
	const (
		replaced = "Archived Object Is Replaced"
		again    = "Archived Object Is Uploaded Again"
	)
	body := func(m *model) { m.Content = str("another body") }
	header := func(m *model) { m.CacheControl = str("no-store") }
	for name, tc := range map[string]struct {
		class   string
		days    int // since it was written
		version string
		after   func(*model)
		warned  string
		says    string
		notSay  string
	}{
		"a body, early":                     {"ARCHIVE", 89, "", body, replaced, "at least 90 days, so this one is billed at least until 2026-04-02T03:04:05Z", ""},
		"a body, in time":                   {"ARCHIVE", 90, "", body, "", "", ""},
		"a body, deep":                      {"DEEP_ARCHIVE", 90, "", body, replaced, "at least 180 days", ""},
		"a body, multi-AZ":                  {"MAZ_ARCHIVE", 1, "", body, replaced, "class MAZ_ARCHIVE", ""},
		"a body, in a bucket of versions":   {"ARCHIVE", 1, "v1", body, "", "", ""},
		"a body, versioning suspended":      {"ARCHIVE", 1, "null", body, replaced, "another storage_class", ""},
		"a body, not archived":              {"STANDARD_IA", 1, "", body, "", "", ""},
		"a body that is not known":          {"ARCHIVE", 1, "", func(m *model) { m.Content = types.StringUnknown() }, "", "", ""},
		"a header, early":                   {"ARCHIVE", 1, "", header, again, "uploaded again. COS bills", "may be billed"},
		"a header, later":                   {"ARCHIVE", 90, "", header, again, "may be billed", "at least"},
		"a header, in a bucket of versions": {"ARCHIVE", 1, "v1", header, again, "uploaded again", "billed"},
		"a move":                            {"ARCHIVE", 1, "", func(m *model) { m.Key = str("b") }, again, "COS bills", ""},
		"a move that abandons":              {"ARCHIVE", 1, "", func(m *model) { m.Key, m.DeletionPolicy = str("b"), str("abandon") }, again, "uploaded again", "COS bills"},
		"a class, multi-AZ":                 {"MAZ_ARCHIVE", 1, "", func(m *model) { m.StorageClass = str("MAZ_STANDARD") }, "Multi-AZ Object Is Uploaded Again", "", "restored"},
		"only a record":                     {"ARCHIVE", 1, "", func(m *model) { m.Overwrite = types.BoolValue(true) }, "", "", ""},
		"only tags":                         {"ARCHIVE", 1, "", func(m *model) { m.Tags = arguments.Map(map[string]string{"a": "b"}) }, "", "", ""},
		"a header, no body declared":        {"ARCHIVE", 1, "", func(m *model) { m.Content = types.StringNull(); header(m) }, "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := onAES.config()
			config.StorageClass = str(tc.class)
			prior := applied(config, onAES.found)
			prior.StorageClass = str(tc.class)
			prior.LastModified, prior.VersionID = str("2026-01-02T03:04:05Z"), arguments.Optional(tc.version)
			tc.after(&config)
			now := time.Date(2026, 1, 2+tc.days, 3, 4, 5, 0, time.UTC)
			o := decide(t.Context(), situation{config: config, prior: &prior, data: someData(t), now: now})
			if o.diags.HasError() {
				t.Fatal(o.diags)
			}
			summary, detail := "", ""
			for _, d := range o.diags {
				summary, detail = summary+d.Summary(), detail+d.Detail()
			}
			if summary != tc.warned || !strings.Contains(detail, tc.says) || tc.notSay != "" && strings.Contains(detail, tc.notSay) {
				t.Errorf("warned of %q: %s", summary, detail)
			}
		})
	}
}
