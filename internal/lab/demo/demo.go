package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// demo is one run of the demo. All its files are in one temporary directory.
type demo struct {
	*report.Account
	root   string
	folder string
	cli    tfcli.CLI

	server    *server
	terraform tfcli.Workspace
	variables map[string]string

	key, wrongKey sse.CustomerKey
	message       string
}

// show runs the whole demo for the module at root, in a directory below temporary, and cleans up even after a failure.
func show(ctx context.Context, out io.Writer, root, temporary string, cli tfcli.CLI) (err error) {
	folder, err := os.MkdirTemp(temporary, "cos-demo-")
	if err != nil {
		return err
	}
	d := &demo{Account: &report.Account{Out: out}, root: root, folder: folder, cli: cli}
	defer func() {
		// An interrupt cancels the steps above but not the cleanup.
		clean := d.Run(context.WithoutCancel(ctx), "No process and no file is left behind", d.cleanUp)
		err = errors.Join(err, clean)
	}()

	d.Print("terraform-provider-cos on a COS server of its own, with %s %s\n", cli.Product, cli.Version)
	for _, part := range d.parts() {
		d.Print("\n%s\n", part.title)
		for _, s := range part.steps {
			if err := d.Run(ctx, s.name, s.do); err != nil {
				return err
			}
		}
	}
	d.Print("\nThe end\n")
	return nil
}

type part struct {
	title string
	steps []step
}

type step struct {
	name string
	do   report.Step
}

func (d *demo) parts() []part {
	name := strings.ToLower(d.cli.Product)
	if d.cli.Product == tfcli.OpenTofu {
		name = "tofu"
	}
	return []part{
		{"Made from this checkout", []step{
			{"The provider and the COS server are built", d.build},
			{"The server runs", d.start},
		}},
		{"One object per encryption, and a file", []step{
			{name + " apply", d.changing("apply", "4 added, 0 changed, 0 destroyed")},
			{"What the server has stored", d.inventory},
			{name + " plan is empty", d.emptyPlan},
		}},
		{"Seen from outside, by plain HTTP", []step{
			{"Without its key the SSE-C object is refused", d.refused(func() sse.CustomerKey { return sse.CustomerKey{} })},
			{"With a wrong key it is refused", d.refused(func() sse.CustomerKey { return d.wrongKey })},
			{"With the right key it comes back byte for byte", d.withRightKey},
			{"On the server's disk lie neither the bodies nor the key", d.disk},
			{"The key is not in the state", d.stateWithoutKey},
		}},
		{"An update", []step{
			{name + " apply with another message", d.update},
			{"With the right key the new message comes back", d.withRightKey},
			{name + " plan is empty", d.emptyPlan},
		}},
		{"And away", []step{
			{name + " destroy", d.changing("destroy", "4 destroyed")},
			{"None of the objects is there any more", d.gone},
		}},
	}
}

func (d *demo) path(elements ...string) string {
	return filepath.Join(append([]string{d.folder}, elements...)...)
}

func (d *demo) build(ctx context.Context) ([]string, error) {
	return nil, tfcli.Build(ctx, d.root, d.path("bin"), ".", "./internal/cosmock/cmd/cosmock")
}

func (d *demo) start(ctx context.Context) ([]string, error) {
	var errA, errB error
	d.key, errA = rawcos.NewCustomerKey()
	d.wrongKey, errB = rawcos.NewCustomerKey()
	err := errors.Join(errA, errB)
	if err != nil {
		return nil, err
	}
	if d.server, err = startServer(ctx, d.path("bin", tfcli.Executable("cosmock")), d.path("data"), d.path("ca.pem")); err != nil {
		return nil, err
	}
	if err := os.Mkdir(d.path("tmp"), 0o700); err != nil {
		return nil, err
	}
	if err := os.CopyFS(d.path("work"), os.DirFS(filepath.Join(d.root, "examples", "demo"))); err != nil {
		return nil, err
	}
	if d.terraform, err = tfcli.NewWorkspace(d.cli, d.path("work"), d.path("bin")); err != nil {
		return nil, err
	}
	d.terraform.Env = append(d.terraform.Env, "TMPDIR="+d.path("tmp"), "TMP="+d.path("tmp"))
	keyring, err := json.Marshal(map[string]string{"demo": d.key.Base64()})
	if err != nil {
		return nil, err
	}
	d.message = "Nobody reads this without the key.\n"
	d.variables = map[string]string{
		"region": region, "bucket": bucket, "secret_id": secretID, "secret_key": secretKey, "kms_key_id": kmsKeyID,
		"endpoint": d.server.HTTPS, "ca_certificate_file": d.server.CAFile,
		"customer_keys": string(keyring), "message": d.message,
	}
	return []string{d.server.HTTPS + ", bucket " + bucket}, nil
}

// run runs the CLI. Variables are passed in the environment, because other users of the machine can read command lines.
func (d *demo) run(ctx context.Context, command string, args ...string) (tfcli.Result, error) {
	w := d.terraform
	w.Env = slices.Clone(w.Env)
	for name, value := range d.variables {
		w.Env = append(w.Env, "TF_VAR_"+name+"="+value)
	}
	return w.Succeed(ctx, append([]string{command, "-input=false"}, args...)...)
}

// cleanUp stops the server and removes the directory.
func (d *demo) cleanUp(context.Context) ([]string, error) {
	var err error
	if d.server != nil {
		err = d.server.stop()
	}
	return nil, errors.Join(err, os.RemoveAll(d.folder))
}
