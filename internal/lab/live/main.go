// Command live asks a real COS bucket what its documentation leaves open, and runs the core of the acceptance suite
// against it: create, refresh, update, rotate, import and destroy of an object per encryption, with the real CLI. It
// prints a table of what COS answered beside what the server in the box answers to the very same requests.
//
// The bucket is named by environment variables, see readSettings. Everything is written below one random prefix and
// removed again, also after a failure or an interrupt; nothing else in the bucket is read or written.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	// The first signal ends the step under way and cleans up; stop gives a second one its usual meaning.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	// A reader that has left must not kill this before it has cleaned up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	if err := start(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
}

func start(ctx context.Context) error {
	settings, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	finder, err := tfcli.NewFinder(ctx, os.Stderr)
	if err != nil {
		return err
	}
	cli, err := finder.Find(ctx)
	if err != nil {
		return err
	}
	return run(ctx, settings, &suite{root: finder.Root, cli: cli}, os.Stdout, os.Stderr)
}
