package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// workspace is a folder in which the real CLI runs with the provider of this checkout. No secret is in its files: the
// credentials and the keyring travel in the environment.
type workspace struct {
	tfcli.Workspace
	target *target
}

func newWorkspace(t *target, cli, provider, folder string, keyring map[string]string) (*workspace, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	override, err := tfcli.Override(filepath.Join(folder, "cli.tfrc"), provider)
	if err != nil {
		return nil, err
	}
	ring, err := json.Marshal(keyring)
	if err != nil {
		return nil, err
	}
	environment := []string{
		override, "TENCENTCLOUD_SHARED_CREDENTIALS_DIR=" + folder, "COS_SSE_CUSTOMER_KEYS=" + string(ring),
		envSecretID + "=" + t.credential.ID, envSecretKey + "=" + t.credential.Key.Text(),
	}
	if token := t.credential.Token.Text(); token != "" {
		environment = append(environment, envSecurityToken+"="+token)
	}
	return &workspace{tfcli.Workspace{CLI: cli, Dir: folder, Env: environment}, t}, nil
}

// declare writes the configuration of one object.
func (w *workspace) declare(key string, f form, content string, lines ...string) error {
	provider := []string{"region = " + tfcli.Quote(w.target.region)}
	if !w.target.isCOS() {
		provider = append(provider, "endpoint = "+tfcli.Quote(w.target.endpoint))
	}
	if w.target.caFile != "" {
		path, err := filepath.Abs(w.target.caFile)
		if err != nil {
			return err
		}
		provider = append(provider, "ca_certificate_file = "+tfcli.Quote(filepath.ToSlash(path)))
	}
	object := append(lines, "bucket = "+tfcli.Quote(w.target.bucket), "key = "+tfcli.Quote(key), "content = "+tfcli.Quote(content), f.argument)
	text := tfcli.RequiredProviders + tfcli.Block(`provider "cos"`, provider...) + tfcli.Block(`resource "cos_encrypted_object" "live"`, object...)
	return os.WriteFile(filepath.Join(w.Dir, "main.tf"), []byte(text), 0o600)
}

// run runs the CLI. Any exit code but 0 is an error, of a plan with -detailed-exitcode also that there is something to do.
func (w *workspace) run(ctx context.Context, command string, args ...string) error {
	_, err := w.Succeed(ctx, append([]string{command, "-input=false"}, args...)...)
	if err != nil && ctx.Err() == nil {
		err = errors.New(w.target.scrub.Replace(err.Error()))
	}
	return err
}

func (w *workspace) apply(ctx context.Context) error { return w.run(ctx, "apply", "-auto-approve") }

func (w *workspace) emptyPlan(ctx context.Context) error {
	return w.run(ctx, "plan", "-detailed-exitcode")
}

// keyring is what customer keys are called in a configuration.
func keyring(a, b sse.CustomerKey) map[string]string {
	return map[string]string{"a": a.Base64(), "b": b.Base64()}
}
