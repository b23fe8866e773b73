package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// workspace is a directory in which the real CLI runs with the provider of this checkout. Its files contain no secrets:
// the credentials and the keyring are passed in the environment.
type workspace struct {
	tfcli.Workspace
	target *target
}

func newWorkspace(t *target, cli tfcli.CLI, provider, parent string) *workspace {
	folder := program.Must(os.MkdirTemp(parent, "life-"))
	made := program.Must(tfcli.NewWorkspace(cli, folder, provider))
	ring := fmt.Sprintf(`{"a": %q, "b": %q}`, t.keyA.Base64(), t.keyB.Base64())
	made.Env = append(made.Env, "TENCENTCLOUD_SHARED_CREDENTIALS_DIR="+folder, "COS_SSE_CUSTOMER_KEYS="+ring,
		envSecretID+"="+t.credential.ID, envSecretKey+"="+t.credential.Key.Text())
	if token := t.credential.Token.Text(); token != "" {
		made.Env = append(made.Env, envSecurityToken+"="+token)
	}
	return &workspace{made, t}
}

func (w *workspace) declare(key string, f form, content string, lines ...string) {
	endpoint := ""
	if !w.target.isCOS() {
		endpoint = w.target.endpoint
	}
	object := append(lines, "bucket = "+tfcli.Quote(w.target.bucket), "key = "+tfcli.Quote(key), "content = "+tfcli.Quote(content), f.argument)
	program.Check(w.Configure(tfcli.RequiredProviders, tfcli.Provider(w.target.region, endpoint, w.target.caFile), tfcli.Block(`resource "cos_encrypted_object" "live"`, object...)))
}

// run runs the CLI. Any exit code except 0 is an error, including that of a plan with -detailed-exitcode that finds
// changes.
func (w *workspace) run(ctx context.Context, command []string) {
	_, err := w.Succeed(ctx, slices.Insert(command, 1, "-input=false")...)
	if err != nil && ctx.Err() == nil {
		err = errors.New(w.target.scrub(err.Error()))
	}
	program.Check(err)
}
