package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// body is what most objects of a run contain.
const body = "hello"

// asker asks one question of one target.
type asker struct {
	*target
	state bucketState
	at    string   // a folder of the question below the prefix
	notes []string // what two servers need not have in common, such as messages
	err   error    // the first one; after it, nothing more is sent
}

func (a *asker) note(format string, args ...any) {
	a.notes = append(a.notes, fmt.Sprintf(format, args...))
}

// key is a key of the question's own.
func (a *asker) key(name string) string { return a.prefix + a.at + name }

// errNotReached is the error of a preparation that COS refused.
var errNotReached = errors.New("not reached")

// do takes a step that the question is about.
func (a *asker) do(ctx context.Context, s step) (got rawcos.Answer) {
	if a.err != nil {
		return got
	}
	if got, a.err = a.send(ctx, s(a)); got.Message != "" {
		a.note("%s: %s", got.Verdict(), a.clean(got.Message))
	}
	return got
}

// prepare takes a step that only makes the question possible.
func (a *asker) prepare(ctx context.Context, s step) rawcos.Answer {
	got := a.do(ctx, s)
	if a.err == nil && !got.OK() {
		a.err = fmt.Errorf("%w: the %s before it was answered by %s", errNotReached, s(a).method, got.Verdict())
	}
	return got
}

// decode reads the document of an answer.
func (a *asker) decode(got rawcos.Answer, into any) {
	if a.err == nil {
		a.err = got.Decode(into)
	}
}

// until looks until it sees what it waits for, with pauses that grow up to a second: a listing that lags must not cost
// many requests. It returns how many looks that took, 0 if patience ended first.
func (a *asker) until(ctx context.Context, pause time.Duration, sees func() bool) (looks int, took time.Duration) {
	began := a.clock()
	for looks = 1; a.err == nil; looks++ {
		seen := sees()
		if took = a.clock().Sub(began); seen {
			return looks, took
		}
		if took > a.patience {
			break
		}
		if a.err == nil {
			a.err = a.sleep(ctx, pause)
		}
		pause = min(2*pause, time.Second)
	}
	return 0, took
}
