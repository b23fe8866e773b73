package provider

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A key or other secret used as a name appears in no message, whether it comes
// from the argument or the variable.
func TestSecretsAsNamesOfTheKeyring(t *testing.T) {
	t.Parallel()
	raw := "canary~of?a+key/of~32~characters"
	std := base64.StdEncoding.EncodeToString([]byte(raw))
	key := base64.StdEncoding.EncodeToString([]byte("another~key?of+32/characters~~~~"))
	for name, tc := range map[string]struct{ name, value, says string }{
		"base64":                      {std, key, "itself a customer key"},
		"base64url":                   {base64.RawURLEncoding.EncodeToString([]byte(raw)), key, "itself a customer key"},
		"hex":                         {hex.EncodeToString([]byte(raw)), key, "itself a customer key"},
		"a trailing line break":       {std + "\n", key, "itself a customer key"},
		"swapped":                     {std, "logs", "itself a customer key"},
		"swapped, raw":                {raw, "logs", "swapped"},
		"swapped, without its end":    {std[:41], "logs", "swapped"},
		"swapped, a passphrase":       {"canary of a passphrase", "logs", "swapped"},
		"raw, for what is no key":     {raw, "not a key, and longer than the name, so that they are not swapped", "of 32 bytes (not shown"},
		"base64, doubled":             {std + std, "no key, and longer than the name" + std + std + std, "of 88 bytes (not shown"},
		"a name, for what is no key":  {"a-name", "not base64!", `"a-name"`},
		"a short name, for a shorter": {"a-name", "x", `"a-name"`},
		"a terminal escape in a name": {"a\x1b[31m", "not base64!", "of 6 bytes (not shown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := withCredentials()
			m.SSECustomerKeys = types.MapValueMust(types.StringType, map[string]attr.Value{tc.name: types.StringValue(tc.value)})
			_, diags := resolve(t.Context(), m, environment(), "test")
			env, err := json.Marshal(map[string]string{tc.name: tc.value})
			if err != nil {
				t.Fatal(err)
			}
			_, byEnv := resolve(t.Context(), withCredentials(), environment("COS_SSE_CUSTOMER_KEYS", string(env)), "test")
			for way, text := range map[string]string{"argument": told(diags), "variable": told(byEnv)} {
				if !strings.Contains(text, tc.says) {
					t.Errorf("by the %s it does not say %q: %s", way, tc.says, text)
				}
				for i := 0; i+10 <= len(tc.name); i++ {
					if strings.Contains(text, tc.name[i:i+10]) {
						t.Fatalf("by the %s it quotes the name: %s", way, text)
					}
				}
				if strings.Contains(text, tc.value) && len(tc.value) > 4 {
					t.Errorf("by the %s it quotes the value: %s", way, text)
				}
			}
		})
	}
	// The error about a null element does not show such a name either.
	m := withCredentials()
	m.SSECustomerKeys = types.MapValueMust(types.StringType, map[string]attr.Value{raw: types.StringNull()})
	if _, diags := resolve(t.Context(), m, environment(), "test"); !strings.Contains(told(diags), "not shown") || strings.Contains(told(diags), raw) {
		t.Error(told(diags))
	}
}
