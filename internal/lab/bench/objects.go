package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
)

// Configurations of many resources. Their arguments are the number of resources and, for objects, the bucket.
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

// startMeasurements are of what is to be done before a request is sent.
var startMeasurements = []measurement{
	{"validate", []string{"configuration", "validate", "ratio"}, []int{1}, (*bench).validate},
	{"files", []string{"100 files of 10 MiB", "took  ", "ratio ", "requests", "peak memory"}, []int{100}, (*bench).files},
}

// validate measures "validate" of one object next to that of an empty configuration: what starting the provider takes.
func (b *bench) validate(ctx context.Context, table *report.Table, n int) error {
	var empty measured
	for i, config := range []string{"", fmt.Sprintf(objectConfig, n, "lab-1250000000")} {
		w, err := b.workspace(nil, fmt.Sprint("validate-", i), config)
		if err != nil {
			return err
		}
		m, err := median(max(b.repeat, 5), func() (measured, error) { return w.run(ctx, "validate") })
		if err != nil {
			return err
		}
		if config == "" {
			empty = m
		}
		table.Row([]string{"empty", "one object"}[i], m.took.Round(time.Millisecond).String(), report.Times(m.took, empty.took))
	}
	return nil
}

// files measures a plan that creates objects from files of 10 MiB, whose checksums it shows, next to sha256sum of the
// same files, one after the other.
func (b *bench) files(ctx context.Context, table *report.Table, count int) error {
	server, err := b.serve(cosmock.Options{Latency: b.latency})
	if err != nil {
		return err
	}
	w, err := b.workspace(server, "files", strings.NewReplacer(".txt", ".bin", "content ", "source ", `"hello ${count.index}"`, `"${path.module}/files/${count.index}.bin"`).Replace(fmt.Sprintf(objectConfig, count, server.Bucket())))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(w.Dir, "files"), 0o755); err != nil {
		return err
	}
	paths, block := make([]string, count), make([]byte, 10<<20)
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
	sums, err := median(b.repeat, func() (measured, error) {
		return timed(exec.CommandContext(ctx, "sha256sum", paths...).Run)
	})
	ratio := ""
	if err == nil { // otherwise there is no sha256sum
		ratio = report.Times(plan.took, sums.took)
		table.Row("sha256sum", sums.took, "1.00x", "", "")
	}
	table.Row("plan", plan.took, ratio, plan.requests, report.Size(plan.peak))
	return nil
}

// objectMeasurements are of the life of many objects: create, a plan without a change, and destroy. Each figure of ours
// is followed by how many times that of terraform_data it is.
func objectMeasurements(counts []int) []measurement {
	return []measurement{{"objects", []string{
		"objects", "plan   ", "floor  ", "ratio ", "requests", "peak memory", "create ", "ratio ", "requests", "destroy", "ratio ", "requests",
	}, counts, (*bench).objects}}
}

func (b *bench) objects(ctx context.Context, table *report.Table, n int) error {
	server, err := b.serve(cosmock.Options{Latency: b.latency})
	if err != nil {
		return err
	}
	ours, err := b.life(ctx, server, fmt.Sprint("ours-", n), fmt.Sprintf(objectConfig, n, server.Bucket()))
	if err != nil {
		return err
	}
	floor, err := b.life(ctx, nil, fmt.Sprint("floor-", n), fmt.Sprintf(floorConfig, n))
	if err != nil {
		return err
	}
	row := []any{n, ours.plan.took, floor.plan.took, report.Times(ours.plan.took, floor.plan.took), ours.plan.requests, report.Size(ours.plan.peak)}
	for _, pair := range [][2]measured{{ours.create, floor.create}, {ours.destroy, floor.destroy}} {
		row = append(row, pair[0].took, report.Times(pair[0].took, pair[1].took), pair[0].requests)
	}
	table.Row(row...)
	return nil
}

// life is a resource from its creation to its end.
type life struct{ create, plan, destroy measured }

// life measures that of a configuration.
func (b *bench) life(ctx context.Context, server *cosmock.Server, name, config string) (l life, err error) {
	w, err := b.workspace(server, name, config)
	if err != nil {
		return l, err
	}
	if l.create, err = w.apply(ctx); err != nil {
		return l, err
	}
	settle()
	if l.plan, err = w.plan(ctx, b.repeat); err != nil {
		return l, err
	}
	l.destroy, err = w.destroy(ctx)
	return l, err
}
