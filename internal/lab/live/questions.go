package main

import (
	"context"
	"net/http"
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
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

// missing says why a question is not asked of a target, "" where it is.
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

type (
	step     = func(*asker) request
	headerOf = func(*asker) http.Header
	describe = func(*asker, rawcos.Answer) string
)

// asking asks how the last step is answered.
func asking(tell describe, steps ...step) ask {
	return func(ctx context.Context, a *asker) string {
		last := len(steps) - 1
		for _, s := range steps[:last] {
			a.prepare(ctx, s(a))
		}
		return tell(a, a.do(ctx, steps[last](a)))
	}
}

// observing asks what the last step shows if it succeeds, as all have to.
func observing(tell describe, steps ...step) ask {
	return func(ctx context.Context, a *asker) string {
		var got rawcos.Answer
		for _, s := range steps {
			got = a.prepare(ctx, s(a))
		}
		return tell(a, got)
	}
}

// verdict tells whether something is refused.
func verdict(_ *asker, got rawcos.Answer) string { return got.Verdict() }

// written tells how a write is answered, and how the object is encrypted.
func written(_ *asker, got rawcos.Answer) string { return got.Written() }

func put(name string, header headerOf) step {
	return func(a *asker) request { return a.put(name, header(a)) }
}

func get(name string, header headerOf) step {
	return func(a *asker) request { return a.get(name, header(a)) }
}

func head(name string, header headerOf) step {
	return func(a *asker) request { return a.head(name, header(a)) }
}

func remove(name string, header headerOf) step {
	return func(a *asker) request { return a.remove(name, header(a)) }
}

func copyOf(source, name string, header headerOf) step {
	return func(a *asker) request { return a.copyOf(source, name, header(a)) }
}

// changed is a step with something changed.
func changed(s step, change func(*asker, *request)) step {
	return func(a *asker) request {
		r := s(a)
		change(a, &r)
		return r
	}
}

// otherBody is a step with another body than most objects have.
func otherBody(s step) step {
	return changed(s, func(_ *asker, r *request) { r.body = "another body" })
}

// The headers that most questions are asked with.

func nothing(*asker) http.Header { return nil }

func withKeyA(a *asker) http.Header { return customer(a.keyA) }

func withKeyB(a *asker) http.Header { return customer(a.keyB) }

func withKMS(a *asker) http.Header { return a.kms() }

func sending(pairs ...string) headerOf {
	return func(*asker) http.Header { return headers(pairs...) }
}

func withMode(value string) headerOf { return sending(sse.HeaderMode, value) }

// both joins the headers of two.
func both(one, other headerOf) headerOf {
	return func(a *asker) http.Header { return with(one(a), other(a)) }
}
