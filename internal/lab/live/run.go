package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
)

// run asks all questions of the target and of the bundled server. It prints the report to out and its progress to log.
// The suite may be nil. Before it returns, it removes what it wrote, even after a failure.
func (t *target) run(ctx context.Context, terraform *suite, out, log io.Writer) (err error) {
	progress := func(format string, args ...any) { _, _ = fmt.Fprintf(log, "live: "+format+"\n", args...) }
	var state bucketState
	if err := program.Attempt(func() { state = t.inspect(ctx) }); err != nil {
		return err
	}
	var found strings.Builder
	fmt.Fprintf(&found, "# The answers of a bucket, and those of the server in the box\n\nAsked at %s, of %s. The bucket: %s, default encryption %s.%s\n",
		t.clock().UTC().Format(time.RFC3339), t.expand(t.endpoint), state.versioningText(), cmp.Or(state.encryption, "none"), state.unknown)
	server, mock, err := t.twin(state)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	defer mock.close()

	defer func() {
		// An interrupt ends what is above, not the cleanup.
		progress("removing everything below %s of the bucket %s", t.prefix, t.bucket)
		count, cleanErr := t.cleanUp(context.WithoutCancel(ctx), state)
		left := "Nothing is left below %s."
		if cleanErr != nil {
			left = "**Something may be left below %s.**"
		}
		fmt.Fprintf(&found, "\nRemoved: %d objects, versions and delete markers, %d unfinished uploads. "+left+"\n", count.objects, count.uploads, t.prefix)
		_, writeErr := io.WriteString(out, found.String())
		err = errors.Join(err, cleanErr, writeErr)
	}()

	var errs []error
	if terraform != nil {
		progress("%s on one object per encryption", terraform.cli.Product)
		all := lives(t)
		errs = append(errs, terraform.run(ctx, t, all), reportLives(&found, all))
	}
	if ctx.Err() == nil {
		progress("%d questions", len(questions()))
		errs = append(errs, t.compare(ctx, mock, state, &found))
	}
	if ctx.Err() != nil {
		return fmt.Errorf("it was interrupted: %w", ctx.Err())
	}
	return errors.Join(errs...)
}
