package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
)

// Account prints the progress of a command: a line for each step, followed by what it found.
type Account struct {
	Out   io.Writer
	Color bool // that Paint has an effect
}

// Colors, by the code of the terminal's sequence that selects them.
const (
	Dim   = "2"
	Red   = "31"
	Green = "32"
	Title = "36"
)

// Colored reports whether a file is a terminal whose user wants colors (https://no-color.org).
func Colored(file *os.File, getenv func(string) string) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

// Paint returns a text in a color.
func (a *Account) Paint(color, text string) string {
	if !a.Color || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// Step is one step of an account. It returns the lines to print below it, or fails as program.Attempt describes.
type Step func(context.Context) []string

// Run runs a step and prints how it ended. After a failure it returns program.ErrShown.
func (a *Account) Run(ctx context.Context, name string, do Step) error {
	started := time.Now()
	var findings []string
	err := program.Attempt(func() { findings = do(ctx) })
	// The interrupt is the cause, whatever error the killed program reported.
	if cause := ctx.Err(); cause != nil {
		findings, err = nil, errors.New("interrupted")
	}

	mark := a.Paint(Green, "✓")
	if err != nil {
		mark = a.Paint(Red, "✗")
	}
	a.Print("  %s %s%s\n", mark, name, a.Paint(Dim, duration(time.Since(started))))
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
