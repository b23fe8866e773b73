package tfcli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Workspace is a directory in which a CLI runs as a user runs it.
type Workspace struct {
	CLI string // path of the executable
	Dir string
	Env []string // added to the cleaned environment, as NAME=value
	// Patience is how long the CLI may take to exit cleanly before it is killed. The default is one minute, for busy
	// machines.
	Patience time.Duration
	// Measure makes Run measure the memory of the CLI and the providers.
	Measure bool
}

// NewWorkspace creates a directory in which a CLI runs with the provider built in another directory.
func NewWorkspace(cli CLI, dir, provider string) (Workspace, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Workspace{}, err
	}
	override, err := Override(filepath.Join(dir, "cli.tfrc"), provider)
	return Workspace{CLI: cli.Path, Dir: dir, Env: []string{override}}, err
}

// Configure writes the configuration.
func (w Workspace) Configure(blocks ...string) error {
	return os.WriteFile(filepath.Join(w.Dir, "main.tf"), []byte(strings.Join(blocks, "")), 0o600)
}

// Result is the outcome of a command that ran.
type Result struct {
	Args   []string
	Stdout string
	Stderr string
	Code   int

	Took time.Duration
	// CPU is the processor time of the CLI and its providers. Unlike Took, it does not depend on the load of the
	// machine.
	CPU time.Duration
	// Peak is the largest resident size of a provider in bytes, or 0 if it was not measured.
	Peak int64
	// PeakCLI is the same for the CLI.
	PeakCLI int64
}

// Output returns everything that the user sees.
func (r Result) Output() string { return r.Stdout + r.Stderr }

// Text returns the output without the frames around diagnostics and without line breaks.
func (r Result) Text() string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(r.Output())), " ")
}

// Line returns the first line of the output that begins with prefix.
func (r Result) Line(prefix string) string {
	for line := range strings.Lines(r.Output()) {
		if strings.HasPrefix(line, prefix) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// Command returns a command that runs the CLI under the caller's control.
func (w Workspace) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.CLI, args...)
	cmd.Dir = w.Dir
	cmd.Env = append(append(Environment(os.Environ()), "TF_CLI_ARGS=-no-color"), w.Env...)
	return cmd
}

// Run runs the CLI and makes sure that none of its processes is left. A non-zero exit code is not an error.
func (w Workspace) Run(ctx context.Context, args ...string) (Result, error) {
	cmd := w.Command(ctx, args...)
	StopGracefully(cmd)
	if w.Patience > 0 {
		cmd.WaitDelay = w.Patience
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return Result{}, err
	}
	peak := func() (children, own int64) { return 0, 0 }
	if w.Measure {
		peak = watchChildren(cmd.Process.Pid)
	}
	err := cmd.Wait()
	result := Result{
		Args: args, Stdout: stdout.String(), Stderr: stderr.String(), Code: cmd.ProcessState.ExitCode(),
		Took: time.Since(began), CPU: ProcessorTime(cmd),
	}
	result.Peak, result.PeakCLI = peak()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = nil
	}
	return result, errors.Join(err, killGroup(cmd.Process))
}

// Succeed is like Run, but any exit code except 0 is an error, including that of a plan with -detailed-exitcode that
// finds changes.
func (w Workspace) Succeed(ctx context.Context, args ...string) (Result, error) {
	result, err := w.Run(ctx, args...)
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err == nil && result.Code != 0 {
		err = fmt.Errorf("%s ended with code %d:\n%s", args[0], result.Code, strings.TrimSpace(result.Output()))
	}
	return result, err
}

// StopGracefully makes a command stop when its context is done: it is interrupted first, and killed after WaitDelay.
// The terminal's Ctrl-C reaches it only through this process, because a second interrupt makes Terraform exit
// immediately.
func StopGracefully(cmd *exec.Cmd) {
	ownGroup(cmd)
	cmd.Cancel = func() error { return AskToStop(cmd.Process) }
	cmd.WaitDelay = time.Minute
}

// ProcessorTime returns the processor time of a command that has ended, including its child processes that it waited
// for.
func ProcessorTime(cmd *exec.Cmd) time.Duration {
	if cmd.ProcessState == nil {
		return 0
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// Build builds commands of the checkout at root into a directory. They are linked like a release, without what a debugger
// needs, which takes a quarter less time.
func Build(ctx context.Context, root, folder string, packages ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-ldflags=-s -w", "-o", folder + string(filepath.Separator)}, packages...)...)
	StopGracefully(cmd)
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, output)
	}
	return nil
}

// Executable returns the file name of a program.
func Executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
