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
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
)

// inFlight is how many requests cos_encrypted_directory has in flight.
const inFlight = 32

// manyInstances is how many instances Terraform manages in a time that can be waited for.
const manyInstances = 1000

// Configurations of a folder of files. They take the bucket, if any, and the cache_control of all files.
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

// directories measures the life of a folder of small files: as one resource, as one resource for each file, as as many of
// Terraform's own, and by a plain program that sends the same requests.
func (b *bench) directories(ctx context.Context, counts []int) error {
	table := report.NewTable(os.Stdout, "files of 4 KiB", "way                           ", "create          ", "no-op plan    ", "plan of 3     ", "apply of 3    ", "rotation       ", "destroy        ",
		"peak memory", "of the CLI", "state    ", "private  ")
	for _, n := range counts {
		bare, err := b.bareRequests(ctx, n)
		if err != nil {
			return fmt.Errorf("bare requests for %d files: %w", n, err)
		}
		table.Row(strconv.Itoa(n), fmt.Sprintf("bare requests, %d in flight", inFlight), shownRun(bare))
		for _, way := range []struct {
			name, config string
			most         int
		}{
			{"cos_encrypted_directory", directoryConfig, 20_000},
			{"cos_encrypted_object, for_each", forEachConfig, manyInstances},
			{"terraform_data, for_each", floorForEachConfig, manyInstances},
		} {
			if n > way.most {
				table.Row(strconv.Itoa(n), way.name, "not measured: it takes hours")
				continue
			}
			l, err := b.folder4K(ctx, way.name, way.config, n)
			if err != nil {
				return fmt.Errorf("%s, %d files: %w", way.name, n, err)
			}
			table.Row(strconv.Itoa(n), way.name, shownRun(l.create), shownRun(l.plan), shownRun(l.plan3), shownRun(l.apply3), shownRun(l.rotation), shownRun(l.destroy),
				report.Size(l.peak), report.Size(l.peakCLI), kilobytes(l.state), kilobytes(l.private))
			if way.config == directoryConfig {
				fmt.Fprintf(os.Stdout, "%d files: create at %.2f of the rate of bare requests; the plan of three changes:\n%s\n", n, bare.took.Seconds()/l.create.took.Seconds(), l.shown)
			}
		}
	}
	return nil
}

func shownRun(m measured) string { return fmt.Sprintf("%s %d", report.Seconds(m.took), m.requests) }

// life is what is measured of a folder.
type life struct {
	create, plan, plan3, apply3, rotation, destroy measured

	peak, peakCLI, state, private int64
	shown                         string // what the plan of three changes prints
}

func (b *bench) folder4K(ctx context.Context, name, config string, n int) (l life, err error) {
	server, err := cosmock.Start(cosmock.Options{Latency: b.latency})
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	if config == floorForEachConfig {
		server = nil
	}
	bucket := ""
	if server != nil {
		bucket = server.Bucket()
	}
	folder := fmt.Sprintf("folder-%s-%d", strings.Fields(strings.ReplaceAll(name, ",", ""))[0], n)
	w, err := b.workspace(server, folder, fmt.Sprintf(config, bucket, "AES256"))
	if err != nil {
		return l, err
	}
	if err := writeFiles(filepath.Join(w.Dir, "files"), n); err != nil {
		return l, err
	}
	measure := func(into *measured, run func() (measured, error)) {
		if err == nil {
			*into, err = run()
			l.peak, l.peakCLI = max(l.peak, into.peak), max(l.peakCLI, into.peakCLI)
		}
	}
	measure(&l.create, func() (measured, error) { return w.apply(ctx) })
	if err != nil {
		return l, err
	}
	if l.state, l.private, err = sizes(filepath.Join(w.Dir, "terraform.tfstate")); err != nil {
		return l, err
	}
	settle()
	measure(&l.plan, func() (measured, error) { return w.plan(ctx, b.repeat) })
	for _, i := range []int{0, n / 2, n - 1} {
		if err := writeFile(filepath.Join(w.Dir, "files"), i, "changed"); err != nil {
			return l, err
		}
	}
	measure(&l.plan3, func() (measured, error) {
		m, err := w.run(ctx, "plan")
		r, shownErr := w.Run(ctx, "plan", "-refresh=false")
		l.shown = r.Stdout
		return m, errors.Join(err, shownErr)
	})
	measure(&l.apply3, func() (measured, error) { return w.apply(ctx) })
	if err != nil {
		return l, err
	}
	if w, err = b.workspace(server, folder, fmt.Sprintf(config, bucket, "cos/kms")); err != nil {
		return l, err
	}
	settle()
	measure(&l.rotation, func() (measured, error) { return w.apply(ctx) })
	settle()
	measure(&l.destroy, func() (measured, error) { return w.run(ctx, "destroy", "-auto-approve") })
	return l, err
}

// writeFiles makes a tree of files of 4 KiB, a hundred in a folder.
func writeFiles(folder string, n int) error {
	for i := range n {
		if i%100 == 0 {
			if err := os.MkdirAll(filepath.Join(folder, fmt.Sprintf("%03d", i/100)), 0o755); err != nil {
				return err
			}
		}
		if err := writeFile(folder, i, ""); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(folder string, i int, text string) error {
	return os.WriteFile(filepath.Join(folder, fmt.Sprintf("%03d", i/100), fmt.Sprintf("asset-%05d.js", i)), fileOf(i, text), 0o600)
}

// fileOf is a file of 4 KiB that no other one equals.
func fileOf(i int, text string) []byte {
	return []byte(strings.Repeat(fmt.Sprintf("%-64s", fmt.Sprintf("%d %s", i, text)), 64))
}

// sizes are those of a state, and of the private state in it, in bytes.
func sizes(path string) (state, private int64, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}
	var parsed struct {
		Resources []struct {
			Instances []struct{ Private string }
		}
	}
	err = json.Unmarshal(text, &parsed)
	for _, r := range parsed.Resources {
		for _, i := range r.Instances {
			private += int64(len(i.Private))
		}
	}
	return int64(len(text)), private, err
}

// bareRequests sends what a create of n files sends, by a plain loop: an upload and a HEAD of each.
func (b *bench) bareRequests(ctx context.Context, n int) (m measured, err error) {
	server, err := cosmock.Start(cosmock.Options{Latency: b.latency})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	folder := filepath.Join(b.folder, fmt.Sprintf("bare-%d", n))
	if err := writeFiles(folder, n); err != nil {
		return m, err
	}
	client, err := rawcos.NewClient(server.CAFile())
	if err != nil {
		return m, err
	}
	if transport, ok := client.Transport.(*http.Transport); ok {
		transport.MaxIdleConnsPerHost = inFlight
	}
	credential := rawcos.Credential{ID: server.SecretID(), Key: rawcos.NewSecret(server.SecretKey())}
	host := fmt.Sprintf("%s.cos.%s.myqcloud.com", server.Bucket(), server.Region())
	send := func(method, key string, header http.Header, body string) error {
		req, err := rawcos.NewRequest(ctx, method, server.URL(), host, key, "", header, body)
		if err != nil {
			return err
		}
		now := time.Now()
		credential.Sign(req, now.Add(-time.Minute), now.Add(time.Hour))
		answer, err := rawcos.Send(client, req)
		if err == nil && !answer.OK() {
			err = fmt.Errorf("%s %s: %d %s", method, key, answer.Status, answer.Code)
		}
		return err
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	failed := make(chan error, inFlight)
	began := time.Now()
	for range inFlight {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				name := fmt.Sprintf("%03d/asset-%05d.js", i/100, i)
				body, err := os.ReadFile(filepath.Join(folder, name))
				sum := md5.Sum(body)
				if err == nil {
					err = send(http.MethodPut, "bench/"+name, http.Header{
						"Content-Md5": {base64.StdEncoding.EncodeToString(sum[:])}, "X-Cos-Server-Side-Encryption": {"AES256"}, "X-Cos-Forbid-Overwrite": {"true"},
					}, string(body))
				}
				if err == nil {
					err = send(http.MethodHead, "bench/"+name, nil, "")
				}
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	workers.Wait()
	m.took, m.requests = time.Since(began), len(server.Requests())
	select {
	case err := <-failed:
		return m, err
	default:
		return m, nil
	}
}

func kilobytes(n int64) string { return fmt.Sprintf("%d KiB", n>>10) }
