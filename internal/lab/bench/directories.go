package main

import (
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

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

// directoryMeasurements are of the life of a folder of small files: as one resource, as one resource for each file, as as
// many of Terraform's own, and by a plain program that sends the same requests.
func directoryMeasurements(counts []int) []measurement {
	columns := []string{"files of 4 KiB", "way                           "}
	for _, p := range phases {
		columns = append(columns, p.name)
	}
	return []measurement{{"directories", append(columns, "peak memory", "of the CLI", "state    ", "private  "), counts, (*bench).directories}}
}

func (b *bench) directories(ctx context.Context, table *report.Table, n int) error {
	bare, err := b.bareRequests(ctx, n)
	if err != nil {
		return fmt.Errorf("bare requests: %w", err)
	}
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
		f, err := b.folderOf(way.name, way.config, n)
		if err == nil {
			err = f.live(ctx)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", way.name, err)
		}
		row := []any{n, way.name}
		var peak, peakCLI int64
		for _, m := range f.runs {
			row = append(row, shownRun(m))
			peak, peakCLI = max(peak, m.peak), max(peakCLI, m.peakCLI)
		}
		table.Row(append(row, report.Size(peak), report.Size(peakCLI), kilobytes(f.state), kilobytes(f.private))...)
		if way.config == directoryConfig {
			fmt.Fprintf(os.Stdout, "%d files: create at %.2f of the rate of bare requests; the plan of three changes:\n%s\n", n, bare.took.Seconds()/f.runs[0].took.Seconds(), f.shown)
		}
	}
	return nil
}

func shownRun(m measured) string { return fmt.Sprintf("%s %d", report.Seconds(m.took), m.requests) }

func kilobytes(n int64) string { return fmt.Sprintf("%d KiB", n>>10) }

// folder is a folder of files in its phases.
type folder struct {
	*workspace
	repeat         int // plans that find nothing to do
	files          int
	rotated        string // the configuration with another encryption
	runs           []measured
	state, private int64  // bytes of the state, and of the private state in it
	shown          string // what the plan of three changes prints
}

// phases of a folder, by the column that shows them. Each begins where the one before it ends.
var phases = []struct {
	name string
	run  func(*folder, context.Context) (measured, error)
}{
	{"create          ", (*folder).create},
	{"no-op plan    ", func(f *folder, ctx context.Context) (measured, error) {
		settle()
		return f.plan(ctx, f.repeat)
	}},
	{"plan of 3     ", (*folder).planOf3},
	{"apply of 3    ", func(f *folder, ctx context.Context) (measured, error) { return f.apply(ctx) }},
	{"rotation       ", func(f *folder, ctx context.Context) (measured, error) {
		settle()
		if err := f.Configure(f.rotated); err != nil {
			return measured{}, err
		}
		return f.apply(ctx)
	}},
	{"destroy        ", func(f *folder, ctx context.Context) (measured, error) {
		settle()
		return f.destroy(ctx)
	}},
}

// folderOf makes a folder of n files with a workspace that manages them in one of the ways.
func (b *bench) folderOf(name, config string, n int) (*folder, error) {
	var server *cosmock.Server
	bucket := ""
	if config != floorForEachConfig {
		var err error
		if server, err = b.serve(cosmock.Options{Latency: b.latency}); err != nil {
			return nil, err
		}
		bucket = server.Bucket()
	}
	way, _, _ := strings.Cut(name, ",")
	w, err := b.workspace(server, fmt.Sprintf("folder-%s-%d", way, n), fmt.Sprintf(config, bucket, "AES256"))
	if err != nil {
		return nil, err
	}
	configured, err := os.ReadFile(filepath.Join(w.Dir, "main.tf"))
	if err != nil {
		return nil, err
	}
	f := &folder{workspace: w, repeat: b.repeat, files: n, rotated: strings.Replace(string(configured), "AES256", "cos/kms", 1)}
	return f, writeFiles(filepath.Join(w.Dir, "files"), n)
}

// live goes through the phases.
func (f *folder) live(ctx context.Context) error {
	for _, p := range phases {
		m, err := p.run(f, ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", strings.TrimSpace(p.name), err)
		}
		f.runs = append(f.runs, m)
	}
	return nil
}

func (f *folder) create(ctx context.Context) (measured, error) {
	m, err := f.apply(ctx)
	if err != nil {
		return m, err
	}
	text, err := os.ReadFile(filepath.Join(f.Dir, "terraform.tfstate"))
	if err != nil {
		return m, err
	}
	var parsed struct {
		Resources []struct {
			Instances []struct{ Private string }
		}
	}
	err = json.Unmarshal(text, &parsed)
	for _, r := range parsed.Resources {
		for _, i := range r.Instances {
			f.private += int64(len(i.Private))
		}
	}
	f.state = int64(len(text))
	return m, err
}

func (f *folder) planOf3(ctx context.Context) (measured, error) {
	for _, i := range []int{0, f.files / 2, f.files - 1} {
		if err := os.WriteFile(filepath.Join(f.Dir, "files", fileName(i)), fileOf(i, "changed"), 0o600); err != nil {
			return measured{}, err
		}
	}
	m, err := f.run(ctx, "plan")
	r, shownErr := f.Run(ctx, "plan", "-refresh=false")
	f.shown = r.Stdout
	return m, errors.Join(err, shownErr)
}

// writeFiles makes a tree of files of 4 KiB, a hundred in a folder.
func writeFiles(root string, n int) error {
	for i := range n {
		path := filepath.Join(root, fileName(i))
		if i%100 == 0 {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
		}
		if err := os.WriteFile(path, fileOf(i, ""), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func fileName(i int) string { return fmt.Sprintf("%03d/asset-%05d.js", i/100, i) }

// fileOf is a file of 4 KiB that no other one equals.
func fileOf(i int, text string) []byte {
	return []byte(strings.Repeat(fmt.Sprintf("%-64s", fmt.Sprintf("%d %s", i, text)), 64))
}

// bareRequests sends what a create of n files sends, by a plain loop: an upload and a HEAD of each.
func (b *bench) bareRequests(ctx context.Context, n int) (measured, error) {
	server, err := b.serve(cosmock.Options{Latency: b.latency})
	if err != nil {
		return measured{}, err
	}
	files := filepath.Join(b.folder, fmt.Sprintf("bare-%d", n))
	if err := writeFiles(files, n); err != nil {
		return measured{}, err
	}
	bucket, err := bucketOf(server).Open(inFlight)
	if err != nil {
		return measured{}, err
	}
	m, err := timed(func() error {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(inFlight)
		for i := range n {
			group.Go(func() error {
				body, err := os.ReadFile(filepath.Join(files, fileName(i)))
				if err != nil {
					return err
				}
				sum := md5.Sum(body)
				key := "bench/" + fileName(i)
				_, err = bucket.Succeed(ctx, rawcos.Request{Method: http.MethodPut, Key: key, Body: string(body), Header: http.Header{
					"Content-Md5": {base64.StdEncoding.EncodeToString(sum[:])}, "X-Cos-Server-Side-Encryption": {"AES256"}, "X-Cos-Forbid-Overwrite": {"true"},
				}})
				if err == nil {
					_, err = bucket.Succeed(ctx, rawcos.Request{Method: http.MethodHead, Key: key})
				}
				return err
			})
		}
		return group.Wait()
	})
	m.requests = len(server.Requests())
	return m, err
}
