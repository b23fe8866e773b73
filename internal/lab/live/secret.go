package main

import "fmt"

// secret is a text that prints as "(redacted)" in every format. The closure keeps it from fmt where it stands in an
// unexported field, of which fmt calls no methods.
type secret struct{ reveal func() string }

func newSecret(text string) secret { return secret{func() string { return text }} }

// text is the secret itself, "" for the zero value.
func (s secret) text() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// Format implements fmt.Formatter, for every verb.
func (secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("(redacted)")) }
