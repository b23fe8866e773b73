// Package leak searches texts and files for secrets.
package leak

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// Forms returns the encodings in which a secret may appear in a text: plain,
// base64 in both alphabets with and without padding, hexadecimal, and
// URL-escaped. It also decodes a secret that is base64 itself.
func Forms(secret string) []string {
	raws := []string{secret}
	if decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(secret, "=")); err == nil && len(decoded) >= 16 {
		raws = append(raws, string(decoded))
	}
	var forms []string
	for _, raw := range raws {
		forms = append(forms, raw, strings.TrimRight(raw, "="),
			base64.RawStdEncoding.EncodeToString([]byte(raw)), base64.RawURLEncoding.EncodeToString([]byte(raw)),
			hex.EncodeToString([]byte(raw)), strings.ToUpper(hex.EncodeToString([]byte(raw))),
			url.QueryEscape(raw), strings.ToLower(url.QueryEscape(raw)))
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// Find returns the forms of the secrets that a text contains. It ignores line
// breaks, blanks and the frames that the CLI draws.
func Find(text string, secrets ...string) []string {
	joined := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("│╷╵", r) {
			return -1
		}
		return r
	}, text)
	var found []string
	for _, secret := range secrets {
		for _, form := range Forms(secret) {
			if strings.Contains(text, form) || strings.Contains(joined, form) {
				found = append(found, form)
			}
		}
	}
	return found
}
