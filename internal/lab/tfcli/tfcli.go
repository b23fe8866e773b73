// Package tfcli finds or obtains the Terraform-compatible CLI that tests, docs, demo and benchmarks use, and runs it.
// It is never linked into the provider.
//
// It does not use hashicorp/terraform-exec, which hides the process (tests kill it, and benchmarks measure its memory
// and processor time), refuses TF_LOG and TF_VAR_* in the environment, and passes all variables, even secret ones, as
// arguments.
package tfcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/go-version"
)

// The two products that can run the provider.
const (
	Terraform = "Terraform"
	OpenTofu  = "OpenTofu"
)

// PathVariable is the environment variable that names the CLI to run. terraform-plugin-testing uses it as well.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// floor is the first release of both products that supports write-only arguments.
var floor = version.Must(version.NewVersion("1.11.0"))

// ErrTooOld is returned for a CLI that is older than floor.
var ErrTooOld = errors.New("is older than 1.11")

// CLI is a Terraform-compatible executable that was found to work.
type CLI struct {
	Path    string
	Product string
	Version string
}

// String returns the product, version and path.
func (c CLI) String() string {
	return fmt.Sprintf("%s %s (%s)", c.Product, c.Version, c.Path)
}

// TestVariables returns the environment variables that make terraform-plugin-testing use this CLI. OpenTofu resolves a
// provider without a source to its own registry, so the testing framework has to serve the provider at that address.
func (c CLI) TestVariables() map[string]string {
	variables := map[string]string{PathVariable: c.Path}
	if c.Product == OpenTofu {
		variables["TF_ACC_PROVIDER_HOST"] = "registry.opentofu.org"
		variables["TF_ACC_PROVIDER_NAMESPACE"] = "hashicorp"
	}
	return variables
}

// strays matches variables of a user's environment that change what the CLI or the provider does: a configuration file
// (which may not exist), extra arguments, a workspace, a log, credentials. It does not match COS_PLAN_SHORTCUT, which
// tests and benchmarks set on purpose.
var strays = regexp.MustCompile(`^(TF_\w+|TERRAFORM_CONFIG|TENCENTCLOUD_\w+|TKE_\w+|COS_SSE_\w+|COS_LIVE_\w+)=`)

// Environment returns environ without the variables that change what a CLI does, and with checkpoint calls disabled.
func Environment(environ []string) []string {
	clean := make([]string, 0, len(environ)+2)
	for _, entry := range environ {
		if !strays.MatchString(entry) {
			clean = append(clean, entry)
		}
	}
	return append(clean, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
}

// versionLine matches the version in both products' output of "version". Warnings can precede it.
var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)\s*$`)

// Inspect returns an executable's product and version. If it is older than floor, the error is ErrTooOld.
func Inspect(ctx context.Context, path string) (CLI, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	command := exec.CommandContext(ctx, path, "version")
	command.Env = Environment(os.Environ())
	// Use a directory without a configuration, so that "version" does not query its providers.
	command.Dir = os.TempDir()
	// A wrapper script that leaves a child behind must not keep the pipe open forever.
	command.WaitDelay = time.Second
	output, err := command.Output()
	if err != nil {
		return CLI{}, fmt.Errorf("%s version: %w%s", path, err, standardError(err))
	}

	match := versionLine.FindSubmatch(output)
	if match == nil {
		return CLI{}, fmt.Errorf("%s is neither Terraform nor OpenTofu: it answers %q to version", path, firstLine(string(output)))
	}
	cli := CLI{Path: path, Product: string(match[1]), Version: string(match[2])}
	parsed, err := version.NewVersion(cli.Version)
	if err != nil {
		return CLI{}, fmt.Errorf("%s: version: %w", path, err)
	}
	// Core, because a pre-release of the floor itself is accepted.
	if parsed.Core().LessThan(floor) {
		return CLI{}, fmt.Errorf("%s %w", cli, ErrTooOld)
	}
	return cli, nil
}

func standardError(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return ": " + firstLine(string(exit.Stderr))
	}
	return ""
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
