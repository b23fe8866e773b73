package cosclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// ErrIdleTimeout is returned for a request that transferred no byte for
// Config.RequestTimeout.
var ErrIdleTimeout = errors.New("idle timeout")

// idleError contains the timeout. It matches ErrIdleTimeout.
type idleError struct{ limit time.Duration }

func (e *idleError) Error() string        { return fmt.Sprintf("no byte moved for %v", e.limit) }
func (e *idleError) Is(target error) bool { return target == ErrIdleTimeout }

// watchdog cancels the context of an attempt if nothing is transferred for some
// time.
type watchdog struct {
	limit  time.Duration
	timer  *time.Timer // nil if there is no limit
	cancel context.CancelCauseFunc
}

// watch starts a watchdog. Its cancellation cause is an *idleError.
func watch(ctx context.Context, limit time.Duration) (context.Context, *watchdog) {
	ctx, cancel := context.WithCancelCause(ctx)
	w := &watchdog{limit: limit, cancel: cancel}
	if limit > 0 {
		w.timer = time.AfterFunc(limit, func() { cancel(&idleError{limit}) })
	}
	return ctx, w
}

// beat restarts the timer after a transfer.
func (w *watchdog) beat() {
	if w.timer != nil {
		w.timer.Reset(w.limit)
	}
}

// rest stops the timer until the next beat, because the reader of a response may
// take its time between two reads.
func (w *watchdog) rest() {
	if w.timer != nil {
		w.timer.Stop()
	}
}

// end stops the watchdog and releases the attempt's context.
func (w *watchdog) end() {
	w.rest()
	w.cancel(nil)
}

// watchedBody is a response body with a watchdog. Its read errors go through
// explain; Close ends the attempt.
type watchedBody struct {
	io.ReadCloser
	dog     *watchdog
	explain func(error) error
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.dog.beat()
	n, err := b.ReadCloser.Read(p)
	b.dog.rest()
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.explain(err)
	}
	return n, err
}

func (b *watchedBody) Close() error {
	err := b.ReadCloser.Close()
	b.dog.end()
	return err
}
