package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// demo is one run of the demo. All its files are in one temporary directory.
type demo struct {
	*report.Account
	build  build
	root   string
	folder string
	cli    tfcli.CLI

	server    *cosmock.Server
	bucket    *rawcos.Bucket // as somebody sees it who has the account's credentials and not the provider's client
	terraform tfcli.Workspace

	key, newKey, wrongKey sse.CustomerKey
	message               string
}

// build builds commands of the checkout at root into a folder, as tfcli.Build does.
type build func(ctx context.Context, root, folder string, packages ...string) error

// show runs the whole demo for the module at root, in a directory below temporary, and cleans up even after a failure.
func show(ctx context.Context, account *report.Account, build build, root, temporary string, cli tfcli.CLI) (err error) {
	folder, err := os.MkdirTemp(temporary, "cos-demo-")
	if err != nil {
		return err
	}
	d := &demo{
		Account: account, build: build, root: root, folder: folder, cli: cli, message: "Nobody reads this without the key.\n",
		key: rawcos.NewCustomerKey(), newKey: rawcos.NewCustomerKey(), wrongKey: rawcos.NewCustomerKey(),
	}
	defer func() {
		// An interrupt cancels the steps above but not the cleanup.
		clean := d.Run(context.WithoutCancel(ctx), "No process and no file is left behind", d.cleanUp)
		if err = errors.Join(err, clean); err == nil {
			d.Print("\n%s\n%s", d.Paint(report.Title, "What next"), next)
		}
	}()

	d.Print("terraform-provider-cos on a COS server of its own, with %s %s\n", cli.Product, cli.Version)
	for _, part := range d.parts() {
		d.Print("\n%s\n", d.Paint(report.Title, part.title))
		for _, s := range part.steps {
			if err := d.Run(ctx, s.name, s.do); err != nil {
				return err
			}
		}
	}
	d.Print("\n%s\n", d.Paint(report.Title, "The end"))
	return nil
}

// next is what to do after the demo.
const next = `  Step by step, with your own objects: docs/guides/getting-started.md
  In your own bucket: provider "cos" { region = "ap-guangzhou" }, and credentials in the environment (README.md, Install)
  Every resource and argument: docs/index.md
`

type part struct {
	title string
	steps []step
}

type step struct {
	name string
	do   report.Step
}

func (d *demo) parts() []part {
	name := map[string]string{tfcli.Terraform: "terraform", tfcli.OpenTofu: "tofu"}[d.cli.Product]
	return []part{
		{"Made from this checkout", []step{
			{"The provider is built", d.provider},
			{"The server runs", d.start},
		}},
		{"One object per encryption, and a file", []step{
			{"examples/demo/main.tf has a resource for each, among them", d.declared},
			{name + " apply", d.changing("apply", "4 added, 0 changed, 0 destroyed")},
			{"What the server has stored", d.inventory},
			{name + " plan is empty", d.emptyPlan},
		}},
		{"Seen from outside, by plain HTTP", []step{
			{"Without its key the SSE-C object is refused", d.refused(sse.CustomerKey{})},
			{"With a wrong key it is refused", d.refused(d.wrongKey)},
			{"With the right key it comes back byte for byte", d.withRightKey},
			{"On the server's disk lie neither the bodies nor the key", d.disk},
			{"The key is not in the state", d.stateWithoutKey},
		}},
		{"An update", []step{
			{name + " apply with another message", d.update},
			{"With the right key the new message comes back", d.withRightKey},
			{name + " plan is empty", d.emptyPlan},
		}},
		{"A rotation of the customer key, without the bodies", []step{
			{name + " apply with another key", d.rotate},
			{"With the old key the objects are refused", d.refused(d.key)},
			{"With the new key they come back byte for byte", d.withRightKey},
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

func (d *demo) provider(ctx context.Context) []string {
	program.Check(d.build(ctx, d.root, d.path("bin"), "."))
	return nil
}

func (d *demo) start(context.Context) []string {
	options := cosmock.Options{DataDir: d.path("data"), CAFile: d.path("ca.pem"), Buckets: []string{bucket}, KMSKeys: []string{kmsKeyID}}
	d.server = program.Must(cosmock.Start(options))
	d.bucket = program.Must(rawcos.Bundled(bucket, d.server.URL(), d.server.CAFile()).Open(1))
	d.terraform = program.Must(tfcli.NewWorkspace(d.cli, d.path("work"), d.path("bin")))
	program.Check(os.CopyFS(d.path("work"), os.DirFS(filepath.Join(d.root, "examples", "demo"))))
	program.Check(os.Mkdir(d.path("tmp"), 0o700))
	d.setenv("TMPDIR", d.path("tmp"))
	d.setenv("TMP", d.path("tmp"))
	// Variables are passed in the environment, because other users of the machine can read command lines.
	for name, value := range map[string]string{
		"region": d.server.Region(), "bucket": bucket, "secret_id": d.server.SecretID(), "secret_key": d.server.SecretKey(), "kms_key_id": kmsKeyID,
		"endpoint": d.server.URL(), "ca_certificate_file": d.server.CAFile(),
		"customer_keys": fmt.Sprintf(`{"demo": %q, "new": %q}`, d.key.Base64(), d.newKey.Base64()), "message": d.message,
	} {
		d.setenv("TF_VAR_"+name, value)
	}
	return []string{d.server.URL() + ", bucket " + bucket}
}

// setenv sets an environment variable of the CLI. The last value counts.
func (d *demo) setenv(name, value string) {
	d.terraform.Env = append(d.terraform.Env, name+"="+value)
}

func (d *demo) cleanUp(context.Context) []string {
	var err error
	if d.server != nil {
		err = d.server.Close()
	}
	program.Check(errors.Join(err, os.RemoveAll(d.folder)))
	return nil
}
