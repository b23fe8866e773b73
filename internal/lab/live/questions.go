package main

import (
	"context"
	"net/http"
	"slices"
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

// ask finds out. It returns the answer in words that are the same for two servers that behave the same.
type ask = func(context.Context, *asker) (string, error)

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
	case n == needsPlainHTTP && t.credential.token.text() != "":
		return "it would send the security token of the temporary credentials in the clear; run it with those of a user"
	}
	return ""
}

// questions are all of them, in the order of their numbers.
func questions() []question {
	return slices.Concat(
		customerKeyReads(), customerKeyWrites(), customerKeyParts(), plainHTTP(), algorithms(), kmsQuestions(),
		versionIDs(), refusals(), overwriting(), contentTypes(), partHeaders(), versionSpelling(), etags(),
		[]question{
			{id: "14", text: "DELETE of a key that does not exist", ask: func(ctx context.Context, a *asker) (string, error) {
				return verdictOf(ctx, a, request{method: http.MethodDelete, key: a.key("missing")})
			}},
			{id: "15", text: "`x-cos-force-download` and `Content-Disposition` of GET and of HEAD, where none was stored", ask: forceDownload},
			{id: "16", text: "GET `?tagging` of an object without tags", ask: noTags},
			{id: "17", text: "PUT without encryption headers: what is stored, and what is the bucket's default", ask: noEncryption},
			{id: "18", text: "PUT of a key that begins with `/`", ask: leadingSlash},
			{id: "19", text: "Anonymous GET of an SSE-COS object", unasked: "it takes an object that everybody may read, which is not for this command to make in somebody's bucket"},
		},
		crcs(), listings(), agreements(), evidence(),
	)
}

// verdictOf is the question whether something is refused.
func verdictOf(ctx context.Context, a *asker, r request) (string, error) {
	got, err := a.do(ctx, r)
	return got.verdict(), err
}

// putting asks how a PUT with these headers is answered, and what is stored.
func putting(header func(*asker) http.Header) ask {
	return func(ctx context.Context, a *asker) (string, error) {
		got, err := a.do(ctx, a.put("object", header(a)))
		return got.written(), err
	}
}

// reading asks how an object that was stored with some headers is read with others.
func reading(method string, stored, read func(*asker) http.Header) ask {
	return func(ctx context.Context, a *asker) (string, error) {
		if _, err := a.prepare(ctx, a.put("object", stored(a))); err != nil {
			return "", err
		}
		return verdictOf(ctx, a, request{method: method, key: a.key("object"), header: read(a)})
	}
}

// The headers that most questions are asked with.

func nothing(*asker) http.Header { return nil }

func withKeyA(a *asker) http.Header { return customer(a.keyA) }

func withKeyB(a *asker) http.Header { return customer(a.keyB) }

func withMode(value string) func(*asker) http.Header {
	return func(*asker) http.Header { return mode(value) }
}
