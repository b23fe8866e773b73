package sse

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
)

// maxShownName is the longest name of a key that a message shows, in bytes. A
// raw key is longer.
const maxShownName = KeySize - 1

// LooksLikeKey reports a name of a key that is a key itself: in base64 of either
// alphabet, in hexadecimal digits, or raw, with white space, quotes or colons
// that came along. Nobody means such a name, and no message may show it.
func LooksLikeKey(name string) bool {
	if _, err := ParseCustomerKey(name); err == nil {
		return true
	}
	if len(name) == KeySize && strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) {
		return true
	}
	text := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`"'`+"`:=", r) {
			return -1
		}
		return r
	}, name)
	if digits := strings.TrimPrefix(strings.ToLower(text), "0x"); len(digits) == 2*KeySize && strings.Trim(digits, "0123456789abcdef") == "" {
		return true
	}
	// A name in words may have the length of a key, but not its capitals.
	if text == strings.ToLower(text) || text == strings.ToUpper(text) {
		return false
	}
	raw, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(text))
	return err == nil && len(raw) == KeySize
}

// ShowName returns the name of a key for a message: quoted, or what can be said
// of one that may be a secret which was taken for a name.
func ShowName(name string) string {
	plain := !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
	if len(name) > maxShownName || !plain || LooksLikeKey(name) {
		return fmt.Sprintf("of %d bytes (not shown: it may be a key)", len(name))
	}
	return fmt.Sprintf("%q", name)
}
