package functions_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A key in several forms. The text and MD5 are printed on COS's SDK pages.
const (
	keyText     = "0123456789ABCDEF0123456789ABCDEF"
	keyBase64   = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	keyUnpadded = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY"
	keyMD5      = "U5L61r7jcwdNvT7frmUG8g=="
)

func TestSSECustomerKey(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		want outcome
		says string
	}{
		"32 bytes":            {keyText, outcome{Text: keyBase64}, ""},
		"32 bytes, 16 runes":  {strings.Repeat("é", 16), outcome{Text: base64.StdEncoding.EncodeToString([]byte(strings.Repeat("é", 16)))}, ""},
		"spaces count":        {strings.Repeat(" ", 32), outcome{Text: base64.StdEncoding.EncodeToString([]byte(strings.Repeat(" ", 32)))}, ""},
		"31 bytes":            {keyText[1:], outcome{Argument: 1}, "exactly 32 bytes, and this text has 31"},
		"33 bytes":            {keyText + "0", outcome{Argument: 1}, "has 33"},
		"32 runes, not bytes": {strings.Repeat("é", 32), outcome{Argument: 1}, "has 64"},
		"already base64":      {keyBase64, outcome{Argument: 1}, "has 44"},
		"empty":               {"", outcome{Argument: 1}, "has 0"},
		"a final newline":     {keyText + "\n", outcome{Argument: 1}, "trimspace()"},
		"base64 already":      {keyBase64, outcome{Argument: 1}, "Use it as it is"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := call(t, "sse_customer_key", str(tc.text))
			if diff := cmp.Diff(tc.want, outcomeOf(t, value, err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(err.Error(), tc.says) || tc.text != "" && strings.Contains(err.Error(), tc.text) {
				t.Errorf("the error is %q", err.Error())
			}
		})
	}
}

func TestSSECustomerKeyMD5(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		key  string
		want outcome
		says string
	}{
		"padded":     {keyBase64, outcome{Text: keyMD5}, ""},
		"unpadded":   {keyUnpadded, outcome{Text: keyMD5}, ""},
		"not base64": {"!" + keyBase64, outcome{Argument: 1}, "not base64"},
		"raw text":   {keyText, outcome{Argument: 1}, "decodes to 24"},
		"short":      {"aGVsbG8=", outcome{Argument: 1}, "decodes to 5"},
		"empty":      {"", outcome{Argument: 1}, "decodes to 0"},
		"a newline":  {keyBase64 + "\n", outcome{Argument: 1}, "trimspace()"},
		"raw":        {keyText, outcome{Argument: 1}, "provider::cos::sse_customer_key()"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := call(t, "sse_customer_key_md5", str(tc.key))
			if diff := cmp.Diff(tc.want, outcomeOf(t, value, err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(err.Error(), tc.says) || tc.key != "" && strings.Contains(err.Error(), tc.key) {
				t.Errorf("the error is %q", err.Error())
			}
		})
	}
}

// A text is a key if and only if it has 32 bytes, and the result decodes to that
// text.
func FuzzSSECustomerKey(f *testing.F) {
	for _, text := range []string{keyText, keyText[1:], strings.Repeat("é", 16), "", strings.Repeat("\x00", 32), keyBase64} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := call(t, "sse_customer_key", str(text))
		if (err == nil) != (len(text) == sse.KeySize) {
			t.Fatalf("%d bytes: error %v", len(text), err)
		}
		if err != nil {
			if len(text) > 8 && strings.Contains(err.Error(), text) {
				t.Errorf("the error quotes the key: %s", err)
			}
			return
		}
		key, parseErr := sse.ParseCustomerKey(outcomeOf(t, value, nil).Text)
		if parseErr != nil || string(key.Bytes()) != text {
			t.Errorf("%q became %v", text, parseErr)
		}
	})
}

// The MD5 exists if and only if the value is accepted as a key elsewhere, and no
// error quotes the value.
func FuzzSSECustomerKeyMD5(f *testing.F) {
	for _, text := range []string{keyBase64, keyUnpadded, keyUnpadded + "==", "\n" + keyBase64, strings.ReplaceAll(keyBase64, "M", "-"), "====", keyText} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value, err := call(t, "sse_customer_key_md5", str(text))
		key, parseErr := sse.ParseCustomerKey(text)
		if (err == nil) != (parseErr == nil) {
			t.Fatalf("%q: %v, but %v", text, err, parseErr)
		}
		if err != nil && len(text) > 16 && strings.Contains(err.Error(), text) {
			t.Errorf("the error quotes the key: %s", err)
		}
		if err == nil && outcomeOf(t, value, nil).Text != key.MD5() {
			t.Errorf("%q: %s", text, value)
		}
	})
}
