package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// run asks all questions of the target and of the bundled server. It prints the report to out and its progress to log.
// The suite may be nil. Before it returns, it removes what it wrote, even after a failure.
func (t *target) run(ctx context.Context, terraform *suite, out, log io.Writer) (err error) {
	progress := func(format string, args ...any) { _, _ = fmt.Fprintf(log, "live: "+format+"\n", args...) }
	state, err := t.inspect(ctx)
	if err != nil {
		return err
	}
	found := found{isCOS: t.isCOS(), heading: fmt.Sprintf("# The answers of a bucket, and those of the server in the box\n\nAsked at %s, of %s. The bucket: %s.%s\n",
		t.clock().UTC().Format(time.RFC3339), t.expand(t.endpoint), state.describe(), state.unknown)}
	server, box, err := state.twin(t.settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	mock, err := newTarget(box, t.prefix)
	if err != nil {
		return err
	}
	defer mock.close()
	mock.keyA, mock.keyB = t.keyA, t.keyB
	mock.patience, mock.pause = t.patience, time.Millisecond // the bundled server does not throttle

	defer func() {
		// An interrupt ends what is above, not the cleanup.
		progress("removing everything below %s of the bucket %s", t.prefix, t.bucket)
		count, cleanErr := t.cleanUp(context.WithoutCancel(ctx), state)
		left := "Nothing is left below %s."
		if cleanErr != nil {
			left = "**Something may be left below %s.**"
		}
		found.closing = fmt.Sprintf("Removed: %d objects, versions and delete markers, %d unfinished uploads. "+left, count.objects, count.uploads, t.prefix)
		err = errors.Join(err, cleanErr, found.write(out))
	}()

	var errs []error
	if terraform != nil {
		found.lives = lives(t)
		progress("%s on one object per encryption", terraform.cli.Product)
		errs = append(errs, terraform.run(ctx, t, found.lives))
		for _, l := range found.lives {
			errs = append(errs, l.failed())
		}
	}
	progress("%d questions", len(questions()))
	unanswered := 0
	for _, q := range questions() {
		if ctx.Err() != nil {
			return fmt.Errorf("it was interrupted: %w", ctx.Err())
		}
		r := row{question: q, live: t.asked(ctx, q, state)}
		// A question that is not asked of the bucket needs no comparison.
		if r.mock.unasked = r.live.unasked; r.live.unasked == "" {
			r.mock = mock.asked(ctx, q, state)
		}
		if r.live.err != nil && !errors.Is(r.live.err, errNotReached) {
			unanswered++
		}
		found.rows = append(found.rows, r)
	}
	if unanswered > 0 {
		errs = append(errs, fmt.Errorf("%d questions got no answer", unanswered))
	}
	return errors.Join(errs...)
}

func (t *target) asked(ctx context.Context, q question, state bucketState) outcome {
	if why := cmp.Or(q.unasked, t.missing(q.needs)); why != "" {
		return outcome{unasked: why}
	}
	a := &asker{target: t, state: state, at: "questions/" + q.id + "/"}
	text := q.ask(ctx, a)
	return outcome{answer: text, notes: a.notes, err: a.err}
}
