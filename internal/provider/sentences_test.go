package provider

import (
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// What a provider block is refused for is told in sentences, also if the words come from another package.
func TestRefusedBlocksAreToldInSentences(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]model{
		"endpoint without a scheme":   {Endpoint: types.StringValue("127.0.0.1:8443")},
		"endpoint with a path":        {Endpoint: types.StringValue("https://127.0.0.1/path")},
		"endpoint with a query":       {Endpoint: types.StringValue("https://127.0.0.1?a=b")},
		"endpoint with a password":    {Endpoint: types.StringValue("https://me:secret@127.0.0.1")},
		"endpoint with a placeholder": {Endpoint: types.StringValue("https://{buket}.example.com")},
		"endpoint half in braces":     {Endpoint: types.StringValue("https://{bucket.example.com")},
		"timeout":                     {RequestTimeout: types.StringValue("soon")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := m.validate()
			if len(diags) == 0 {
				t.Fatal("nothing was refused")
			}
			for _, d := range diags {
				text := []rune(d.Detail())
				if first := text[0]; !unicode.IsUpper(first) && first != '"' || text[len(text)-1] != '.' {
					t.Errorf("%s: %q is no sentence", d.Summary(), d.Detail())
				}
			}
		})
	}
}
