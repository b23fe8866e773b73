package functions_test

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var master = base64.StdEncoding.EncodeToString([]byte("the master key of these tests, 42 bytes in"))

const bucket = "examplebucket-1250000000"

// The keys of the objects a and b under a master key of 32 zero bytes, computed
// with Python's hmac and hashlib.
const (
	vectorA = "seCHeNtISG5fHtfDGKneKG5MbTz1Uep22zahbaiCCc0="
	vectorB = "5yCqYAtzgnIvm7ybRwpSoZ7jaQCxKfgCP/OTytomgCw="
)

// HKDF agrees with the SHA-256 vectors of RFC 5869, appendix A.
func TestHKDFVectors(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ ikm, salt, info, okm string }{
		"A.1, basic": {
			strings.Repeat("0b", 22), "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
			"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
		},
		"A.2, longer": {
			sequence(0x00, 0x4f), sequence(0x60, 0xaf), sequence(0xb0, 0xff),
			"b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
		},
		"A.3, neither salt nor info": {
			strings.Repeat("0b", 22), "", "",
			"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
		},
	} {
		got, err := hkdf.Key(sha256.New, unhex(t, tc.ikm), unhex(t, tc.salt), string(unhex(t, tc.info)), len(tc.okm)/2)
		if err != nil || hex.EncodeToString(got) != tc.okm {
			t.Errorf("%s: got %x, %v", name, got, err)
		}
		if got := expand(extract(unhex(t, tc.salt), unhex(t, tc.ikm)), unhex(t, tc.info), len(tc.okm)/2); hex.EncodeToString(got) != tc.okm {
			t.Errorf("%s, by hand: got %x", name, got)
		}
	}
}

func sequence(first, last int) string {
	var b []byte
	for i := first; i <= last; i++ {
		b = append(b, byte(i))
	}
	return hex.EncodeToString(b)
}

func unhex(t *testing.T, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// extract and expand implement RFC 5869, sections 2.2 and 2.3.
func extract(salt, ikm []byte) []byte {
	if len(salt) == 0 {
		salt = make([]byte, sha256.Size)
	}
	return mac(salt, ikm)
}

func expand(prk, info []byte, length int) []byte {
	var block, out []byte
	for n := byte(1); len(out) < length; n++ {
		block = mac(prk, block, info, []byte{n})
		out = append(out, block...)
	}
	return out[:length]
}

func mac(key []byte, parts ...[]byte) []byte {
	h := hmac.New(sha256.New, key)
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// The function agrees with its documentation, computed with two HMACs.
func TestDeriveCustomerKeyByHand(t *testing.T) {
	t.Parallel()
	raw, err := base64.StdEncoding.DecodeString(master)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a", "dir/a b.txt", "腾讯云", strings.Repeat("k", 850)} {
		info := []byte("cos-terraform/customer-key/v1")
		info = append(info, 0, 0, 0, 24)
		info = append(info, bucket...)
		info = append(info, 0, 0, byte(len(key)>>8), byte(len(key)))
		info = append(info, key...)
		prk := mac(make([]byte, 32), raw)
		want := base64.StdEncoding.EncodeToString(mac(prk, info, []byte{1}))
		value, callErr := call(t, "derive_customer_key", str(master), str(bucket), str(key))
		if diff := cmp.Diff(outcome{Text: want}, outcomeOf(t, value, callErr)); diff != "" {
			t.Errorf("%.20s (-want +got):\n%s", key, diff)
		}
	}
}

// The results must never change, because objects are encrypted with them.
func TestDeriveCustomerKey(t *testing.T) {
	t.Parallel()
	zeros := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for name, tc := range map[string]struct {
		master, bucket, key string
		want                outcome
		says                string
	}{
		"a vector":                {zeros, bucket, "a", outcome{Text: vectorA}, ""},
		"unpadded":                {strings.TrimRight(zeros, "="), bucket, "a", outcome{Text: vectorA}, ""},
		"another key":             {zeros, bucket, "b", outcome{Text: vectorB}, ""},
		"a newline at its end":    {master + "\n", bucket, "a", outcome{Argument: 1}, "trimspace()"},
		"a master that is raw":    {"canary~of?a+key/of~32~characters", bucket, "a", outcome{Argument: 1}, "base64encode()"},
		"a short master":          {base64.StdEncoding.EncodeToString(make([]byte, 31)), bucket, "a", outcome{Argument: 1}, "at least 32 bytes; this one decodes to 31"},
		"a master, not base64":    {"canary-canary!", bucket, "a", outcome{Argument: 1}, "not base64"},
		"a master with a newline": {zeros + "\n", bucket, "a", outcome{Argument: 1}, "not base64"},
		"a master, wrong padding": {zeros + "=", bucket, "a", outcome{Argument: 1}, "not base64"},
		"no appid":                {master, "examplebucket", "a", outcome{Argument: 2}, "APPID"},
		"no bucket":               {master, "", "a", outcome{Argument: 2}, "APPID"},
		"no key":                  {master, bucket, "", outcome{Argument: 3}, "The key is empty"},
		"a key that is none":      {master, bucket, "..", outcome{Argument: 3}, ""},
		"bucket and key wrong":    {master, "x", "", outcome{Argument: 2}, "The key is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value, err := call(t, "derive_customer_key", str(tc.master), str(tc.bucket), str(tc.key))
			if diff := cmp.Diff(tc.want, outcomeOf(t, value, err)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), tc.master) {
				t.Errorf("the error is %q", err.Error())
			}
		})
	}
}

// No two objects share a key, however bucket and key are split.
func TestDeriveCustomerKeyFieldsDoNotRun(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, object := range [][2]string{{"a-1", "2"}, {"a-12", "2"}, {"a-1", "22"}, {"a-122", "2"}, {"a-12", "22"}, {"b-1", "2"}} {
		value, err := call(t, "derive_customer_key", str(master), str(object[0]), str(object[1]))
		got := outcomeOf(t, value, err)
		if other, ok := seen[got.Text]; ok || got.Text == "" {
			t.Errorf("%q has the key of %s: %v", object, other, got)
		}
		seen[got.Text] = object[0] + "/" + object[1]
	}
}
