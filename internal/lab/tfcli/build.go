package tfcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const openTofuModule = "github.com/opentofu/opentofu"

// heartbeat is how often a long build reports that it is still running.
const heartbeat = 30 * time.Second

// openTofuVersion returns the OpenTofu version that the nested module pins, without the leading v.
func (f *Finder) openTofuVersion(ctx context.Context) (string, error) {
	output, err := f.goCommand(ctx, "list", "-m", "-f", "{{.Version}}", openTofuModule).Output()
	if err != nil {
		return "", fmt.Errorf("version of %s: %w%s", openTofuModule, err, standardError(err))
	}
	return strings.TrimPrefix(strings.TrimSpace(string(output)), "v"), nil
}

// buildOpenTofu builds the pinned OpenTofu version at target.
func (f *Finder) buildOpenTofu(ctx context.Context, target string) error {
	folder, err := os.MkdirTemp(filepath.Dir(target), "build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary := filepath.Join(folder, filepath.Base(target))

	command := f.goCommand(ctx, "build", "-trimpath",
		// Without "dev=no", the version has a "-dev" suffix.
		"-ldflags", "-s -w -X "+openTofuModule+"/version.dev=no",
		"-o", binary, openTofuModule+"/cmd/tofu")
	command.Stdout, command.Stderr = f.Log, f.Log

	done := make(chan struct{})
	defer close(done)
	go f.reportProgress(done)
	if err := command.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	return os.Rename(binary, target)
}

// goCommand returns a go command in the nested module that pins OpenTofu.
func (f *Finder) goCommand(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = filepath.Join(f.Root, "internal", "lab", "tools", "opentofu")
	// Ignore a workspace or flags for the provider's module. No C compiler is needed.
	command.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-buildvcs=false", "CGO_ENABLED=0")
	return command
}

func (f *Finder) reportProgress(done <-chan struct{}) {
	started := time.Now()
	ticker := time.NewTicker(heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
			f.logf("still building OpenTofu (%s)", time.Since(started).Round(time.Second))
		}
	}
}
