package tfcli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Finder looks for a CLI in a fixed order and obtains one if there is none.
type Finder struct {
	// Root is the root directory of the provider's module. CLIs are stored in its ignored directory .tools.
	Root string
	// Log receives a line for each event that may interest a user, including the progress of long builds.
	Log io.Writer
	// Getenv and LookPath are os.Getenv and exec.LookPath except in tests.
	Getenv   func(string) string
	LookPath func(string) (string, error)

	// The two ways to obtain a CLI, each of which stores it at target.
	download func(ctx context.Context, target string) error
	build    func(ctx context.Context, target string) error
}

// NewFinder returns a Finder for the module that contains the working directory.
func NewFinder(ctx context.Context, log io.Writer) (*Finder, error) {
	output, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOMOD: %w%s", err, standardError(err))
	}
	module := strings.TrimSpace(string(output))
	if module == "" || module == os.DevNull {
		return nil, errors.New("the working directory is in no Go module")
	}

	f := &Finder{Root: filepath.Dir(module), Log: log, Getenv: os.Getenv, LookPath: exec.LookPath}
	f.download = f.downloadTerraform
	f.build = f.buildOpenTofu
	return f, nil
}

// Find returns the CLI to run and the root of the checkout. See Finder.Find.
func Find(ctx context.Context, log io.Writer) (cli CLI, root string, err error) {
	finder, err := NewFinder(ctx, log)
	if err != nil {
		return CLI{}, "", err
	}
	cli, err = finder.Find(ctx)
	return cli, finder.Root, err
}

// Find returns the first available CLI of these: the one that TF_ACC_TERRAFORM_PATH names; terraform, then tofu, on the
// PATH; one that was obtained before; a download of Terraform; if the download fails, OpenTofu, built from source once
// in several minutes.
func (f *Finder) Find(ctx context.Context) (CLI, error) {
	// A CLI that the user names is used or refused, never silently skipped.
	if named := f.Getenv(PathVariable); named != "" {
		cli, err := Inspect(ctx, named)
		if err != nil {
			return CLI{}, fmt.Errorf("%s: %w", PathVariable, err)
		}
		return cli, nil
	}

	for _, name := range []string{"terraform", "tofu"} {
		path, err := f.LookPath(name)
		if err != nil {
			continue
		}
		cli, err := Inspect(ctx, path)
		if err == nil {
			return cli, nil
		}
		f.logf("passing over %s: %v", name, err)
	}

	tofuVersion, err := f.openTofuVersion(ctx)
	if err != nil {
		return CLI{}, err
	}
	terraform := f.kept("terraform-" + terraformVersion)
	tofu := f.kept("tofu-" + tofuVersion)
	for _, path := range []string{terraform, tofu} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		cli, err := Inspect(ctx, path)
		if err == nil {
			return cli, nil
		}
		f.logf("obtaining %s again: %v", filepath.Base(path), err)
	}
	return f.obtain(ctx, terraform, tofu, tofuVersion)
}

// OpenTofu returns the tofu on the PATH, or one that is built from source once.
func (f *Finder) OpenTofu(ctx context.Context) (CLI, error) {
	if path, err := f.LookPath("tofu"); err == nil {
		return Inspect(ctx, path)
	}
	version, err := f.openTofuVersion(ctx)
	if err != nil {
		return CLI{}, err
	}
	path := f.kept("tofu-" + version)
	if cli, err := Inspect(ctx, path); err == nil {
		return cli, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return CLI{}, err
	}
	f.logf("building OpenTofu %s from source: once, some minutes", version)
	if err := f.build(ctx, path); err != nil {
		return CLI{}, fmt.Errorf("build of OpenTofu: %w", err)
	}
	return Inspect(ctx, path)
}

func (f *Finder) obtain(ctx context.Context, terraform, tofu, tofuVersion string) (CLI, error) {
	if err := os.MkdirAll(filepath.Dir(terraform), 0o755); err != nil {
		return CLI{}, err
	}

	f.logf("no terraform and no tofu found; downloading Terraform %s", terraformVersion)
	downloadErr := f.download(ctx, terraform)
	if downloadErr == nil {
		return Inspect(ctx, terraform)
	}
	if ctx.Err() != nil {
		return CLI{}, ctx.Err()
	}

	f.logf("Terraform's releases cannot be had (%v)", downloadErr)
	f.logf("building OpenTofu %s from source instead: once, some minutes", tofuVersion)
	if err := f.build(ctx, tofu); err != nil {
		return CLI{}, fmt.Errorf("no CLI: put terraform or tofu 1.11 or newer on the PATH, or name one in %s: %w",
			PathVariable, errors.Join(fmt.Errorf("download: %w", downloadErr), fmt.Errorf("build: %w", err)))
	}
	return Inspect(ctx, tofu)
}

// kept returns the path of an obtained CLI. It includes the version, so that a changed pin takes effect.
func (f *Finder) kept(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(f.Root, ".tools", name)
}

func (f *Finder) logf(format string, arguments ...any) {
	// A progress line that cannot be written is not an error.
	_, _ = fmt.Fprintf(f.Log, "tfcli: "+format+"\n", arguments...)
}
