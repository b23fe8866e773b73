package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
)

// Account is what the person at the terminal reads: a line for each step, with what it showed below.
type Account struct{ Out io.Writer }

// Step is one thing that is shown. It returns the lines of what it showed.
type Step func(context.Context) ([]string, error)

// Run runs one step and tells how it went. After a failure it returns program.ErrShown.
func (a *Account) Run(ctx context.Context, name string, do Step) error {
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
	a.Print("  %s %s%s\n", mark, name, duration(time.Since(started)))
	for _, line := range findings {
		a.Print("      %s\n", line)
	}
	if err == nil {
		return nil
	}
	a.Print("      %s\n", strings.ReplaceAll(strings.TrimSpace(err.Error()), "\n", "\n      "))
	return program.ErrShown
}

// Print does not fail: a terminal that is gone is no reason to leave a server running.
func (a *Account) Print(format string, arguments ...any) {
	_, _ = fmt.Fprintf(a.Out, format, arguments...)
}

// duration is told only if somebody waited.
func duration(d time.Duration) string {
	if d < time.Second {
		return ""
	}
	return fmt.Sprintf(" (%.1f s)", d.Seconds())
}
