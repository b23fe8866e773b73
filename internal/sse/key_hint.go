package sse

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// KeyForm describes a kind of key, to diagnose text that is not a valid one.
type KeyForm struct {
	// Size reports whether a key of this kind can have the given number of bytes.
	Size func(bytes int) bool
	// Raw is the advice for text of a valid size, which may be the raw key
	// itself.
	Raw string
}

var customerKeyForm = KeyForm{
	Size: func(n int) bool { return n == KeySize },
	Raw:  "it has 32 characters, as a key that is not encoded has. Encode it with provider::cos::sse_customer_key()",
}

// maxHinted is the length of the longest text that is analyzed.
const maxHinted = 1024

// Hint suggests what invalid key text may be and how to make a key of it. It
// returns "" if the text resembles nothing known, and never quotes it.
func (f KeyForm) Hint(text string) string {
	if len(text) > maxHinted {
		return ""
	}
	trimmed := strings.TrimSpace(text)
	if trimmed == text {
		return f.hint(text)
	}
	space := "it begins or ends with white space. Remove it, for instance with trimspace()"
	if bare := strings.TrimRight(text, "\r\n"); bare == trimmed {
		space = "it ends in a line break, as the text of a file does. Remove it, for instance with trimspace()"
	}
	if f.is(trimmed) {
		return space
	}
	if hint := f.hint(trimmed); hint != "" {
		return space + ". Even then, " + hint
	}
	if f.Size(len(text)) {
		return f.Raw
	}
	return ""
}

const (
	hintHex   = "it is hexadecimal. Convert it to base64: random_bytes has base64 beside hex, and random_id has b64_std; in a shell, use xxd -r -p | base64"
	hintURL   = `it is base64 in the URL-safe alphabet. Replace "-" by "+" and "_" by "/", or take b64_std of a random_id and not b64_url`
	hintQuote = "it is in quotes. Remove them, for instance with jsondecode()"
	hintTwice = "it is encoded in base64 twice. Leave out one base64encode()"
)

func (f KeyForm) hint(text string) string {
	if n := len(text); n > 2 && (text[0] == '"' || text[0] == '\'') && text[n-1] == text[0] && (f.is(text[1:n-1]) || f.hint(text[1:n-1]) != "") {
		return hintQuote
	}
	digits := strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(text), "0x"), ":", "")
	if raw, err := hex.DecodeString(digits); err == nil && f.Size(len(raw)) {
		return hintHex
	}
	if strings.ContainsAny(text, "-_") && f.is(strings.NewReplacer("-", "+", "_", "/").Replace(text)) {
		return hintURL
	}
	if once, err := decodeBase64(text); err == nil && f.is(strings.TrimSpace(string(once))) {
		return hintTwice
	}
	if f.Size(len(text)) {
		return f.Raw
	}
	return ""
}

// is reports whether text is a valid key of this kind.
func (f KeyForm) is(text string) bool {
	raw, err := decodeBase64(text)
	return err == nil && f.Size(len(raw))
}

// HintForText suggests what text may be that is meant as a raw customer key but
// has the wrong size. It returns "" if the text resembles nothing known.
func HintForText(text string) string {
	switch trimmed := strings.TrimSpace(text); {
	case trimmed != text && len(trimmed) == KeySize:
		return "it begins or ends with white space. Remove it, for instance with trimspace()"
	case customerKeyForm.is(trimmed):
		return "it is a customer key in base64 already. Use it as it is"
	default:
		return customerKeyForm.Hint(text)
	}
}

// decodeBase64 decodes the standard alphabet, with or without padding. It rejects
// the line breaks that encoding/base64 ignores.
func decodeBase64(s string) ([]byte, error) {
	text := strings.TrimRight(s, "=")
	if pad := len(s) - len(text); pad != 0 && (len(text)+pad)%4 != 0 || strings.ContainsAny(text, "\r\n") {
		return nil, ErrKeyEncoding
	}
	decoded, err := base64.RawStdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, ErrKeyEncoding // the library's error reveals an offset in the secret
	}
	return decoded, nil
}
