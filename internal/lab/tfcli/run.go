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

// Workspace is a folder in which a CLI runs as a user runs it.
type Workspace struct {
	CLI string // path of the executable
	Dir string
	Env []string // added to the cleaned environment, as NAME=value
	// Patience is how long the CLI has to end cleanly before it is killed; 0 is a minute, for a busy machine.
	Patience time.Duration
	// Measure makes Run observe the memory of the providers.
	Measure bool
}

// NewWorkspace makes a folder in which a CLI runs with the provider that was built into another one.
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

// Result is how a command ended that did run.
type Result struct {
	Args   []string
	Stdout string
	Stderr string
	Code   int

	Took time.Duration
	// CPU is the processor time of the CLI and its providers. Unlike Took, it does not depend on what else the
	// machine does.
	CPU time.Duration
	// Peak is the most memory that one of the providers used, in bytes: 0 unless it was measured.
	Peak int64
	// PeakCLI is the most memory that the CLI itself used, likewise.
	PeakCLI int64
}

// Output is all that the user sees.
func (r Result) Output() string { return r.Stdout + r.Stderr }

// Text is the output without the frame that the CLI draws around diagnostics, and with its line breaks undone.
func (r Result) Text() string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(r.Output())), " ")
}

// Line returns the first line of the output with this prefix.
func (r Result) Line(prefix string) string {
	for line := range strings.Lines(r.Output()) {
		if strings.HasPrefix(line, prefix) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

// Command prepares a run of the CLI that the caller controls.
func (w Workspace) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, w.CLI, args...)
	cmd.Dir = w.Dir
	cmd.Env = append(append(Environment(os.Environ()), "TF_CLI_ARGS=-no-color"), w.Env...)
	return cmd
}

// Run runs the CLI and leaves nothing of it running. A non-zero exit code is not an error.
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

// Succeed is Run, with any exit code but 0 as an error: of a plan with -detailed-exitcode also that there is something
// to do.
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

// StopGracefully makes a command end with its context: asked first, killed when WaitDelay is over. It gets Ctrl-C from
// the terminal only by way of this process: a Terraform that is interrupted twice drops everything at once.
func StopGracefully(cmd *exec.Cmd) {
	ownGroup(cmd)
	cmd.Cancel = func() error { return AskToStop(cmd.Process) }
	cmd.WaitDelay = time.Minute
}

// ProcessorTime is the processor time of a command that has ended, and of those it has started and waited for.
func ProcessorTime(cmd *exec.Cmd) time.Duration {
	if cmd.ProcessState == nil {
		return 0
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// Build builds commands of the checkout at root into a folder.
func Build(ctx context.Context, root, folder string, packages ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"build", "-o", folder + string(filepath.Separator)}, packages...)...)
	StopGracefully(cmd)
	cmd.Dir = root
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, output)
	}
	return nil
}

// Executable is the name of a program's file.
func Executable(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}
