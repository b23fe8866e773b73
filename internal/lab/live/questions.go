package main

import (
	"context"
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// question is something that COS's documentation leaves open.
type question struct {
	// id is the number of an open question with a letter, where it takes several requests to answer it.
	id, text string
	ask      ask
	needs    need
	// unasked is why a question is not asked of anybody.
	unasked string
}

// ask finds out. It returns the answer in words that are the same for two servers that behave the same. It need not look
// at the asker's error, unless it would go on forever.
type ask = func(context.Context, *asker) string

// need is what not every run has.
type need int

const (
	needsNothing need = iota
	needsKMS
	needsPlainHTTP
)

// missing says why a question is not asked of a target, "" if it is.
func (t *target) missing(n need) string {
	switch {
	case n == needsKMS && t.kmsKeyID == "":
		return envKMSKeyID + " is not set: without a key's id COS would make a default key in the account, and calls of KMS are billed"
	case n == needsPlainHTTP && t.plainEndpoint == "":
		return "the endpoint has a port of its own, which serves no plain HTTP"
	case n == needsPlainHTTP && t.credential.Token.Text() != "":
		return "it would send the security token of the temporary credentials in the clear; run it with those of a user"
	}
	return ""
}

// questions are all of them, in the order of their numbers.
func questions() []question {
	return slices.Concat(
		customerKeys(), algorithms(), versionIDs(), refusals(), overwriting(), contentTypes(), partHeaders(), objects(),
		checksums(), listings(), agreements(), evidence(),
	)
}

// Most questions are a row of these: requests that have to succeed, one whose answer is wanted, and how it is told.

// describe tells an answer.
type describe = func(*asker, rawcos.Answer) string

// asking asks how the last step is answered.
func asking(tell describe, steps ...step) ask {
	return func(ctx context.Context, a *asker) string {
		last := len(steps) - 1
		for _, s := range steps[:last] {
			a.prepare(ctx, s)
		}
		return tell(a, a.do(ctx, steps[last]))
	}
}

// observing asks what the last step shows if it succeeds, as all have to.
func observing(tell describe, steps ...step) ask {
	return func(ctx context.Context, a *asker) string {
		var got rawcos.Answer
		for _, s := range steps {
			got = a.prepare(ctx, s)
		}
		return tell(a, got)
	}
}

// verdict tells whether something is refused.
func verdict(_ *asker, got rawcos.Answer) string { return got.Verdict() }

// written tells how a write is answered, and how the object is encrypted.
func written(_ *asker, got rawcos.Answer) string { return got.Written() }
