package object

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestValidateSource(t *testing.T) {
	t.Parallel()
	odd := filepath.Join(t.TempDir(), "a*.js")
	if err := os.WriteFile(odd, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for source, says := range map[string]string{
		"":                       "content = \"\"",
		"https://example.com/f":  "data source http",
		"HTTP://example.com/f":   "data source http",
		"cos://b-1250000000/key": "copy_source",
		"s3://bucket/key":        "Download the file",
		"file:///tmp/none":       "source = \"/tmp/none\"",
		"dist/*.js":              "", // reported by the plan of a create
		odd:                      "",
		"dist/a.js":              "",
		"dir://x/y":              "Download the file",
		"a/b://c":                "",
		"/nowhere/at/all":        "",
	} {
		var got []string
		model{Source: types.StringValue(source)}.validateSource(func(attribute, summary, format string, args ...any) {
			got = append(got, attribute+" "+summary+" "+fmt.Sprintf(format, args...))
		})
		switch {
		case says == "" && len(got) > 0:
			t.Errorf("%q: %q", source, got)
		case says != "" && (len(got) != 1 || !strings.HasPrefix(got[0], "source ") || !strings.Contains(got[0], says)):
			t.Errorf("%q: %q, want %q", source, got, says)
		case strings.Contains(strings.Join(got, " "), "example.com"):
			t.Errorf("%q is quoted: %q", source, got)
		}
	}
}
