package cosclient

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// minSecret is the shortest text that is cut out of a message. Anything
// shorter is no secret, and cutting it out would leave no message.
const minSecret = 4

// scrubber cuts a request's secrets out of what an answer says.
type scrubber struct{ replacer *strings.Replacer }

// newScrubber knows every form of the secrets that a signed request carries.
// COS quotes the signed headers in the body of a 403.
func newScrubber(h http.Header, creds credentials.Value) scrubber {
	secrets := []string{creds.SecretKey, creds.SecurityToken, h.Get("Authorization")}
	if _, signature, ok := strings.Cut(h.Get("Authorization"), "q-signature="); ok {
		secrets = append(secrets, signature)
	}
	for _, name := range []string{sse.HeaderCustomerKey, sse.HeaderCopySourceCustomerKey} {
		key := h.Get(name)
		secrets = append(secrets, key)
		if raw, err := base64.StdEncoding.DecodeString(key); err == nil {
			secrets = append(secrets, string(raw), hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)),
				base64.URLEncoding.EncodeToString(raw))
		}
	}
	var forms []string
	for _, s := range secrets {
		if len(s) < minSecret {
			continue
		}
		bare := strings.TrimRight(s, "=")
		for _, form := range []string{s, bare, percentEncode(s, ""), percentEncode(bare, ""), lowerEscapes(s), lowerEscapes(bare)} {
			if len(form) >= minSecret {
				forms = append(forms, form)
			}
		}
	}
	// A longer form first: the shorter ones are parts of it.
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, form := range slices.Compact(forms) {
		pairs = append(pairs, form, placeholderRedacted)
	}
	return scrubber{strings.NewReplacer(pairs...)}
}

// lowerEscapes percent-encodes with lower-case hexadecimal digits.
func lowerEscapes(s string) string { return percentEncodeWith(s, "", "0123456789abcdef") }

// clean returns s without secrets and control characters, of at most limit
// characters.
func (s scrubber) clean(text string, limit int) string {
	text = strings.ToValidUTF8(text, "")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
	text = strings.TrimSpace(s.replacer.Replace(text))
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return text
}
