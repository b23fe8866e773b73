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

// Account prints the progress of a command: a line for each step, followed by what it found.
type Account struct{ Out io.Writer }

// Step is one step of an account. It returns the lines to print below it.
type Step func(context.Context) ([]string, error)

// Run runs a step and prints how it ended. After a failure it returns program.ErrShown.
func (a *Account) Run(ctx context.Context, name string, do Step) error {
	started := time.Now()
	findings, err := do(ctx)
	// The interrupt is the cause, whatever error the killed program reported.
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

// Print ignores errors: a closed terminal must not prevent the cleanup.
func (a *Account) Print(format string, arguments ...any) {
	_, _ = fmt.Fprintf(a.Out, format, arguments...)
}

// duration returns "" for durations that are too short to notice.
func duration(d time.Duration) string {
	if d < time.Second {
		return ""
	}
	return fmt.Sprintf(" (%.1f s)", d.Seconds())
}
