package main

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// bench is what all measurements share.
type bench struct {
	cli, provider, temporary string
	latency                  time.Duration
	repeat                   int
	out                      io.Writer
}

// header and row are the table: each figure of ours is followed by how many
// times that of terraform_data it is.
const (
	header = "objects |    plan  floor  ratio  requests  peak MiB |  create  ratio  requests |  destroy  ratio  requests"
	row    = "%7d | %6.2fs %5.2fs  %4.1fx  %8d  %8.0f | %6.2fs  %4.1fx  %8d | %7.2fs  %4.1fx  %8d"
)

// measured is a command that was run with n resources.
type measured struct {
	took     time.Duration
	requests int
	peak     int64 // bytes
}

// figures are a row of the table.
type figures struct {
	n                                int
	plan, create, destroy            measured
	planFloor, createFloor, endFloor measured
}

func (f figures) String() string {
	ratio := func(a, b measured) float64 { return a.took.Seconds() / b.took.Seconds() }
	return fmt.Sprintf(row, f.n,
		f.plan.took.Seconds(), f.planFloor.took.Seconds(), ratio(f.plan, f.planFloor), f.plan.requests, float64(f.plan.peak)/(1<<20),
		f.create.took.Seconds(), ratio(f.create, f.createFloor), f.create.requests,
		f.destroy.took.Seconds(), ratio(f.destroy, f.endFloor), f.destroy.requests)
}

const floorConfig = `resource "terraform_data" "many" {
  count = %d
  input = "hello ${count.index}"
}
`

// objects measures the life of n objects: create, a plan without a change, and
// destroy.
func (b bench) objects(ctx context.Context, n int) (f figures, err error) {
	server, err := cosmock.Start(cosmock.Options{Latency: b.latency})
	if err != nil {
		return f, err
	}
	defer func() { _ = server.Close() }()
	ours, err := b.workspace(server, fmt.Sprintf("ours-%d", n), providerConfig(server)+fmt.Sprintf(objectConfig, n, server.Bucket()))
	if err != nil {
		return f, err
	}
	floor, err := b.workspace(nil, fmt.Sprintf("floor-%d", n), fmt.Sprintf(floorConfig, n))
	if err != nil {
		return f, err
	}
	f.n = n
	if f.create, err = ours.run(ctx, "apply", "-auto-approve"); err != nil {
		return f, err
	}
	if f.createFloor, err = floor.run(ctx, "apply", "-auto-approve"); err != nil {
		return f, err
	}
	// Of what is two seconds old, by a clock of whole seconds, a listing may be
	// believed; see internal/listing.
	time.Sleep(3 * time.Second)
	plans := func(w *workspace) (measured, error) {
		return median(b.repeat, func() (measured, error) { return w.run(ctx, "plan", "-detailed-exitcode") })
	}
	if f.plan, err = plans(ours); err != nil {
		return f, err
	}
	if f.planFloor, err = plans(floor); err != nil {
		return f, err
	}
	if f.destroy, err = ours.run(ctx, "destroy", "-auto-approve"); err != nil {
		return f, err
	}
	f.endFloor, err = floor.run(ctx, "destroy", "-auto-approve")
	return f, err
}

// validate measures "validate" of one object beside that of an empty
// configuration: what starting the provider takes.
func (b bench) validate(ctx context.Context) error {
	one, err := b.workspace(nil, "validate", fmt.Sprintf(objectConfig, 1, "lab-1250000000"))
	if err != nil {
		return err
	}
	empty, err := b.workspace(nil, "validate-empty", "")
	if err != nil {
		return err
	}
	var took [2]measured
	for i, w := range []*workspace{one, empty} {
		if took[i], err = median(max(b.repeat, 5), func() (measured, error) { return w.run(ctx, "validate") }); err != nil {
			return err
		}
	}
	_, _ = fmt.Fprintf(b.out, "validate: %v, of an empty configuration %v, ratio %.1fx\n\n",
		took[0].took.Round(time.Millisecond), took[1].took.Round(time.Millisecond), took[0].took.Seconds()/took[1].took.Seconds())
	return nil
}

// build builds the provider and returns its folder.
func build(ctx context.Context, root, temporary string) (string, error) {
	folder := filepath.Join(temporary, "provider")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(folder, "terraform-provider-cos"), ".")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, out)
	}
	return folder, nil
}
