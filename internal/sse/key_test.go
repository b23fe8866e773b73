package sse_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The key and MD5 printed on SDK pages. The MD5 was recomputed.
const (
	keyText   = "0123456789ABCDEF0123456789ABCDEF"
	keyBase64 = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	keyMD5    = "U5L61r7jcwdNvT7frmUG8g=="
)

func mustKey(t *testing.T, s string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(s)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestParseCustomerKey(t *testing.T) {
	t.Parallel()
	long := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xff}, 33))
	for name, tc := range map[string]struct {
		in   string
		want error
	}{
		"padded":                          {keyBase64, nil},
		"unpadded, as an SDK page has it": {strings.TrimRight(keyBase64, "="), nil},
		"empty":                           {"", sse.ErrKeyLength},
		"31 bytes":                        {base64.StdEncoding.EncodeToString([]byte(keyText[:31])), sse.ErrKeyLength},
		"33 bytes":                        {long, sse.ErrKeyLength},
		"raw text of 32 characters":       {keyText, sse.ErrKeyLength},
		"not base64":                      {"!" + keyBase64[1:], sse.ErrKeyEncoding},
		"url-safe alphabet":               {strings.Repeat("_", 43) + "=", sse.ErrKeyEncoding},
		"too much padding":                {keyBase64 + "=", sse.ErrKeyEncoding},
		"a line break inside":             {keyBase64[:20] + "\n" + keyBase64[20:], sse.ErrKeyEncoding},
		"a line break behind":             {keyBase64 + "\n", sse.ErrKeyEncoding},
		"a space behind":                  {keyBase64 + " ", sse.ErrKeyEncoding},
		"stray bits in the last letter":   {keyBase64[:42] + "Z=", sse.ErrKeyEncoding},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := sse.ParseCustomerKey(tc.in)
			if !errors.Is(err, tc.want) {
				t.Fatalf("got error %v, want %v", err, tc.want)
			}
			if err != nil {
				if len(tc.in) > 8 && strings.Contains(err.Error(), tc.in[1:8]) {
					t.Errorf("the error quotes the value: %v", err)
				}
				if !key.IsZero() {
					t.Error("a key came with the error")
				}
				return
			}
			if diff := cmp.Diff([]string{keyBase64, keyMD5}, []string{key.Base64(), key.MD5()}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCustomerKeyIsRedactedEverywhere(t *testing.T) {
	t.Parallel()
	key := mustKey(t, keyBase64)
	type holder struct {
		Public  sse.CustomerKey
		private sse.CustomerKey
		Slice   []sse.CustomerKey
		Map     map[string]sse.CustomerKey
	}
	h := holder{key, key, []sse.CustomerKey{key}, map[string]sse.CustomerKey{"a": key}}
	settings := sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}
	ring := sse.NewKeyring(map[string]sse.CustomerKey{"a": key})

	var printed strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%U", "%c", "%t", "%p"} {
		for _, v := range []any{key, &key, h, &h, settings, &settings, ring, *ring} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
	}
	asJSON, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	printed.Write(asJSON)
	slog.New(slog.NewJSONHandler(&printed, nil)).Info("x", "key", key, "holder", h, "settings", settings)
	slog.New(slog.NewTextHandler(&printed, nil)).Info("x", "key", key, "holder", h, "settings", settings)
	printed.WriteString(fmt.Errorf("wrapped: %v", key).Error())

	out := printed.String()
	decimal := strings.Trim(fmt.Sprint([]byte(keyText)[:6]), "[]")
	for _, form := range []string{keyText, keyText[:8], keyBase64[:16], hex.EncodeToString([]byte(keyText))[:16], strings.ToUpper(hex.EncodeToString([]byte(keyText))[2:16]), decimal, "0x30, 0x31, 0x32"} {
		if strings.Contains(out, form) {
			t.Errorf("the key was printed in the form %q", form)
		}
	}
	if !strings.Contains(out, sse.Redacted) {
		t.Error("nothing was redacted: the test looks at the wrong thing")
	}
}

func TestCustomerKeyEqual(t *testing.T) {
	t.Parallel()
	a, b := mustKey(t, keyBase64), mustKey(t, strings.TrimRight(keyBase64, "="))
	other, err := sse.NewCustomerKey(bytes.Repeat([]byte{1}, sse.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		x, y sse.CustomerKey
		want bool
	}{
		"same bytes":   {a, b, true},
		"other bytes":  {a, other, false},
		"none and one": {sse.CustomerKey{}, a, false},
		"one and none": {a, sse.CustomerKey{}, false},
		"none":         {sse.CustomerKey{}, sse.CustomerKey{}, true},
	} {
		if got := tc.x.Equal(tc.y); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if zero := (sse.CustomerKey{}); zero.MD5() != "" || zero.Base64() != "" || zero.Bytes() != nil {
		t.Error("the zero key has a value")
	}
	copied := a.Bytes()
	copied[0] ^= 0xff
	if !a.Equal(b) {
		t.Error("Bytes hands out the key's own memory")
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	key := mustKey(t, keyBase64)
	context, err := sse.ParseContext("eyJhIjoiYXNkZmEiLCJiIjoiMTIzMzIxIn0")
	if err != nil {
		t.Fatal(err)
	}
	customer := map[string]string{
		"x-cos-server-side-encryption-customer-algorithm": "AES256",
		"x-cos-server-side-encryption-customer-key":       keyBase64,
		"x-cos-server-side-encryption-customer-key-md5":   keyMD5,
	}
	for name, tc := range map[string]struct {
		set  func(http.Header)
		want map[string]string
	}{
		"none":    {sse.Settings{}.SetHeaders, map[string]string{}},
		"SSE-COS": {sse.Settings{Mode: sse.ModeAES256}.SetHeaders, map[string]string{"x-cos-server-side-encryption": "AES256"}},
		"SM4":     {sse.Settings{Mode: sse.ModeSM4}.SetHeaders, map[string]string{"x-cos-server-side-encryption": "SM4"}},
		"KMS, default key": {sse.Settings{Mode: sse.ModeKMS}.SetHeaders, map[string]string{
			"x-cos-server-side-encryption": "cos/kms",
		}},
		"KMS, key and context": {sse.Settings{Mode: sse.ModeKMS, KMSKeyID: "k", Context: context}.SetHeaders, map[string]string{
			"x-cos-server-side-encryption":                "cos/kms",
			"x-cos-server-side-encryption-cos-kms-key-id": "k",
			"x-cos-server-side-encryption-context":        "eyJhIjoiYXNkZmEiLCJiIjoiMTIzMzIxIn0=",
		}},
		"SSE-C":        {sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}.SetHeaders, customer},
		"reading":      {key.SetHeaders, customer},
		"reading none": {sse.CustomerKey{}.SetHeaders, map[string]string{}},
		"copy source": {key.SetCopySourceHeaders, map[string]string{
			"x-cos-copy-source-server-side-encryption-customer-algorithm": "AES256",
			"x-cos-copy-source-server-side-encryption-customer-key":       keyBase64,
			"x-cos-copy-source-server-side-encryption-customer-key-md5":   keyMD5,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			tc.set(h)
			got := map[string]string{}
			for name := range h {
				got[strings.ToLower(name)] = h.Get(name)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
