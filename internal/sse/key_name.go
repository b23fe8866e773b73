package sse

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
)

// maxShownName is the length in bytes of the longest key name that a message
// shows. A raw key is longer.
const maxShownName = KeySize - 1

// LooksLikeKey reports whether a key's name is itself a key: in base64 of either
// alphabet, hexadecimal, or raw, with any white space, quotes or colons pasted
// along with it. Such a name is always a mistake, and no message may show it.
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
	// A name made of words may be as long as a key, but does not mix upper and
	// lower case.
	if text == strings.ToLower(text) || text == strings.ToUpper(text) {
		return false
	}
	raw, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(text))
	return err == nil && len(raw) == KeySize
}

// ShowName returns a key's name for a message. If it may be a secret used as a
// name by mistake, ShowName returns only its length.
func ShowName(name string) string {
	plain := !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
	if len(name) > maxShownName || !plain || LooksLikeKey(name) {
		return fmt.Sprintf("of %d bytes (not shown: it may be a key)", len(name))
	}
	return fmt.Sprintf("%q", name)
}
