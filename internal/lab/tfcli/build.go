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

// heartbeat is how often a build that takes minutes says that it is alive.
const heartbeat = 30 * time.Second

// openTofuVersion is the pin in the nested module, without the leading v.
func (f *Finder) openTofuVersion(ctx context.Context) (string, error) {
	output, err := f.goCommand(ctx, "list", "-m", "-f", "{{.Version}}", openTofuModule).Output()
	if err != nil {
		return "", fmt.Errorf("version of %s: %w%s", openTofuModule, err, standardError(err))
	}
	return strings.TrimPrefix(strings.TrimSpace(string(output)), "v"), nil
}

// buildOpenTofu builds the pinned OpenTofu at target.
func (f *Finder) buildOpenTofu(ctx context.Context, target string) error {
	folder, err := os.MkdirTemp(filepath.Dir(target), "build-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary := filepath.Join(folder, filepath.Base(target))

	command := f.goCommand(ctx, "build", "-trimpath",
		// Without "dev=no" it calls itself a development build of the version.
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

// goCommand is the Go command in the nested module that pins OpenTofu.
func (f *Finder) goCommand(ctx context.Context, arguments ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", arguments...)
	command.Dir = filepath.Join(f.Root, "internal", "lab", "tools", "opentofu")
	// A workspace or flags meant for the provider's module do not fit this one; no C compiler is needed.
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
