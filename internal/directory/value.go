package directory

import (
	"strings"
	"unicode"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// unknownBody stands for the CRC64 of a body that nobody here can read.
const unknownBody = "unknown"

// value is what the state holds of a file: the CRC64 of its bytes and, in
// parentheses, in what it is not as declared. It is text, so that the plan
// shows what will be mended in one line.
type value struct {
	crc64      string
	deviations []string
}

// maxDeviation bounds what a server's words add to a state.
const maxDeviation = 120

func (v value) String() string {
	if len(v.deviations) == 0 {
		return v.crc64
	}
	return v.crc64 + " (" + strings.Join(v.deviations, ", ") + ")"
}

// parseValue reads a value of a state. Whatever it cannot read equals nothing.
func parseValue(text string) value {
	crc, rest, deviates := strings.Cut(text, " (")
	v := value{crc64: crc}
	if deviates {
		v.deviations = []string{strings.TrimSuffix(rest, ")")}
	}
	return v
}

// of reports whether the bytes are those of a sum, as far as the CRC64 tells.
func (v value) of(sum content.Sum) bool { return v.crc64 == sum.CRC64String() }

// deviate adds a deviation. What a server has said is cut and stripped of what
// a terminal would take for a command.
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
