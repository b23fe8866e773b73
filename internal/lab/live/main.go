// Command live asks a real COS bucket what COS's documentation leaves open, and runs the core of the acceptance suite
// against it with the real CLI: create, refresh, update, rotate, import and destroy of an object per encryption. It
// prints a table that compares COS's answers with those of the bundled server to the same requests.
//
// Environment variables name the bucket; see readSettings. Everything is written below a random prefix and removed
// again, even after a failure or an interrupt. Nothing else in the bucket is read or written.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	program.Main("live", func(ctx context.Context) error {
		settings := program.Must(readSettings(os.Getenv))
		cli, root, err := tfcli.Find(ctx, os.Stderr)
		program.Check(err)
		target := program.Must(newTarget(settings, newPrefix()))
		defer target.close()
		return target.run(ctx, &suite{root: root, cli: cli}, os.Stdout, os.Stderr)
	})
}

// run asks all questions of the target and of the bundled server. It prints the report to out and its progress to log.
// The suite may be nil. Before it returns, it removes what it wrote, even after a failure. What ends it before it has
// written anything fails as program.Attempt describes.
func (t *target) run(ctx context.Context, terraform *suite, out, log io.Writer) (err error) {
	progress := func(format string, args ...any) { _, _ = fmt.Fprintf(log, "live: "+format+"\n", args...) }
	state := t.inspect(ctx)
	var found strings.Builder
	fmt.Fprintf(&found, "# The answers of a bucket, and those of the server in the box\n\nAsked at %s, of %s. The bucket: %s, default encryption %s.%s\n",
		t.clock().UTC().Format(time.RFC3339), t.expand(t.endpoint), state.versioningText(), cmp.Or(state.encryption, "none"), state.unknown)
	server, mock := t.twin(state)
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
