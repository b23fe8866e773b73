package main

import (
	"cmp"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
)

// inFlight is the number of concurrent requests of cos_encrypted_directory.
const inFlight = 32

// manyInstances is the largest number of instances that Terraform handles in acceptable time.
const manyInstances = 1000

// Configurations of a directory of files. Their arguments are the bucket, if there is one, and the cache_control of all
// files.
const (
	directoryConfig = `resource "cos_encrypted_directory" "many" {
  bucket                 = %q
  prefix                 = "bench/"
  source                 = "${path.module}/files"
  server_side_encryption = %q
}
`
	forEachConfig = `resource "cos_encrypted_object" "many" {
  for_each               = fileset("${path.module}/files", "**")
  bucket                 = %q
  key                    = "bench/${each.value}"
  source                 = "${path.module}/files/${each.value}"
  server_side_encryption = %q
}
`
	floorForEachConfig = `resource "terraform_data" "many" {
  for_each = fileset("${path.module}/files", "**")
  input    = "%[2]s ${filemd5("${path.module}/files/${each.value}")}"
}
`
)

// directoryMeasurement is of the life of a folder of small files: as one resource, as one resource for each file, as as
// many of Terraform's own, and by a plain program that sends the same requests.
func directoryMeasurement(counts []int) measurement {
	return measurement{"directories", []string{
		"files of 4 KiB", "way                           ", "create          ", "no-op plan    ", "plan of 3     ", "apply of 3    ", "rotation       ",
		"destroy        ", "peak memory", "of the CLI", "state    ", "private  ",
	}, counts, (*bench).directories}
}

func (b *bench) directories(ctx context.Context, table *report.Table, n int) {
	bare := measureLoop(ctx, b.serve(cosmock.Options{Latency: b.latency}), bareUploads(n))
	table.Row(n, fmt.Sprintf("bare requests, %d in flight", inFlight), shownRun(bare))
	for _, way := range []struct {
		name, config string
		most         int
	}{
		{"cos_encrypted_directory", directoryConfig, 20_000},
		{"cos_encrypted_object, for_each", forEachConfig, manyInstances},
		{"terraform_data, for_each", floorForEachConfig, manyInstances},
	} {
		if n > way.most {
			table.Row(n, way.name, "not measured: it takes hours")
			continue
		}
		var runs []measured
		row := []any{n, way.name}
		for _, p := range b.phases(ctx, way.config, n) {
			program.Named(way.name+", "+p.name, func() { runs = append(runs, p.run()) })
			row = append(row, shownRun(runs[len(runs)-1]))
		}
		peak := slices.MaxFunc(runs, func(a, b measured) int { return cmp.Compare(a.peak, b.peak) }).peak
		peakCLI := slices.MaxFunc(runs, func(a, b measured) int { return cmp.Compare(a.peakCLI, b.peakCLI) }).peakCLI
		table.Row(append(row, report.Size(peak), report.Size(peakCLI), kilobytes(runs[0].state), kilobytes(runs[0].private))...)
		if way.config == directoryConfig {
			b.plot("cos_encrypted_directory", n, runs[1])
			fmt.Fprintf(os.Stdout, "%d files: create at %.2f of the rate of bare requests; the plan of three changes:\n%s\n", n, bare.took.Seconds()/runs[0].took.Seconds(), runs[2].shown)
		}
	}
}

func shownRun(m measured) string { return fmt.Sprintf("%s %d", report.Seconds(m.took), m.requests) }

func kilobytes(n int64) string { return fmt.Sprintf("%d KiB", n>>10) }

// phases are those of a folder of n files. Each begins where the one before it ends.
func (b *bench) phases(ctx context.Context, config string, n int) []way {
	var server *cosmock.Server
	if config != floorForEachConfig {
		server = b.serve(cosmock.Options{Latency: b.latency})
	}
	w := b.workspace(server, fmt.Sprintf(config, cosmock.DefaultBucket, "AES256"))
	for i := range n {
		writeFile(w, i, "")
	}
	return []way{
		{"create", func() measured {
			m := w.apply(ctx)
			m.state, m.private = stateOf(w)
			return m
		}},
		{"no-op plan", func() measured { return w.plan(ctx, b.repeat) }},
		{"plan of 3", func() measured {
			for _, i := range []int{0, n / 2, n - 1} {
				writeFile(w, i, "changed")
			}
			return w.run(ctx, "plan")
		}},
		{"apply of 3", func() measured { return w.apply(ctx) }},
		{"rotation", func() measured {
			settle()
			w.configure(fmt.Sprintf(config, cosmock.DefaultBucket, "cos/kms"))
			return w.apply(ctx)
		}},
		{"destroy", func() measured {
			settle()
			return w.destroy(ctx)
		}},
	}
}

// stateOf returns the bytes of a state, and of the private state in it.
func stateOf(w *workspace) (all, private int64) {
	text := program.Must(os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate")))
	var parsed struct {
		Resources []struct {
			Instances []struct{ Private string }
		}
	}
	program.Check(json.Unmarshal(text, &parsed))
	for _, r := range parsed.Resources {
		for _, i := range r.Instances {
			private += int64(len(i.Private))
		}
	}
	return int64(len(text)), private
}

// fileName is the path of a file below the folder. There are a hundred files in a directory.
func fileName(i int) string { return fmt.Sprintf("%03d/asset-%05d.js", i/100, i) }

// fileOf is a file of 4 KiB that no other one equals.
func fileOf(i int, text string) string {
	return strings.Repeat(fmt.Sprintf("%-64s", fmt.Sprintf("%d %s", i, text)), 64)
}

func writeFile(w *workspace, i int, text string) {
	path := filepath.Join(w.Dir, "files", fileName(i))
	program.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	program.Check(os.WriteFile(path, []byte(fileOf(i, text)), 0o600))
}

// bareUploads sends what a create of n files sends: an upload and a HEAD of each.
func bareUploads(n int) rawcos.Loop {
	return rawcos.Loop{Parallel: inFlight, Objects: n, Requests: func(i int) []rawcos.Request {
		body, key := fileOf(i, ""), "bench/"+fileName(i)
		sum := md5.Sum([]byte(body))
		return []rawcos.Request{
			{Method: http.MethodPut, Key: key, Body: body, Header: http.Header{
				"Content-Md5": {base64.StdEncoding.EncodeToString(sum[:])}, "X-Cos-Server-Side-Encryption": {"AES256"}, "X-Cos-Forbid-Overwrite": {"true"},
			}},
			{Method: http.MethodHead, Key: key},
		}
	}}
}
