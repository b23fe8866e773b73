// Package program runs the commands of internal/lab so that they clean up even if they are interrupted.
package program

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// ErrShown is a failure that has already been shown to the user.
var ErrShown = errors.New("it failed")

// Main runs a command and exits if it fails, as Attempt describes or by returning
// an error. The first signal, including the hangup of a closed terminal, cancels
// the context so that the command can clean up. A second signal has its usual
// effect.
func Main(name string, run func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	context.AfterFunc(ctx, stop)
	// A reader that exits early, as in "make demo | head", must not kill a command before it has cleaned up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)

	err := Attempt(func() { Check(run(ctx)) })
	stop()
	if err == nil {
		return
	}
	if !errors.Is(err, ErrShown) {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
	}
	os.Exit(1)
}
