package sse_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A key in any encoding is recognized when it is used as a name.
func TestKeysAsNames(t *testing.T) {
	t.Parallel()
	for i := range 50 {
		raw := sha256.Sum256([]byte{byte(i)})
		std, hexed := base64.StdEncoding.EncodeToString(raw[:]), hex.EncodeToString(raw[:])
		for form, name := range map[string]string{
			"base64": std, "unpadded": strings.TrimRight(std, "="), "base64url": base64.URLEncoding.EncodeToString(raw[:]), "raw base64url": base64.RawURLEncoding.EncodeToString(raw[:]),
			"with a line break": std + "\n", "with CRLF": std + "\r\n", "with spaces": " " + std + " ", "in quotes": `"` + std + `"`, "in two lines": std[:20] + "\n" + std[20:],
			"padded twice": std + "=", "hex": hexed, "upper case hex": strings.ToUpper(hexed), "hex with a line break": hexed + "\n", "hex with 0x": "0x" + hexed,
			"hex in pairs": strings.TrimRight(fmt.Sprintf("% x", raw), " "), "raw": string(raw[:]),
		} {
			if !sse.LooksLikeKey(name) {
				t.Errorf("%s: %q is a name", form, name)
			}
			if shown := sse.ShowName(name); strings.Contains(shown, name[:8]) {
				t.Errorf("%s: it is shown as %s", form, shown)
			}
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	for name, shown := range map[string]string{
		"a": `"a"`, "logs-2026": `"logs-2026"`, "Team A: Logs": `"Team A: Logs"`, "schl\u00fcssel": `"schlüssel"`, "deadbeef": `"deadbeef"`,
		strings.Repeat("n", 31): `"` + strings.Repeat("n", 31) + `"`,
		// These are names, but too long to be shown: each could be a key in another encoding.
		"production-customer-key-of-the-logs":         "of 35 bytes (not shown: it may be a key)",
		"production-customer-key-of-the-logging-team": "of 43 bytes (not shown: it may be a key)",
		"thirty-two.printable.characters!":            "of 32 bytes (not shown: it may be a key)",
		"a\x1b[31m":                                   "of 6 bytes (not shown: it may be a key)",
	} {
		if sse.LooksLikeKey(name) {
			t.Errorf("%q is taken for a key", name)
		}
		if got := sse.ShowName(name); got != shown {
			t.Errorf("%q is shown as %s, want %s", name, got, shown)
		}
	}
	if sse.LooksLikeKey("") || sse.LooksLikeKey(string(bytes.Repeat([]byte("ab"), 100))) {
		t.Error("taken for a key")
	}
}
