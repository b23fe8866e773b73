package rawcos

import "fmt"

// Secret is a text that prints as "(redacted)" in every format. The closure keeps it from fmt where it stands in an
// unexported field, of which fmt calls no methods.
type Secret struct{ reveal func() string }

// NewSecret hides a text.
func NewSecret(text string) Secret { return Secret{func() string { return text }} }

// Text is the secret itself, "" for the zero value.
func (s Secret) Text() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Format implements fmt.Formatter, for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("(redacted)")) }
