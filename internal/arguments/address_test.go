package arguments_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// Each address that is refused is refused once, at its argument, in a sentence.
func TestRefusedAddresses(t *testing.T) {
	t.Parallel()
	valid := arguments.Address{
		Bucket: types.StringValue("examplebucket-1250000000"), Key: types.StringValue("a"), Region: types.StringValue("ap-guangzhou"),
	}
	at := func(change func(*arguments.Address)) arguments.Address {
		changed := valid
		change(&changed)
		return changed
	}
	key := func(value string) arguments.Address {
		return at(func(a *arguments.Address) { a.Key = types.StringValue(value) })
	}
	for name, tc := range map[string]struct {
		address   arguments.Address
		attribute string
	}{
		"empty bucket":      {at(func(a *arguments.Address) { a.Bucket = types.StringValue("") }), "bucket"},
		"bucket, no APPID":  {at(func(a *arguments.Address) { a.Bucket = types.StringValue("lab") }), "bucket"},
		"empty region":      {at(func(a *arguments.Address) { a.Region = types.StringValue("") }), "region"},
		"region with a dot": {at(func(a *arguments.Address) { a.Region = types.StringValue("ap.guangzhou") }), "region"},
		"empty key":         {key(""), "key"},
		"slash":             {key("/"), "key"},
		"way up":            {key("a/../b"), "key"},
		"backslash":         {key(`\a`), "key"},
		"control character": {key("a\tb"), "key"},
		"not UTF-8":         {key("a\xff"), "key"},
		"long key":          {key(strings.Repeat("k", 851)), "key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var told []string
			tc.address.Validate(func(attribute, _, format string, args ...any) {
				told = append(told, attribute)
				detail := fmt.Sprintf(format, args...)
				if first, _ := utf8.DecodeRuneInString(detail); !strings.ContainsRune(`"AT`, first) || !strings.HasSuffix(detail, ".") {
					t.Errorf("%q is no sentence", detail)
				}
			})
			if len(told) != 1 || told[0] != tc.attribute {
				t.Errorf("refused: %q, want %q", told, tc.attribute)
			}
		})
	}
	valid.Validate(func(attribute, _, _ string, _ ...any) { t.Errorf("a valid %s is refused", attribute) })
}
