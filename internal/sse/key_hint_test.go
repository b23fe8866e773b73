package sse_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Errors recognize values that are commonly pasted as a key, explain how to make
// a key of them, and never quote them.
func TestKeyErrorsSayWhatTheValueIs(t *testing.T) {
	t.Parallel()
	raw := []byte("\xfb\xef\xbecanary~of?a+key/of~32~~~bytes") // its base64 contains both letters in which the alphabets differ
	std, url := base64.StdEncoding.EncodeToString(raw), base64.URLEncoding.EncodeToString(raw)
	digits := hex.EncodeToString(raw)
	text := "canary~of?a+key/of~32~letters~~~"
	if len(raw) != sse.KeySize || len(text) != sse.KeySize || !strings.ContainsAny(url, "-_") {
		t.Fatal("the values are not what the test needs")
	}
	for name, tc := range map[string]struct {
		in   string
		base error
		says []string
	}{
		"a final newline":             {std + "\n", sse.ErrKeyEncoding, []string{"line break", "trimspace()"}},
		"a final newline of Windows":  {std + "\r\n", sse.ErrKeyEncoding, []string{"line break", "trimspace()"}},
		"unpadded, a final newline":   {strings.TrimRight(std, "=") + "\n", sse.ErrKeyEncoding, []string{"line break", "trimspace()"}},
		"a space before":              {" " + std, sse.ErrKeyEncoding, []string{"white space", "trimspace()"}},
		"a raw text":                  {text, sse.ErrKeyEncoding, []string{"32 characters", "provider::cos::sse_customer_key()"}},
		"a raw text, base64 as it is": {keyText, sse.ErrKeyLength, []string{"decodes to 24", "provider::cos::sse_customer_key()"}},
		"a raw text and a newline":    {text + "\n", sse.ErrKeyEncoding, []string{"trimspace()", "provider::cos::sse_customer_key()"}},
		"hexadecimal":                 {digits, sse.ErrKeyLength, []string{"hexadecimal", "base64"}},
		"hexadecimal, upper case":     {strings.ToUpper(digits), sse.ErrKeyLength, []string{"hexadecimal"}},
		"hexadecimal, with 0x":        {"0x" + digits, sse.ErrKeyEncoding, []string{"hexadecimal"}},
		"hexadecimal and a newline":   {digits + "\n", sse.ErrKeyEncoding, []string{"trimspace()", "hexadecimal"}},
		"URL-safe":                    {url, sse.ErrKeyEncoding, []string{"URL-safe", `"-" by "+"`, "b64_std"}},
		"URL-safe, unpadded":          {strings.TrimRight(url, "="), sse.ErrKeyEncoding, []string{"URL-safe"}},
		"encoded twice":               {base64.StdEncoding.EncodeToString([]byte(std)), sse.ErrKeyLength, []string{"twice", "base64encode()"}},
		"in quotes":                   {`"` + std + `"`, sse.ErrKeyEncoding, []string{"quotes", "jsondecode()"}},
		"in quotes, hexadecimal":      {`"` + digits + `"`, sse.ErrKeyEncoding, []string{"quotes"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := sse.ParseCustomerKey(tc.in)
			if !errors.Is(err, tc.base) {
				t.Fatalf("got error %v, want %v", err, tc.base)
			}
			for _, says := range tc.says {
				if !strings.Contains(err.Error(), says) {
					t.Errorf("it does not say %q: %v", says, err)
				}
			}
			quotes(t, err.Error(), tc.in)
		})
	}
	for name, in := range map[string]string{"a word": "word", "a word and a newline": "word\n", "31 bytes": base64.StdEncoding.EncodeToString(raw[1:]), "half of it in hex": digits[:62], "nothing": "", "one quote": `"`} {
		_, err := sse.ParseCustomerKey(in)
		if err == nil || strings.Contains(err.Error(), ": it ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Text that is meant as a raw key may be an encoded key.
func TestHintForText(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ in, says string }{
		"a final newline":   {keyText + "\n", "trimspace()"},
		"encoded already":   {keyBase64, "Use it as it is"},
		"encoded, newline":  {keyBase64 + "\n", "Use it as it is"},
		"hexadecimal":       {hex.EncodeToString([]byte(keyText)), "hexadecimal"},
		"a password":        {"correct horse", ""},
		"nothing":           {"", ""},
		"33 bytes, no more": {keyText + "0", ""},
	} {
		got := sse.HintForText(tc.in)
		if tc.says == "" && got != "" || !strings.Contains(got, tc.says) {
			t.Errorf("%s: %q", name, got)
		}
		quotes(t, got, tc.in)
	}
}

// quotes fails the test if text contains part of a secret.
func quotes(t *testing.T, text, secret string) {
	t.Helper()
	for i := 0; i+8 <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+8]) {
			t.Errorf("the value is quoted: %s", text)
			return
		}
	}
}

func FuzzParseCustomerKey(f *testing.F) {
	for _, in := range []string{keyBase64, keyText, keyBase64 + "\n", `""`, `"`, " ", hex.EncodeToString([]byte(keyText)), "\"\"\"\"", "0x"} {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		key, err := sse.ParseCustomerKey(in)
		if (err == nil) == key.IsZero() {
			t.Fatalf("%v and a key: %t", err, !key.IsZero())
		}
		if err != nil && len(in) > 40 && strings.Contains(err.Error(), in) {
			t.Errorf("the value is quoted: %v", err)
		}
	})
}
