package directory

import (
	"strings"
	"unicode"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// unknownBody replaces the CRC64 of an object that cannot be read.
const unknownBody = "unknown"

// value is what the state contains for a file: the CRC64 of the content and, in
// parentheses, the deviations from its declaration. It is a string, so that the
// plan shows in one line what will be corrected.
type value struct {
	crc64      string
	deviations []string
}

// maxDeviation limits the length of a server's text in the state.
const maxDeviation = 120

func (v value) String() string {
	if len(v.deviations) == 0 {
		return v.crc64
	}
	return v.crc64 + " (" + strings.Join(v.deviations, ", ") + ")"
}

// parseValue parses a value of the state. An invalid value equals no other.
func parseValue(text string) value {
	crc, rest, deviates := strings.Cut(text, " (")
	v := value{crc64: crc}
	if deviates {
		v.deviations = []string{strings.TrimSuffix(rest, ")")}
	}
	return v
}

// of reports whether the CRC64 is that of a sum.
func (v value) of(sum content.Sum) bool { return v.crc64 == sum.CRC64String() }

// deviate adds a deviation. It shortens text from a server and removes terminal
// control characters.
func (v *value) deviate(text string) {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
	if len(text) > maxDeviation {
		text = strings.ToValidUTF8(text[:maxDeviation], "") + "…"
	}
	v.deviations = append(v.deviations, text)
}
