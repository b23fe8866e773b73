package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// terraform runs the CLI in a copy of the example, with the provider that was just built.
type terraform struct {
	cli         tfcli.CLI
	folder      string
	environment []string
	variables   map[string]string
}

// newTerraform prepares folder: a copy of the example's files, and a CLI configuration that takes the provider from
// the folder it was built into. Such an override also makes "init" needless.
func newTerraform(cli tfcli.CLI, example, folder, provider, temporary string) (*terraform, error) {
	if err := os.CopyFS(folder, os.DirFS(example)); err != nil {
		return nil, err
	}
	configuration := filepath.Join(temporary, "cli.tfrc")
	if err := os.WriteFile(configuration, []byte(overrides(provider)), 0o600); err != nil {
		return nil, err
	}
	return &terraform{
		cli:    cli,
		folder: folder,
		environment: append(tfcli.Environment(os.Environ()),
			"TF_CLI_CONFIG_FILE="+configuration, "TMPDIR="+temporary, "TMP="+temporary),
		variables: map[string]string{},
	}, nil
}

// overrides is a CLI configuration. The address without a host means another registry to each product.
func overrides(provider string) string {
	// A JSON string is an HCL string, as long as no template sign is in it.
	quoted, _ := json.Marshal(filepath.ToSlash(provider))
	return fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/cos-terraform/cos" = %[1]s
    "registry.opentofu.org/cos-terraform/cos" = %[1]s
  }
  direct {}
}
`, quoted)
}

// run runs a command. Variables travel in the environment: a command line can be read by everyone on the machine.
func (t *terraform) run(ctx context.Context, name string, arguments ...string) (result, error) {
	child := command(ctx, t.cli.Path, append([]string{name, "-no-color", "-input=false"}, arguments...)...)
	child.Dir = t.folder
	child.Env = slices.Clone(t.environment)
	for _, variable := range slices.Sorted(maps.Keys(t.variables)) {
		child.Env = append(child.Env, "TF_VAR_"+variable+"="+t.variables[variable])
	}
	return runToEnd(child)
}

// succeed runs a command and takes any exit code but 0 for a failure; of a plan with -detailed-exitcode that is also
// one that finds something to do.
func (t *terraform) succeed(ctx context.Context, name string, arguments ...string) (result, error) {
	got, err := t.run(ctx, name, arguments...)
	if err != nil {
		return result{}, err
	}
	if got.code != 0 {
		return result{}, fmt.Errorf("%s ended with code %d:\n%s", name, got.code, got.output)
	}
	return got, nil
}

// state is the state file as it is on disk.
func (t *terraform) state() ([]byte, error) {
	return os.ReadFile(filepath.Join(t.folder, "terraform.tfstate"))
}
