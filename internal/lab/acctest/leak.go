package acctest

import "github.com/cos-terraform/terraform-provider-cos/internal/lab/leak"

// Forms returns the encodings in which a secret may appear; see leak.Forms.
func Forms(secret string) []string { return leak.Forms(secret) }

// Leaks returns the forms of the secrets that a text contains; see leak.Find.
func Leaks(text string, secrets ...string) []string { return leak.Find(text, secrets...) }
