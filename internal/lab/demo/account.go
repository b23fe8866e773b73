package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// errShown is a failure that the account has already told.
var errShown = errors.New("the demo failed")

// account is what the person at the terminal reads: a line for each step, with what it showed below.
type account struct {
	out io.Writer
}

// finding is one line below a step.
type finding = string

// title tells what is about to be shown.
func (a *account) title(format string, arguments ...any) {
	a.print("\n"+format+"\n", arguments...)
}

// step runs one step and tells how it went. After a failure it returns errShown.
func (a *account) step(ctx context.Context, name string, do func(context.Context) ([]finding, error)) error {
	started := time.Now()
	findings, err := do(ctx)
	// Whatever a killed program said, the reason is that the user wanted it to end.
	if cause := ctx.Err(); cause != nil {
		findings, err = nil, errors.New("interrupted")
	}

	mark := "✓"
	if err != nil {
		mark = "✗"
	}
	a.print("  %s %s%s\n", mark, name, duration(time.Since(started)))
	for _, line := range findings {
		a.print("      %s\n", line)
	}
	if err == nil {
		return nil
	}
	a.print("      %s\n", strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "\n      "))
	return errShown
}

// print does not fail: a terminal that is gone is no reason to leave a server running.
func (a *account) print(format string, arguments ...any) {
	_, _ = fmt.Fprintf(a.out, format, arguments...)
}

// duration is told only where somebody waited.
func duration(d time.Duration) string {
	if d < time.Second {
		return ""
	}
	return fmt.Sprintf(" (%.1f s)", d.Seconds())
}
