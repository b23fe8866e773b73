package provider

import (
	"encoding/json"
	"strings"
	"testing"
)

// Any accepted COS_SSE_CUSTOMER_KEYS is a JSON object of names and keys for other
// parsers too, and no error quotes a key.
func FuzzKeyringVariable(f *testing.F) {
	const key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	for _, text := range []string{
		`{"a":"` + key + `"}`, `{"a":"` + key + `","a":"` + key + `"}`, `{"":"` + key + `"}`, `{"` + key + `":"a"}`, `{"a":"` + key[1:] + `"}`,
		`{"a":{"b":"` + key + `"}}`, `[]`, `{}`, `{"a":null}`, `{"a":"` + key + `"} x`, `{"\u0061":"` + key + `","a":""}`, "null", `"`, "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := parseEnvKeys(text)
		if err != nil {
			if strings.Contains(err.Error(), key) {
				t.Errorf("the key is quoted: %v", err)
			}
			return
		}
		if text == "" {
			return
		}
		var values map[string]string
		if json.Unmarshal([]byte(text), &values) != nil || len(values) != len(keys) {
			t.Fatalf("%q is read as %d keys", text, len(keys))
		}
		for name, key := range keys {
			if key.IsZero() || strings.TrimRight(strings.TrimSpace(values[name]), "=") != strings.TrimRight(key.Base64(), "=") {
				t.Errorf("%q: the key %q is another one", text, name)
			}
		}
	})
}
