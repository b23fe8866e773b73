package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// cliPatience is how long a CLI has to end after it was asked to.
const cliPatience = time.Minute

// buildProvider builds the provider of this checkout into a folder.
func buildProvider(ctx context.Context, root, folder string) error {
	path := filepath.Join(folder, "terraform-provider-cos")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	command := exec.CommandContext(ctx, "go", "build", "-o", path, ".")
	command.Dir = root
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return nil
}

// workspace is a folder in which the real CLI runs with the provider of this checkout. No secret is in its files: the
// credentials and the keyring travel in the environment.
type workspace struct {
	target      *target
	cli, folder string
	environment []string
}

func newWorkspace(t *target, cli, provider, folder string, keyring map[string]sse.CustomerKey) (*workspace, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	configuration := filepath.Join(folder, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"registry.terraform.io/cos-terraform/cos\" = %[1]q\n"+
		"    \"registry.opentofu.org/cos-terraform/cos\" = %[1]q\n  }\n  direct {}\n}\n", filepath.ToSlash(provider))
	if err := os.WriteFile(configuration, []byte(text), 0o600); err != nil {
		return nil, err
	}
	keys := map[string]string{}
	for name, key := range keyring {
		keys[name] = key.Base64()
	}
	ring, err := json.Marshal(keys)
	if err != nil {
		return nil, err
	}
	w := &workspace{target: t, cli: cli, folder: folder}
	for _, entry := range tfcli.Environment(os.Environ()) {
		// What the surroundings say of accounts is not for the provider: it is this target's.
		if !strings.HasPrefix(entry, "TENCENTCLOUD_") && !strings.HasPrefix(entry, "COS_") && !strings.HasPrefix(entry, "TKE_") {
			w.environment = append(w.environment, entry)
		}
	}
	w.environment = append(w.environment, "TF_CLI_CONFIG_FILE="+configuration, "TENCENTCLOUD_SHARED_CREDENTIALS_DIR="+folder,
		envSecretID+"="+t.credential.id, envSecretKey+"="+t.credential.key.text(), "COS_SSE_CUSTOMER_KEYS="+string(ring))
	if token := t.credential.token.text(); token != "" {
		w.environment = append(w.environment, envSecurityToken+"="+token)
	}
	return w, nil
}

// declare writes the configuration of one object.
func (w *workspace) declare(key string, lines ...string) error {
	provider := []string{fmt.Sprintf("region = %q", w.target.region)}
	if !w.target.isCOS() {
		provider = append(provider, fmt.Sprintf("endpoint = %q", w.target.endpoint))
	}
	if w.target.caFile != "" {
		path, err := filepath.Abs(w.target.caFile)
		if err != nil {
			return err
		}
		provider = append(provider, fmt.Sprintf("ca_certificate_file = %q", filepath.ToSlash(path)))
	}
	object := append([]string{fmt.Sprintf("bucket = %q", w.target.bucket), fmt.Sprintf("key = %q", key)}, lines...)
	text := "terraform {\n  required_providers {\n    cos = {\n      source = \"cos-terraform/cos\"\n    }\n  }\n}\n" +
		block(`provider "cos"`, provider) + block(`resource "cos_encrypted_object" "live"`, object)
	return os.WriteFile(filepath.Join(w.folder, "main.tf"), []byte(text), 0o600)
}

func block(head string, lines []string) string {
	return head + " {\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

// run runs the CLI. Any exit code but 0 is an error, of a plan with -detailed-exitcode also that there is something to do.
func (w *workspace) run(ctx context.Context, name string, arguments ...string) error {
	command := exec.CommandContext(ctx, w.cli, append([]string{name, "-no-color", "-input=false"}, arguments...)...)
	ownGroup(command)
	command.WaitDelay = cliPatience
	command.Dir, command.Env = w.folder, w.environment
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	if command.Process != nil {
		err = errors.Join(err, killGroup(command))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, w.target.scrub.Replace(strings.TrimSpace(output.String())))
	}
	return nil
}
