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
	"strings"

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
	terraform *terraform

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
	child := command(ctx, "go", "build", "-o", d.path("bin")+string(filepath.Separator), ".", "./internal/cosmock/cmd/cosmock")
	child.Dir = d.root
	built, err := runToEnd(child)
	if err != nil {
		return nil, err
	}
	if built.code != 0 {
		return nil, errors.New(built.output)
	}
	return nil, nil
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

	started, err := startServer(ctx, d.path("bin", executable("cosmock")), d.path("data"), d.path("ca.pem"), d.path("server.log"))
	if err != nil {
		return nil, err
	}
	d.server = started
	if d.reader, err = newReader(started.HTTPS, started.CAFile); err != nil {
		return nil, err
	}

	temporary := d.path("tmp")
	if err := os.Mkdir(temporary, 0o700); err != nil {
		return nil, err
	}
	d.terraform, err = newTerraform(d.cli, filepath.Join(d.root, "examples", "demo"), d.path("work"), d.path("bin"), temporary)
	if err != nil {
		return nil, err
	}
	keyring, err := json.Marshal(map[string]string{"demo": d.key.Base64()})
	if err != nil {
		return nil, err
	}
	d.message = "Nobody reads this without the key.\n"
	d.terraform.variables = map[string]string{
		"region": region, "bucket": bucket, "secret_id": secretID, "secret_key": secretKey, "kms_key_id": kmsKeyID,
		"endpoint": started.HTTPS, "ca_certificate_file": started.CAFile,
		"customer_keys": string(keyring), "message": d.message,
	}
	return []finding{started.HTTPS + ", bucket " + bucket}, nil
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
func (d *demo) journal(ctx context.Context) ([]call, error) {
	calls, err := d.server.takeJournal(ctx, d.reader.http)
	if err != nil {
		return nil, fmt.Errorf("the server's journal: %w", err)
	}
	return calls, nil
}
