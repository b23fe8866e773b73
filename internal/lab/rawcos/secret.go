package rawcos

import "fmt"

// Secret is a text that prints as "(redacted)" in every format. It is stored in a closure because fmt does not call
// methods on unexported fields, and would print the text.
type Secret struct{ reveal func() string }

// NewSecret returns a Secret for a text.
func NewSecret(text string) Secret { return Secret{func() string { return text }} }

// Text returns the secret, or "" for the zero value.
func (s Secret) Text() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Format implements fmt.Formatter, for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("(redacted)")) }
