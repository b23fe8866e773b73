// Package tfcli finds or obtains the Terraform-compatible CLI that tests, docs, demo and benchmarks run, and runs it. It is
// never linked into the provider.
//
// It does not use hashicorp/terraform-exec, which hides the process (tests kill it, benchmarks measure its memory and
// processor time), refuses TF_LOG and TF_VAR_* in the environment, and passes variables, even secret ones, as arguments.
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

// PathVariable is the variable by which a user names the CLI to run; terraform-plugin-testing reads the same one.
const PathVariable = "TF_ACC_TERRAFORM_PATH"

// floor is the oldest release of either product that has write-only arguments.
var floor = version.Must(version.NewVersion("1.11.0"))

// ErrTooOld says that a CLI is there but older than the provider's floor.
var ErrTooOld = errors.New("is older than 1.11")

// CLI is a Terraform-compatible executable that has answered.
type CLI struct {
	Path    string
	Product string
	Version string
}

// String names the CLI as a person would: product, version, path.
func (c CLI) String() string {
	return fmt.Sprintf("%s %s (%s)", c.Product, c.Version, c.Path)
}

// TestVariables are the environment variables that make terraform-plugin-testing run this CLI. OpenTofu resolves a
// provider without a source to its own registry, and the testing framework has to serve the provider under that address.
func (c CLI) TestVariables() map[string]string {
	variables := map[string]string{PathVariable: c.Path}
	if c.Product == OpenTofu {
		variables["TF_ACC_PROVIDER_HOST"] = "registry.opentofu.org"
		variables["TF_ACC_PROVIDER_NAMESPACE"] = "hashicorp"
	}
	return variables
}

// strays are variables that change what a CLI or the provider does and that a user may have set for other work: a
// configuration file (which may not even exist), extra arguments, a workspace, a log, an account. What is left of the
// provider's own is COS_PLAN_SHORTCUT, which tests and benchmarks are run with on purpose.
var strays = regexp.MustCompile(`^(TF_\w+|TERRAFORM_CONFIG|TENCENTCLOUD_\w+|TKE_\w+|COS_SSE_\w+|COS_LIVE_\w+)=`)

// Environment is environ without the variables that would change what a CLI does, and with its home calls switched off.
func Environment(environ []string) []string {
	clean := make([]string, 0, len(environ)+2)
	for _, entry := range environ {
		if !strays.MatchString(entry) {
			clean = append(clean, entry)
		}
	}
	return append(clean, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
}

// versionLine is the first line of both products' answer to "version". Warnings may stand before it.
var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) v(\S+)\s*$`)

// Inspect asks the executable what it is. An older one than the floor is ErrTooOld.
func Inspect(ctx context.Context, path string) (CLI, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()

	command := exec.CommandContext(ctx, path, "version")
	command.Env = Environment(os.Environ())
	// A folder without configuration: "version" would else go and ask the providers of the one it runs in.
	command.Dir = os.TempDir()
	// A wrapper script that leaves a child behind must not hold the pipe open for ever.
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
	// Core: a pre-release of the floor itself will do.
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
