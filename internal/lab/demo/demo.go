package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// demo is one showing. Everything it makes lies in one temporary folder.
type demo struct {
	*account
	root   string
	folder string
	cli    tfcli.CLI

	server    *server
	reader    *reader
	terraform tfcli.Workspace
	variables map[string]string

	key, wrongKey sse.CustomerKey
	message       string
}

// step is one thing that is shown.
type step struct {
	name string
	do   func(context.Context) ([]finding, error)
}

// show gives the whole demo of the module at root, in a folder below temporary, and cleans up after it however it went.
func show(ctx context.Context, out io.Writer, root, temporary string, cli tfcli.CLI) (err error) {
	folder, err := os.MkdirTemp(temporary, "cos-demo-")
	if err != nil {
		return err
	}
	d := &demo{account: &account{out: out}, root: root, folder: folder, cli: cli}
	defer func() {
		// An interrupt ends the steps above, not this one.
		clean := d.step(context.WithoutCancel(ctx), "No process and no file is left behind", d.cleanUp)
		err = errors.Join(err, clean)
	}()

	d.print("terraform-provider-cos on a COS server of its own, with %s %s\n", cli.Product, cli.Version)
	for _, part := range d.parts() {
		d.title("%s", part.title)
		for _, s := range part.steps {
			if err := d.step(ctx, s.name, s.do); err != nil {
				return err
			}
		}
	}
	d.title("The end")
	return nil
}

type part struct {
	title string
	steps []step
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
			{name + " apply", d.apply},
			{"What the server has stored", d.inventory},
			{name + " plan is empty", d.emptyPlan},
		}},
		{"Seen from outside, by plain HTTP", []step{
			{"Without its key the SSE-C object is refused", d.withoutKey},
			{"With a wrong key it is refused", d.withWrongKey},
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
			{name + " destroy", d.destroy},
			{"None of the objects is there any more", d.gone},
		}},
	}
}

func (d *demo) path(elements ...string) string {
	return filepath.Join(append([]string{d.folder}, elements...)...)
}

func (d *demo) build(ctx context.Context) ([]finding, error) {
	return nil, tfcli.Build(ctx, d.root, d.path("bin"), ".", "./internal/cosmock/cmd/cosmock")
}

func (d *demo) start(ctx context.Context) ([]finding, error) {
	for _, key := range []*sse.CustomerKey{&d.key, &d.wrongKey} {
		raw := make([]byte, sse.KeySize)
		if _, err := rand.Read(raw); err != nil {
			return nil, err
		}
		made, err := sse.NewCustomerKey(raw)
		if err != nil {
			return nil, err
		}
		*key = made
	}

	var err error
	if d.server, err = startServer(ctx, d.path("bin", tfcli.Executable("cosmock")), d.path("data"), d.path("ca.pem"), d.path("server.log")); err != nil {
		return nil, err
	}
	trusting, err := rawcos.NewClient(d.server.CAFile)
	if err != nil {
		return nil, err
	}
	d.reader = &reader{http: trusting, base: d.server.HTTPS}

	if err := os.Mkdir(d.path("tmp"), 0o700); err != nil {
		return nil, err
	}
	if err := os.CopyFS(d.path("work"), os.DirFS(filepath.Join(d.root, "examples", "demo"))); err != nil {
		return nil, err
	}
	override, err := tfcli.Override(d.path("tmp", "cli.tfrc"), d.path("bin"))
	if err != nil {
		return nil, err
	}
	d.terraform = tfcli.Workspace{CLI: d.cli.Path, Dir: d.path("work"), Env: []string{override, "TMPDIR=" + d.path("tmp"), "TMP=" + d.path("tmp")}}
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
	return []finding{d.server.HTTPS + ", bucket " + bucket}, nil
}

// run runs the CLI. Variables travel in the environment: a command line can be read by everyone on the machine.
func (d *demo) run(ctx context.Context, command string, args ...string) (tfcli.Result, error) {
	w := d.terraform
	w.Env = slices.Clone(w.Env)
	for name, value := range d.variables {
		w.Env = append(w.Env, "TF_VAR_"+name+"="+value)
	}
	return w.Succeed(ctx, append([]string{command, "-input=false"}, args...)...)
}

// cleanUp ends the server and removes the folder.
func (d *demo) cleanUp(context.Context) ([]finding, error) {
	var err error
	if d.server != nil {
		err = d.server.stop()
	}
	return nil, errors.Join(err, os.RemoveAll(d.folder))
}

// journal tells of the requests since the last time.
func (d *demo) journal(ctx context.Context) ([]cosmock.Request, error) {
	calls, err := d.server.takeJournal(ctx, d.reader.http)
	if err != nil {
		return nil, fmt.Errorf("the server's journal: %w", err)
	}
	return calls, nil
}
