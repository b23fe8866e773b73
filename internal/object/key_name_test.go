package object

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// If a key is used in place of a name, the error for the unknown name does not
// quote it, however it is encoded. Nor does it quote names in the keyring that may
// be keys.
func TestUnknownKeyNamesAreNotQuoted(t *testing.T) {
	t.Parallel()
	raw := "canary~of?a+key/of~32~characters"
	key, err := sse.NewCustomerKey([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	std := key.Base64()
	for form, name := range map[string]string{
		"base64": std, "base64url": base64.URLEncoding.EncodeToString([]byte(raw)), "hex": hex.EncodeToString([]byte(raw)), "a line break": std + "\n", "raw": raw, "cut": std[:40],
	} {
		for _, ring := range []*sse.Keyring{nil, sse.NewKeyring(map[string]sse.CustomerKey{"mine": key, raw: key})} {
			text := encryption.UnknownKeyName(name, ring)
			for _, secret := range []string{name, raw} {
				for i := 0; i+10 <= len(secret); i++ {
					if strings.Contains(text, secret[i:i+10]) {
						t.Fatalf("%s: %s", form, text)
					}
				}
			}
		}
	}
	want := `The provider's keyring has no key named "nope". It has: one of 32 bytes (not shown: it may be a key), mine.`
	if got := encryption.UnknownKeyName("nope", sse.NewKeyring(map[string]sse.CustomerKey{"mine": key, raw: key})); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
