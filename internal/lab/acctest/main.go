package acctest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/hashicorp/go-version"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// Main runs the tests of a package with the CLI that the make targets choose, or
// the one on the PATH. Without it, terraform-plugin-testing would download a CLI
// if it found none, and would use a CLI configuration file from the environment.
func Main(m *testing.M) {
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := built.remove(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

func prepare() error {
	if err := os.Unsetenv("TF_CLI_CONFIG_FILE"); err != nil {
		return err
	}
	if os.Getenv("TF_ACC") == "" || os.Getenv(tfcli.PathVariable) != "" {
		return nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		cli, err := tfcli.Inspect(context.Background(), path)
		if err != nil {
			return err
		}
		for variable, value := range cli.TestVariables() {
			if err := os.Setenv(variable, value); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("there is no terraform and no tofu: use make test, which gets one")
}

// AtLeast reports whether the CLI's version is at least the given one, such as
// "1.12".
func AtLeast(t *testing.T, least string) bool {
	t.Helper()
	path := os.Getenv(tfcli.PathVariable)
	if path == "" {
		return false // acceptance tests are not enabled
	}
	cli, err := tfcli.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	have, want := version.Must(version.NewVersion(cli.Version)), version.Must(version.NewVersion(least))
	return have.Core().GreaterThanOrEqual(want)
}
