package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// body is the content of most objects in a run.
const body = "hello"

type asker struct {
	*target
	state bucketState
	at    string   // directory of the question below the prefix
	notes []string // details that may differ between servers, such as messages

	upload, etag string // the ID of the multipart upload that began last, and what COS answered to its part
}

func (a *asker) note(format string, args ...any) {
	a.notes = append(a.notes, fmt.Sprintf(format, args...))
}

func (a *asker) key(name string) string { return a.prefix + a.at + name }

// errNotReached is the error of a preparation that COS refused.
var errNotReached = errors.New("not reached")

// do sends a request that the question is about.
func (a *asker) do(ctx context.Context, s step) rawcos.Answer {
	r := s(a)
	got := program.Must(a.send(ctx, r))
	if got.Message != "" {
		a.note("%s: %s", got.Verdict(), a.clean(got.Message))
	}
	switch {
	case r.subresource == "uploads":
		a.upload = uploadID(got)
	case r.query.Has("partNumber"):
		a.etag = got.Header.Get("ETag")
	}
	return got
}

// prepare sends requests that only set up the question, and returns the last response.
func (a *asker) prepare(ctx context.Context, steps ...step) (got rawcos.Answer) {
	for _, s := range steps {
		if got = a.do(ctx, s); !got.OK() {
			program.Fail("%w: the %s before it was answered by %s", errNotReached, s(a).method, got.Verdict())
		}
	}
	return got
}

// until repeats a check until it succeeds, with pauses that grow up to a second so that a lagging listing does not cost
// many requests. It returns the number of checks, or 0 if patience ran out first.
func (a *asker) until(ctx context.Context, pause time.Duration, sees func() bool) (looks int, took time.Duration) {
	began := a.clock()
	for looks = 1; ; looks++ {
		seen := sees()
		if took = a.clock().Sub(began); seen {
			return looks, took
		}
		if took > a.patience {
			return 0, took
		}
		program.Check(a.sleep(ctx, pause))
		pause = min(2*pause, time.Second)
	}
}
