package acctest

import "github.com/cos-terraform/terraform-provider-cos/internal/lab/leak"

// Forms lists how a secret may look in a text; see leak.Forms.
func Forms(secret string) []string { return leak.Forms(secret) }

// Leaks returns the forms of secrets that stand in a text; see leak.Find.
func Leaks(text string, secrets ...string) []string { return leak.Find(text, secrets...) }
