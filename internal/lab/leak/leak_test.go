package leak_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/leak"
)

func TestFind(t *testing.T) {
	t.Parallel()
	const raw = "0123456789ABCDEF0123456789ABCDEF"
	for name, text := range map[string]string{
		"as it is":          acctest.KeyA,
		"without padding":   strings.TrimRight(acctest.KeyA, "="),
		"decoded":           raw,
		"in hexadecimal":    hex.EncodeToString([]byte(raw)),
		"in capitals":       strings.ToUpper(hex.EncodeToString([]byte(raw))),
		"escaped":           url.QueryEscape(acctest.KeyA),
		"base64 twice":      base64.StdEncoding.EncodeToString([]byte(acctest.KeyA)),
		"over a line break": acctest.KeyA[:20] + "\n│ " + acctest.KeyA[20:],
	} {
		if len(leak.Find("before "+text+" behind", acctest.KeyB, acctest.KeyA)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
	for name, text := range map[string]string{
		"its MD5":     acctest.KeyAMD5,
		"another key": acctest.KeyB,
		"nothing":     "",
	} {
		if found := leak.Find(text, acctest.KeyA); len(found) > 0 {
			t.Errorf("%s: found %q", name, found)
		}
	}
}
