package acctest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// Sent compares the requests since the last look at them, each written as Call
// writes it, and begins anew.
func (w *World) Sent(want ...string) Check {
	return w.SentAs(func(calls []string) []string { return calls }, want...)
}

// SentAs is Sent for requests of which something is left out or put in order
// before they are compared.
func (w *World) SentAs(change func([]string) []string, want ...string) Check {
	return func() error {
		got := change(w.Calls())
		w.ResetRequests()
		return Differ("requests", nonNil(want), nonNil(got))
	}
}

// SentFor is Sent for one key, and does not begin anew: other keys have their
// turn, and then Forget.
func (w *World) SentFor(key string, want ...string) Check {
	return func() error { return Differ("requests for "+key, nonNil(want), nonNil(w.CallsOf(key))) }
}

// SentIn is SentFor for a bucket.
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

// Wrote compares the requests since the last look that change something on the
// server, and begins anew. Without an argument there is none.
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

// SentNoBody makes sure that no byte of a body has left since the last look.
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

// SentNoHeader makes sure that no request had a header of that name.
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

// Forget begins anew without a look.
func (w *World) Forget() Check { return Do(w.ResetRequests) }

func nonNil(calls []string) []string { return append([]string{}, calls...) }

// Differ is an error that shows how something differs from what it should be.
func Differ(what string, want, got any) error {
	if diff := cmp.Diff(want, got); diff != "" {
		return fmt.Errorf("%s (-want +got):\n%s", what, diff)
	}
	return nil
}
