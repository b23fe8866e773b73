// Package program is how a command of the annex runs: until it has cleaned up, whatever interrupts it.
package program

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// ErrShown is a failure that the user has been told already.
var ErrShown = errors.New("it failed")

// Main runs a command and exits if it fails. The first signal ends the context, after which the command cleans up; a second
// one has its usual meaning. A terminal that is closed is such a signal, too.
func Main(name string, run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	// A reader that has left, as of "make demo | head", must not kill a command before it has cleaned up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	err := run(ctx)
	stop()
	if err == nil {
		return
	}
	if !errors.Is(err, ErrShown) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	}
	os.Exit(1)
}
