package acctest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// Sent compares the requests since the journal was last reset, in the format of
// Call, and resets it.
func (w *World) Sent(want ...string) Check {
	return w.SentAs(func(calls []string) []string { return calls }, want...)
}

// SentAs is like Sent, but first applies a function that sorts the requests or
// leaves out details.
func (w *World) SentAs(change func([]string) []string, want ...string) Check {
	return func() error {
		got := change(w.Calls())
		w.ResetRequests()
		return Differ("requests", nonNil(want), nonNil(got))
	}
}

// SentFor compares the requests for one key. It does not reset the journal, so
// that other keys can be checked before Forget.
func (w *World) SentFor(key string, want ...string) Check {
	return func() error { return Differ("requests for "+key, nonNil(want), nonNil(w.CallsOf(key))) }
}

// SentIn is like SentFor for a bucket.
func (w *World) SentIn(bucket string, want ...string) Check {
	return func() error {
		var got []string
		for _, r := range w.Requests() {
			if r.Bucket == bucket {
				got = append(got, Call(r))
			}
		}
		return Differ("requests to "+bucket, nonNil(want), nonNil(got))
	}
}

// Wrote compares the requests since the journal was last reset that change
// something on the server, and resets it. Without arguments it expects none.
func (w *World) Wrote(want ...string) Check {
	return func() error {
		var got []string
		for _, r := range w.Requests() {
			if writes(r) {
				got = append(got, Call(r))
			}
		}
		w.ResetRequests()
		return Differ("writes", nonNil(want), nonNil(got))
	}
}

func writes(r cosmock.Request) bool { return r.Method != "HEAD" && r.Method != "GET" }

// SentNoBody checks that no request since the journal was last reset had a body.
func (w *World) SentNoBody() Check {
	return func() error {
		for _, r := range w.Requests() {
			if r.BodyBytes > 0 {
				return fmt.Errorf("a body was sent: %s", Call(r))
			}
		}
		return nil
	}
}

// SentNoHeader checks that no request had the header.
func (w *World) SentNoHeader(name string) Check {
	return func() error {
		for _, r := range w.Requests() {
			if slices.Contains(r.HeaderNames, strings.ToLower(name)) {
				return fmt.Errorf("%s was sent with %s", name, Call(r))
			}
		}
		return nil
	}
}

// Forget resets the journal.
func (w *World) Forget() Check { return Do(w.ResetRequests) }

func nonNil(calls []string) []string { return append([]string{}, calls...) }

// Differ returns an error that shows the difference between the expected and
// actual value, or nil.
func Differ(what string, want, got any) error {
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("%s (-want +got):\n%s", what, diff)
	}
	return nil
}
