package functions_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/functions"
)

// The CLI appends a full stop to function errors, so none may end in one.
func TestErrorsEndWithoutAFullStop(t *testing.T) {
	t.Parallel()
	null := types.MapValueMust(types.StringType, map[string]attr.Value{"a": types.StringNull()})
	failing := map[string][][]attr.Value{
		"crc64":                nil, // has no errors
		"derive_customer_key":  {{str("x"), str(bucket), str("a")}, {str("eA=="), str(bucket), str("a")}, {str(master), str("x"), str("a")}, {str(master), str(bucket), str("")}, {str(master), str("x"), str("")}},
		"filecrc64":            {{str(t.TempDir() + "/none")}, {str(t.TempDir())}, {str("")}},
		"object_url":           {{str("x"), str("ap-beijing"), str("a")}, {str(bucket), str("x y"), str("a")}, {str(bucket), str("ap-beijing"), str("..")}, {str("x"), str("y"), str("")}},
		"parse_object_url":     {{str("")}, {str("https://example.com/a")}, {str("cos://x/a")}, {str("cos://" + bucket + "/")}, {str("ftp://x")}, {str("https://u:p@x/")}},
		"sse_context":          {{null}},
		"sse_customer_key":     {{str("x")}},
		"sse_customer_key_md5": {{str("x")}, {str("eA==")}},
	}
	for _, make := range functions.All() {
		var meta function.MetadataResponse
		make().Metadata(t.Context(), function.MetadataRequest{}, &meta)
		calls, known := failing[meta.Name]
		if !known {
			t.Errorf("%s is not tried here: add a call that fails", meta.Name)
		}
		for _, arguments := range calls {
			_, err := call(t, meta.Name, arguments...)
			switch {
			case err == nil:
				t.Errorf("%s(%v) is no error", meta.Name, arguments)
			case strings.HasSuffix(strings.TrimSpace(err.Text), "."), err.Text == "", strings.ToUpper(err.Text[:1]) != err.Text[:1]:
				t.Errorf("%s(%v): %q", meta.Name, arguments, err.Text)
			}
		}
	}
}
