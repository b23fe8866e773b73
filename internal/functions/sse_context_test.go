package functions_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func mapOf(elements map[string]attr.Value) attr.Value {
	return types.MapValueMust(types.StringType, elements)
}

func TestSSEContext(t *testing.T) {
	t.Parallel()
	encoded := func(json string) outcome {
		return outcome{Text: base64.StdEncoding.EncodeToString([]byte(json))}
	}
	for name, tc := range map[string]struct {
		context attr.Value
		want    outcome
	}{
		"as COS's page has it": {mapOf(map[string]attr.Value{"b": str("123321"), "a": str("asdfa")}), outcome{Text: "eyJhIjoiYXNkZmEiLCJiIjoiMTIzMzIxIn0="}},
		"empty":                {mapOf(map[string]attr.Value{}), encoded(`{}`)},
		"unicode and quotes":   {mapOf(map[string]attr.Value{`"k\`: str("腾")}), encoded(`{"\"k\\":"腾"}`)},
		"a null":               {mapOf(map[string]attr.Value{"a": str("1"), "b": types.StringNull()}), outcome{Argument: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := call(t, "sse_context", tc.context)
			if diff := cmp.Diff(tc.want, outcomeOf(t, value, err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if err != nil && !strings.Contains(err.Error(), `"b" is null`) {
				t.Errorf("the error is %q", err.Error())
			}
		})
	}
	value, err := call(t, "sse_context", mapOf(map[string]attr.Value{"a": types.StringUnknown()}))
	if err != nil || !value.IsUnknown() {
		t.Errorf("an unknown element: got %s, %v", value, err)
	}
}

// The resource accepts the result, which depends only on the map.
func FuzzSSEContext(f *testing.F) {
	f.Add("a", "1", "b", "2")
	f.Add("", "", "\x00", "\u2028<&>")
	f.Add("k", `"\`, "腾", "🔑")
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string) {
		for _, text := range []string{name1, value1, name2, value2} {
			if !utf8.ValidString(text) {
				return // Terraform's strings are UTF-8
			}
		}
		values := map[string]string{name1: value1, name2: value2}
		elements := map[string]attr.Value{}
		for name, value := range values {
			elements[name] = str(value)
		}
		value, callErr := call(t, "sse_context", mapOf(elements))
		text := outcomeOf(t, value, callErr).Text
		context, err := sse.ParseContext(text)
		if err != nil || !context.Equal(sse.NewContext(values)) {
			t.Errorf("%q became %q, %v", values, text, err)
		}
		decoded, err := base64.StdEncoding.DecodeString(text)
		var again map[string]string
		if err != nil || json.Unmarshal(decoded, &again) != nil {
			t.Fatalf("%q is not the base64 of JSON", text)
		}
		if diff := cmp.Diff(values, again); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
