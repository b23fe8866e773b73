// Command demo shows what the provider does, on a COS server of its own: it builds both, applies examples/demo,
// and proves from outside that what was stored is encrypted. It leaves nothing behind.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	// The first signal ends the step under way and cleans up; stop gives a second one its usual meaning. A terminal
	// that is closed is such a signal too.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	// A reader that has left, as of "make demo | head", must not kill the demo before it has cleaned up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	if err := run(ctx); err != nil {
		if !errors.Is(err, errShown) {
			fmt.Fprintln(os.Stderr, "demo:", err)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	finder, err := tfcli.NewFinder(ctx, os.Stderr)
	if err != nil {
		return err
	}
	cli, err := finder.Find(ctx)
	if err != nil {
		return err
	}
	return show(ctx, os.Stdout, finder.Root, os.TempDir(), cli)
}
