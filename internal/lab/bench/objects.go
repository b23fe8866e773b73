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
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
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

// startMeasurements are of what is to be done before a request is sent: starting the provider, next to an empty
// configuration, and the checksums of 100 files, next to those of a program.
var startMeasurements = []measurement{
	comparison("validate", "configuration", []column{
		{"validate", func(m, _ measured) any { return m.took.Round(time.Millisecond).String() }},
		{"ratio", slower.cell},
	}, []int{1}, (*bench).validations),
	comparison("files", "100 files of 10 MiB", []column{took, slower, requests, memory}, []int{100}, (*bench).files),
}

func (b *bench) validations(ctx context.Context, n int) []way {
	validate := func(config string) func() measured {
		w := b.workspace(nil, config)
		return func() measured { return median(2, func() measured { return w.run(ctx, "validate") }) }
	}
	return []way{
		{"empty", validate("")},
		{"one object", validate(fmt.Sprintf(objectConfig, n, cosmock.DefaultBucket))},
	}
}

func (b *bench) files(ctx context.Context, count int) (ways []way) {
	server := b.serve(cosmock.Options{Latency: b.latency})
	fromFiles := strings.NewReplacer(".txt", ".bin", "content ", "source ", `"hello ${count.index}"`, `"${path.module}/files/${count.index}.bin"`)
	w := b.workspace(server, fromFiles.Replace(fmt.Sprintf(objectConfig, count, server.Bucket())))
	program.Check(os.MkdirAll(filepath.Join(w.Dir, "files"), 0o755))
	paths, block := make([]string, count), make([]byte, 10<<20)
	for i := range paths {
		block[0] = byte(i)
		paths[i] = filepath.Join(w.Dir, "files", fmt.Sprintf("%d.bin", i))
		program.Check(os.WriteFile(paths[i], block, 0o600))
	}
	if sum, err := exec.LookPath("sha256sum"); err == nil {
		ways = append(ways, way{"sha256sum", func() measured { return timed(exec.CommandContext(ctx, sum, paths...).Run) }})
	}
	return append(ways, way{"plan", func() measured { return w.run(ctx, "plan") }})
}

// objectMeasurement is of the life of many objects: create, a plan without a change, and destroy. Each figure of ours is
// followed by how many times that of terraform_data it is.
func objectMeasurement(counts []int) measurement {
	return measurement{"objects", []string{
		"objects", "plan   ", "floor  ", "ratio ", "requests", "peak memory", "create ", "ratio ", "requests", "destroy", "ratio ", "requests",
	}, counts, (*bench).objects}
}

func (b *bench) objects(ctx context.Context, table *report.Table, n int) {
	server := b.serve(cosmock.Options{Latency: b.latency})
	// life is a create, a plan and a destroy.
	life := func(w *workspace) [3]measured {
		return [...]measured{w.apply(ctx), w.plan(ctx, b.repeat), w.destroy(ctx)}
	}
	ours := life(b.workspace(server, fmt.Sprintf(objectConfig, n, server.Bucket())))
	floor := life(b.workspace(nil, fmt.Sprintf(floorConfig, n)))
	row := []any{n, ours[1].took, floor[1].took, report.Times(ours[1].took, floor[1].took), ours[1].requests, report.Size(ours[1].peak)}
	for _, i := range []int{0, 2} {
		row = append(row, ours[i].took, report.Times(ours[i].took, floor[i].took), ours[i].requests)
	}
	table.Row(row...)
}
