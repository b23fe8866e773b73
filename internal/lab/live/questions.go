package main

import (
	"context"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// question is something that COS's documentation leaves open.
type question struct {
	// id is the number of an open question, with a letter if the answer takes several requests.
	id, text string
	ask      ask
	needs    need
	// unasked is the reason why the question is never asked.
	unasked string
}

// ask returns the answer in words that are equal for servers that behave the same, or fails as program.Attempt describes.
type ask = func(context.Context, *asker) string

// need is something that not every run has.
type need int

const (
	needsNothing need = iota
	needsKMS
	needsPlainHTTP
)

// missing returns why a question cannot be asked of a target, or "".
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

func questions() []question {
	return slices.Concat(
		customerKeys(), algorithms(), versionIDs(), refusals(), overwriting(), contentTypes(), partHeaders(), objects(),
		checksums(), listings(), agreements(), evidence(),
	)
}

// Most questions consist of requests that must succeed, a last request whose response is the answer, and a function
// that describes it.

type describe = func(*asker, rawcos.Answer) string

// asking returns an ask for the response to the last step.
func asking(tell describe, steps ...step) ask {
	return func(ctx context.Context, a *asker) string {
		last := len(steps) - 1
		a.prepare(ctx, steps[:last]...)
		return tell(a, a.do(ctx, steps[last]))
	}
}

// observing returns an ask for what the last step shows. All steps have to succeed.
func observing(tell describe, steps ...step) ask {
	return func(ctx context.Context, a *asker) string { return tell(a, a.prepare(ctx, steps...)) }
}

// each returns an ask for what each step shows, named by its method. All steps have to succeed.
func each(tell describe, steps ...step) ask {
	return func(ctx context.Context, a *asker) string {
		var parts []string
		for _, s := range steps {
			parts = append(parts, s(a).method+": "+tell(a, a.prepare(ctx, s)))
		}
		return strings.Join(parts, "; ")
	}
}

// accepted returns an ask for whether a step is refused and, if it is not, for what follows from it.
func accepted(s step, then ask) ask {
	return func(ctx context.Context, a *asker) string {
		got := a.do(ctx, s)
		if !got.OK() {
			return got.Verdict()
		}
		return got.Verdict() + ", " + then(ctx, a)
	}
}

// verdict describes whether a request is refused.
func verdict(_ *asker, got rawcos.Answer) string { return got.Verdict() }

// written describes the response to a write, with the object's encryption.
func written(_ *asker, got rawcos.Answer) string { return got.Written() }
