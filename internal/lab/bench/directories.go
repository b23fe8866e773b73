package main

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
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
	columns := []string{"files of 4 KiB", "way                           "}
	for _, p := range phases {
		columns = append(columns, p.name)
	}
	return measurement{"directories", append(columns, "peak memory", "of the CLI", "state    ", "private  "), counts, (*bench).directories}
}

func (b *bench) directories(ctx context.Context, table *report.Table, n int) {
	bare := bareUploads(n).measure(ctx, b.serve(cosmock.Options{Latency: b.latency}))
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
		f := b.folderOf(way.config, n)
		row := []any{n, way.name}
		var create measured
		var peak, peakCLI int64
		for i, p := range phases {
			named(way.name+", "+strings.TrimSpace(p.name), func() {
				m := p.run(f, ctx)
				if i == 0 {
					create = m
				}
				row = append(row, shownRun(m))
				peak, peakCLI = max(peak, m.peak), max(peakCLI, m.peakCLI)
			})
		}
		table.Row(append(row, report.Size(peak), report.Size(peakCLI), kilobytes(f.state), kilobytes(f.private))...)
		if way.config == directoryConfig {
			fmt.Fprintf(os.Stdout, "%d files: create at %.2f of the rate of bare requests; the plan of three changes:\n%s\n", n, bare.took.Seconds()/create.took.Seconds(), f.shown)
		}
	}
}

func shownRun(m measured) string { return fmt.Sprintf("%s %d", report.Seconds(m.took), m.requests) }

func kilobytes(n int64) string { return fmt.Sprintf("%d KiB", n>>10) }

// folder is a folder of files in its phases.
type folder struct {
	*workspace
	repeat         int // plans that find nothing to do
	files          int
	rotated        string // the configuration with another encryption
	state, private int64  // bytes of the state, and of the private state in it
	shown          string // what the plan of three changes prints
}

// phases of a folder, by the column that shows them. Each begins where the one before it ends.
var phases = []struct {
	name string
	run  func(*folder, context.Context) measured
}{
	{"create          ", (*folder).create},
	{"no-op plan    ", func(f *folder, ctx context.Context) measured { return f.plan(ctx, f.repeat) }},
	{"plan of 3     ", (*folder).planOf3},
	{"apply of 3    ", func(f *folder, ctx context.Context) measured { return f.apply(ctx) }},
	{"rotation       ", func(f *folder, ctx context.Context) measured {
		settle()
		f.configure(f.rotated)
		return f.apply(ctx)
	}},
	{"destroy        ", func(f *folder, ctx context.Context) measured {
		settle()
		return f.destroy(ctx)
	}},
}

// folderOf makes a folder of n files with a workspace that manages them in one of the ways.
func (b *bench) folderOf(config string, n int) *folder {
	var server *cosmock.Server
	if config != floorForEachConfig {
		server = b.serve(cosmock.Options{Latency: b.latency})
	}
	w := b.workspace(server, fmt.Sprintf(config, cosmock.DefaultBucket, "AES256"))
	for i := range n {
		writeFile(w, i, "")
	}
	return &folder{workspace: w, repeat: b.repeat, files: n, rotated: fmt.Sprintf(config, cosmock.DefaultBucket, "cos/kms")}
}

func (f *folder) create(ctx context.Context) measured {
	m := f.apply(ctx)
	text := must(os.ReadFile(filepath.Join(f.Dir, "terraform.tfstate")))
	var parsed struct {
		Resources []struct {
			Instances []struct{ Private string }
		}
	}
	check(json.Unmarshal(text, &parsed))
	for _, r := range parsed.Resources {
		for _, i := range r.Instances {
			f.private += int64(len(i.Private))
		}
	}
	f.state = int64(len(text))
	return m
}

func (f *folder) planOf3(ctx context.Context) measured {
	for _, i := range []int{0, f.files / 2, f.files - 1} {
		writeFile(f.workspace, i, "changed")
	}
	m := f.run(ctx, "plan")
	f.shown = must(f.Run(ctx, "plan", "-refresh=false")).Stdout
	return m
}

// fileName is the path of a file below the folder. There are a hundred files in a directory.
func fileName(i int) string { return fmt.Sprintf("%03d/asset-%05d.js", i/100, i) }

// fileOf is a file of 4 KiB that no other one equals.
func fileOf(i int, text string) string {
	return strings.Repeat(fmt.Sprintf("%-64s", fmt.Sprintf("%d %s", i, text)), 64)
}

func writeFile(w *workspace, i int, text string) {
	path := filepath.Join(w.Dir, "files", fileName(i))
	check(os.MkdirAll(filepath.Dir(path), 0o755))
	check(os.WriteFile(path, []byte(fileOf(i, text)), 0o600))
}

// bareUploads sends what a create of n files sends: an upload and a HEAD of each.
func bareUploads(n int) loop {
	return loop{inFlight, n, func(i int) []rawcos.Request {
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
