package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// patience is how long a child has to end cleanly before it is killed, on a
// machine that is busy as well.
const patience = time.Minute

// command prepares a child that ends with the context: asked first, then killed.
func command(ctx context.Context, name string, arguments ...string) *exec.Cmd {
	child := exec.CommandContext(ctx, name, arguments...)
	ownGroup(child)
	child.Cancel = func() error { return askToStop(child.Process) }
	child.WaitDelay = patience
	return child
}

// result is how a command ended that did run.
type result struct {
	output string
	code   int
}

// line returns the first line of the output that begins so.
func (r result) line(prefix string) string {
	for line := range strings.Lines(r.output) {
		if strings.HasPrefix(line, prefix) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// runToEnd runs a command and leaves nothing of it running. A non-zero exit code is no error.
func runToEnd(child *exec.Cmd) (result, error) {
	var output bytes.Buffer
	child.Stdout, child.Stderr = &output, &output
	err := child.Run()
	if child.Process != nil {
		if killErr := killGroup(child.Process); killErr != nil {
			return result{}, killErr
		}
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return result{}, fmt.Errorf("%s: %w", filepath.Base(child.Path), err)
	}
	return result{output: output.String(), code: child.ProcessState.ExitCode()}, nil
}
