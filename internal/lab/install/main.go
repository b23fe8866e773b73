// Command install builds the provider and installs it in the directory that
// Terraform and OpenTofu search before they use a registry. make install runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

const module = "github.com/cos-terraform/terraform-provider-cos"

func main() {
	version := flag.String("version", "", "version to install the provider as, such as 0.1.0")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *version, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "install:", err)
		os.Exit(1)
	}
}

// releasePattern matches release versions. init selects a pre-release only if it
// is requested exactly.
var releasePattern = regexp.MustCompile(`^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$`)

func run(ctx context.Context, version string, out io.Writer) error {
	if !releasePattern.MatchString(version) {
		return fmt.Errorf("%q is not a version such as 0.1.0, without a leading v and without a suffix", version)
	}
	mirror, err := mirrorDir(runtime.GOOS, os.Getenv, exists)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(mirror, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(mirror, ".install-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	built := filepath.Join(work, binaryName(runtime.GOOS, version))
	if err := build(ctx, version, built); err != nil {
		return err
	}
	for _, folder := range folders(mirror, version, runtime.GOOS, runtime.GOARCH) {
		if err := place(built, folder); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(out, filepath.Join(folder, filepath.Base(built)))
	}
	for _, file := range configurations(runtime.GOOS, os.Getenv) {
		if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), "provider_installation") {
			_, _ = fmt.Fprintf(out, "%s has a provider_installation block, which may keep the CLI from looking there.\n", file)
		}
	}
	return nil
}

// build compiles the provider for this machine, using Go's build cache.
func build(ctx context.Context, version, target string) error {
	commit := "none"
	if text, err := exec.CommandContext(ctx, "git", "rev-parse", "--short", "HEAD").Output(); err == nil {
		commit = strings.TrimSpace(string(text))
	}
	flags := fmt.Sprintf("-s -w -X main.version=%s -X main.commit=%s", version, commit)
	command := exec.CommandContext(ctx, "go", "build", "-ldflags", flags, "-o", target, module)
	command.Stderr = os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("go build: %w", err)
	}
	return nil
}

// place puts the binary into a directory. It replaces an existing file instead of
// writing to it, because the program may be running.
func place(binary, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	staged := binary + ".staged"
	if err := os.Link(binary, staged); err != nil { // copy if hard links are not supported
		text, err := os.ReadFile(binary)
		if err != nil {
			return err
		}
		if err := os.WriteFile(staged, text, 0o755); err != nil {
			return err
		}
	}
	return os.Rename(staged, filepath.Join(folder, filepath.Base(binary)))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
