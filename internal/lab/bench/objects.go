package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
)

// Configurations of many resources. They take their number and, of ours, the bucket.
const (
	objectConfig = `resource "cos_encrypted_object" "many" {
  count                  = %d
  bucket                 = %q
  key                    = "bench/${count.index}.txt"
  content                = "hello ${count.index}"
  server_side_encryption = "AES256"
}
`
	floorConfig = `resource "terraform_data" "many" {
  count = %d
  input = "hello ${count.index}"
}
`
)

// settle waits until a listing may be believed about what was just written; see internal/listing.
func settle() { time.Sleep(3 * time.Second) }

// validate measures "validate" of one object next to that of an empty configuration: what starting the provider takes.
func (b *bench) validate(ctx context.Context) error {
	table := report.NewTable(os.Stdout, "configuration", "validate", "ratio")
	var took [2]measured
	for i, c := range []struct{ name, config string }{{"empty", ""}, {"one object", fmt.Sprintf(objectConfig, 1, "lab-1250000000")}} {
		w, err := b.workspace(nil, fmt.Sprint("validate-", i), c.config)
		if err != nil {
			return err
		}
		if took[i], err = median(max(b.repeat, 5), func() (measured, error) { return w.run(ctx, "validate") }); err != nil {
			return err
		}
		table.Row(c.name, took[i].took.Round(time.Millisecond).String(), report.Times(took[i].took, took[0].took))
	}
	return nil
}

// files measures a plan that creates objects from files, whose checksums it shows, next to sha256sum of the same files,
// one after the other.
func (b *bench) files(ctx context.Context) error {
	const count, size = 100, 10 << 20
	server, err := cosmock.Start(cosmock.Options{Latency: b.latency})
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	w, err := b.workspace(server, "files", strings.NewReplacer(".txt", ".bin", "content ", "source ", `"hello ${count.index}"`, `"${path.module}/files/${count.index}.bin"`).Replace(fmt.Sprintf(objectConfig, count, server.Bucket())))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(w.Dir, "files"), 0o755); err != nil {
		return err
	}
	paths, block := make([]string, count), make([]byte, size)
	for i := range paths {
		block[0] = byte(i)
		paths[i] = filepath.Join(w.Dir, "files", fmt.Sprintf("%d.bin", i))
		if err := os.WriteFile(paths[i], block, 0o600); err != nil {
			return err
		}
	}
	plan, err := median(b.repeat, func() (measured, error) { return w.run(ctx, "plan") })
	if err != nil {
		return err
	}
	table := report.NewTable(os.Stdout, fmt.Sprintf("%d files of %s", count, report.Size(size)), "took  ", "ratio ", "requests", "peak memory")
	sums, err := median(b.repeat, func() (measured, error) {
		start := time.Now()
		err := exec.CommandContext(ctx, "sha256sum", paths...).Run()
		return measured{took: time.Since(start)}, err
	})
	ratio := report.Times(plan.took, sums.took)
	if err != nil { // there is no sha256sum
		ratio = ""
	} else {
		table.Row("sha256sum", report.Seconds(sums.took), "1.00x", "", "")
	}
	table.Row("plan", report.Seconds(plan.took), ratio, strconv.Itoa(plan.requests), report.Size(plan.peak))
	return ctx.Err()
}

// objects measures the life of many objects: create, a plan without a change, and destroy. Each figure of ours is
// followed by how many times that of terraform_data it is.
func (b *bench) objects(ctx context.Context, counts []int) error {
	table := report.NewTable(os.Stdout, "objects", "plan   ", "floor  ", "ratio ", "requests", "peak memory",
		"create ", "ratio ", "requests", "destroy", "ratio ", "requests")
	for _, n := range counts {
		ours, floor, err := b.lives(ctx, n)
		if err != nil {
			return fmt.Errorf("%d objects: %w", n, err)
		}
		plan, create, destroy := ours[1], ours[0], ours[2]
		table.Row(strconv.Itoa(n), report.Seconds(plan.took), report.Seconds(floor[1].took), report.Times(plan.took, floor[1].took), strconv.Itoa(plan.requests), report.Size(plan.peak),
			report.Seconds(create.took), report.Times(create.took, floor[0].took), strconv.Itoa(create.requests),
			report.Seconds(destroy.took), report.Times(destroy.took, floor[2].took), strconv.Itoa(destroy.requests))
	}
	return nil
}

// lives measures create, plan and destroy of n objects, and of as many resources of Terraform's own.
func (b *bench) lives(ctx context.Context, n int) (ours, floor [3]measured, err error) {
	server, err := cosmock.Start(cosmock.Options{Latency: b.latency})
	if err != nil {
		return ours, floor, err
	}
	defer func() { _ = server.Close() }()
	for _, l := range []struct {
		into   *[3]measured
		server *cosmock.Server
		name   string
		config string
	}{
		{&ours, server, "ours", fmt.Sprintf(objectConfig, n, server.Bucket())},
		{&floor, nil, "floor", fmt.Sprintf(floorConfig, n)},
	} {
		w, err := b.workspace(l.server, fmt.Sprint(l.name, "-", n), l.config)
		if err != nil {
			return ours, floor, err
		}
		if l.into[0], err = w.apply(ctx); err != nil {
			return ours, floor, err
		}
		settle()
		if l.into[1], err = w.plan(ctx, b.repeat); err != nil {
			return ours, floor, err
		}
		if l.into[2], err = w.run(ctx, "destroy", "-auto-approve"); err != nil {
			return ours, floor, err
		}
	}
	return ours, floor, nil
}
