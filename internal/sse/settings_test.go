package sse_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestParseMode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]sse.Mode{
		"AES256":  sse.ModeAES256,
		"AES-256": sse.ModeAES256,
		"SM4":     sse.ModeSM4,
		"cos/kms": sse.ModeKMS,
	} {
		if got, err := sse.ParseMode(in); err != nil || got != want {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "aes256", "KMS", "AES789", "customer", "AES 256"} {
		if got, err := sse.ParseMode(in); err == nil || got != sse.ModeNone {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
}

func TestParseContext(t *testing.T) {
	t.Parallel()
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for name, tc := range map[string]struct{ in, errPart string }{
		"padded":            {encode(`{"a":"asdfa","b":"123321"}`), ""},
		"unpadded":          {strings.TrimRight(encode(`{"a":"asdfa","b":"123321"}`), "="), ""},
		"empty object":      {encode(`{}`), ""},
		"spaces around":     {encode(" {\"a\" : \"b\"}\n"), ""},
		"not base64":        {"***", "not base64"},
		"the JSON itself":   {`{"a":"b"}`, "provider::cos::sse_context"},
		"JSON, indented":    {"\n  { }", "provider::cos::sse_context"},
		"empty":             {"", "not JSON"},
		"not JSON":          {encode(`a=b`), "not JSON"},
		"cut off":           {encode(`{"a":"b"`), "not JSON"},
		"a list":            {encode(`["a"]`), "not an object"},
		"a string":          {encode(`"a"`), "not an object"},
		"null":              {encode(`null`), "not an object"},
		"a number inside":   {encode(`{"a":1}`), `"a" is not a string`},
		"an object inside":  {encode(`{"a":{"b":"c"}}`), `"a" is not a string`},
		"null inside":       {encode(`{"a":null}`), `"a" is not a string`},
		"a key twice":       {encode(`{"a":"1","a":"2"}`), `"a" stands there twice`},
		"an escaped twin":   {encode(`{"a":"1","\u0061":"2"}`), `"a" stands there twice`},
		"something behind":  {encode(`{"a":"b"} x`), "follows"},
		"two objects":       {encode(`{}{}`), "follows"},
		"a trailing comma":  {encode(`{"a":"b",}`), "not JSON"},
		"a key, no quotes":  {encode(`{a:"b"}`), "not JSON"},
		"nothing for a key": {encode(`{"a"}`), "not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := sse.ParseContext(tc.in)
			if tc.errPart == "" {
				if err != nil || c.IsZero() {
					t.Fatalf("got %v, %v", c, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.errPart) {
				t.Fatalf("got error %v, want one with %q", err, tc.errPart)
			}
			if !c.IsZero() {
				t.Error("a context came with the error")
			}
		})
	}
}

func TestContextEqual(t *testing.T) {
	t.Parallel()
	parse := func(json string) sse.Context {
		c, err := sse.ParseContext(base64.StdEncoding.EncodeToString([]byte(json)))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	ab := parse(`{"a":"1","b":"2"}`)
	for name, tc := range map[string]struct {
		other sse.Context
		want  bool
	}{
		"order and spaces": {parse(`{ "b":"2", "a":"1" }`), true},
		"escapes":          {parse(`{"\u0061":"\u0031","b":"2"}`), true},
		"from a map":       {sse.NewContext(map[string]string{"b": "2", "a": "1"}), true},
		"one key less":     {parse(`{"a":"1"}`), false},
		"another value":    {parse(`{"a":"1","b":"3"}`), false},
		"empty":            {parse(`{}`), false},
		"none":             {sse.Context{}, false},
	} {
		if got := ab.Equal(tc.other); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if parse(`{}`).Equal(sse.Context{}) {
		t.Error("the empty context is the same as none")
	}
	if got, want := sse.NewContext(map[string]string{"b": "2", "a": "1"}).Base64(), base64.StdEncoding.EncodeToString([]byte(`{"a":"1","b":"2"}`)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if sse.NewContext(nil).IsZero() {
		t.Error("the context of no map is none, not the empty one")
	}
}

func TestFromHeader(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		header map[string]string
		want   sse.Observed
		text   string
	}{
		"nothing": {nil, sse.Observed{}, "no encryption"},
		"SSE-COS": {map[string]string{"x-cos-server-side-encryption": "AES256"}, sse.Observed{Mode: sse.ModeAES256}, "SSE-COS (AES256)"},
		"SSE-KMS": {
			map[string]string{"x-cos-server-side-encryption": "cos/kms", "x-cos-server-side-encryption-cos-kms-key-id": "k1"},
			sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "k1"}, "SSE-KMS (cos/kms) with the key k1",
		},
		"SSE-C": {
			map[string]string{"x-cos-server-side-encryption-customer-algorithm": "AES256", "x-cos-server-side-encryption-customer-key-MD5": keyMD5},
			sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: keyMD5}, "SSE-C with the key of MD5 " + keyMD5,
		},
		"something new": {map[string]string{"x-cos-server-side-encryption": "XYZ"}, sse.Observed{Mode: "XYZ"}, `the unknown encryption "XYZ"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := http.Header{}
			for k, v := range tc.header {
				h.Set(k, v)
			}
			got := sse.FromHeader(h)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if got.String() != tc.text {
				t.Errorf("got %q, want %q", got.String(), tc.text)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	key := mustKey(t, keyBase64)
	for name, tc := range map[string]struct {
		asked sse.Settings
		found sse.Observed
		want  bool
	}{
		"SSE-COS as asked":          {sse.Settings{Mode: sse.ModeAES256}, sse.Observed{Mode: sse.ModeAES256}, true},
		"SSE-COS dropped":           {sse.Settings{Mode: sse.ModeAES256}, sse.Observed{}, false},
		"another algorithm":         {sse.Settings{Mode: sse.ModeSM4}, sse.Observed{Mode: sse.ModeAES256}, false},
		"KMS, that key":             {sse.Settings{Mode: sse.ModeKMS, KMSKeyID: "a"}, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "a"}, true},
		"KMS, another key":          {sse.Settings{Mode: sse.ModeKMS, KMSKeyID: "a"}, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "b"}, false},
		"KMS, COS's key":            {sse.Settings{Mode: sse.ModeKMS}, sse.Observed{Mode: sse.ModeKMS, KMSKeyID: "b"}, true},
		"KMS, no key named":         {sse.Settings{Mode: sse.ModeKMS, KMSKeyID: "a"}, sse.Observed{Mode: sse.ModeKMS}, false},
		"KMS fallen back to AES256": {sse.Settings{Mode: sse.ModeKMS}, sse.Observed{Mode: sse.ModeAES256}, false},
		"SSE-C, that key":           {sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: keyMD5}, true},
		"SSE-C, another key":        {sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}, sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: "x"}, false},
		"SSE-C dropped":             {sse.Settings{Mode: sse.ModeCustomer, CustomerKey: key}, sse.Observed{}, false},
	} {
		if got := tc.asked.Matches(tc.found); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestKeyring(t *testing.T) {
	t.Parallel()
	key := mustKey(t, keyBase64)
	ring := sse.NewKeyring(map[string]sse.CustomerKey{"b": key, "a": key, "later": {}})
	if diff := cmp.Diff([]string{"a", "b", "later"}, ring.Names()); diff != "" {
		t.Error(diff)
	}
	if name, found, ok := ring.ByMD5(keyMD5); !ok || name != "a" || !found.Equal(key) {
		t.Errorf("by MD5: got %q, %v", name, ok)
	}
	if _, _, ok := ring.ByMD5("nothing"); ok {
		t.Error("found a key by another MD5")
	}
	if _, _, ok := ring.ByMD5(""); ok {
		t.Error("an unknown element was found by the empty MD5")
	}
	if found, ok := ring.ByName("later"); !ok || !found.IsZero() {
		t.Error("an unknown element is there, without a value")
	}
	if _, ok := ring.ByName("none"); ok {
		t.Error("found a name that is not there")
	}
	var empty *sse.Keyring
	if _, ok := empty.ByName("a"); ok || empty.Unknown() || len(empty.Names()) != 0 {
		t.Error("the nil keyring is not empty")
	}
	if !sse.UnknownKeyring(nil).Unknown() {
		t.Error("the unknown keyring is known")
	}
}
