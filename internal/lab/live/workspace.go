package main

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// workspace is a directory in which the real CLI runs with the provider of this checkout. Its files contain no secrets:
// the credentials and the keyring are passed in the environment.
type workspace struct {
	tfcli.Workspace
	target *target
}

func newWorkspace(t *target, cli tfcli.CLI, provider, folder string) (*workspace, error) {
	made, err := tfcli.NewWorkspace(cli, folder, provider)
	if err != nil {
		return nil, err
	}
	ring, err := json.Marshal(map[string]string{"a": t.keyA.Base64(), "b": t.keyB.Base64()})
	if err != nil {
		return nil, err
	}
	made.Env = append(made.Env, "TENCENTCLOUD_SHARED_CREDENTIALS_DIR="+folder, "COS_SSE_CUSTOMER_KEYS="+string(ring),
		envSecretID+"="+t.credential.ID, envSecretKey+"="+t.credential.Key.Text())
	if token := t.credential.Token.Text(); token != "" {
		made.Env = append(made.Env, envSecurityToken+"="+token)
	}
	return &workspace{made, t}, nil
}

// declare writes the configuration of one object.
func (w *workspace) declare(key string, f form, content string, lines ...string) error {
	endpoint, caFile := "", w.target.caFile
	if !w.target.isCOS() {
		endpoint = w.target.endpoint
	}
	if caFile != "" {
		var err error
		if caFile, err = filepath.Abs(caFile); err != nil {
			return err
		}
	}
	object := append(lines, "bucket = "+tfcli.Quote(w.target.bucket), "key = "+tfcli.Quote(key), "content = "+tfcli.Quote(content), f.argument)
	return w.Configure(tfcli.RequiredProviders, tfcli.Provider(w.target.region, endpoint, caFile), tfcli.Block(`resource "cos_encrypted_object" "live"`, object...))
}

// run runs the CLI. Any exit code except 0 is an error, including that of a plan with -detailed-exitcode that finds
// changes.
func (w *workspace) run(ctx context.Context, command string, args ...string) error {
	_, err := w.Succeed(ctx, append([]string{command, "-input=false"}, args...)...)
	if err != nil && ctx.Err() == nil {
		err = errors.New(w.target.scrub(err.Error()))
	}
	return err
}
