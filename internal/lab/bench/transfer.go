package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// transferMeasurements are of large files. A server that takes part answers without a delay.
var transferMeasurements = []measurement{
	{"hash-4GiB", []string{"CRC64 of a file of 4 GiB", "rate     ", "ratio", "processor"}, []int{4 << 30}, (*bench).hash},
	upload("upload-1GiB", 1<<30),
	upload("upload-5GiB", 5<<30),
	{"rotation-5GiB", []string{"rotation of 5 GiB", "rate     ", "ratio", "bytes sent", "whole run"}, []int{5 << 30}, (*bench).rotation},
}

func upload(name string, size int) measurement {
	return measurement{name, []string{
		"upload of " + report.Size(int64(size)) + " over TLS          ", "rate     ", "ratio", "processor", "peak memory", "whole run",
	}, []int{size}, (*bench).upload}
}

// hash measures a file as a plan does, next to a program that only reads it.
func (b *bench) hash(ctx context.Context, table *report.Table, size int) error {
	path, err := b.file(size)
	if err != nil {
		return err
	}
	var cats, sums []measured
	for range b.repeat {
		cmd := exec.CommandContext(ctx, "cat", path)
		cat, err := timed(cmd.Run) // into /dev/null
		if err != nil {
			return err
		}
		cat.cpu = tfcli.ProcessorTime(cmd)
		before := tfcli.OwnProcessorTime()
		sum, err := timed(func() error {
			body, err := content.File(path).Body()
			if err == nil {
				_, err = body.Sum(ctx)
			}
			return err
		})
		if err != nil {
			return err
		}
		sum.cpu = tfcli.OwnProcessorTime() - before
		cats, sums = append(cats, cat), append(sums, sum)
	}
	cat, sum := middle(cats), middle(sums)
	table.Row("cat >/dev/null", report.Rate(size, cat.took), "1.00x", cat.cpu)
	table.Row("as a plan does it", report.Rate(size, sum.took), report.Times(cat.took, sum.took), sum.cpu)
	return nil
}

// upload sends a file by an apply and by curl, in turns, to the same server over TLS under SSE-KMS, for which the server
// computes no MD5. The provider's time is from the end of its first request to that of its last; all of the apply is in
// another column.
func (b *bench) upload(ctx context.Context, table *report.Table, size int) error {
	l, err := b.openTransfers(size)
	if err != nil {
		return err
	}
	ways := []struct {
		name string
		run  func(workspace string) (measured, error)
		runs []measured
	}{
		{name: "curl -T", run: func(string) (measured, error) { return l.curl(ctx) }},
		// A file that is no longer than a part is not cut.
		{name: "provider, in one request", run: l.uploading(ctx, fmt.Sprintf("part_size = %d", min(size, cosclient.MaxPartSize)>>20))},
		{name: "provider, upload_concurrency = 1", run: l.uploading(ctx, "upload_concurrency = 1")},
		{name: fmt.Sprintf("provider, as it comes, %d at a time", cosclient.DefaultParallel), run: l.uploading(ctx, "")},
	}
	for round := range b.repeat {
		for i, w := range ways {
			m, err := w.run(fmt.Sprintf("upload-%d-%d-%d", size, round, i))
			if err != nil {
				return err
			}
			ways[i].runs = append(w.runs, m)
			if err := l.server.DeleteObject(l.server.Bucket(), "bench"); err != nil {
				return err
			}
		}
	}
	curl := middle(ways[0].runs)
	table.Row(ways[0].name, report.Rate(size, curl.transfer), "1.00x", curl.cpu, "", "")
	for _, w := range ways[1:] {
		m := middle(w.runs)
		table.Row(w.name, report.Rate(size, m.transfer), report.Times(curl.transfer, m.transfer), m.cpu, report.Size(m.peak), m.took)
	}
	return nil
}

// rotation gives a large object another encryption, next to its upload.
func (b *bench) rotation(ctx context.Context, table *report.Table, size int) error {
	l, err := b.openTransfers(size)
	if err != nil {
		return err
	}
	created, err := l.apply(ctx, "rotation", "cos/kms", "")
	if err != nil {
		return err
	}
	rotated, err := l.apply(ctx, "rotation", "AES256", "")
	if err != nil {
		return err
	}
	table.Row("its creation", report.Rate(size, created.took), "1.00x", created.sent, created.took)
	table.Row("SSE-KMS to SSE-COS", "", report.Times(created.took, rotated.took), rotated.sent, rotated.took)
	if rotated.sent > 0 {
		return errors.New("a rotation sent bytes of the body")
	}
	return nil
}

// transfers is a COS server without latency.
type transfers struct {
	*bench
	path    string
	server  *cosmock.Server
	journal *journal
}

func (b *bench) openTransfers(size int) (*transfers, error) {
	data, err := os.MkdirTemp(b.folder, "data-")
	if err != nil {
		return nil, err
	}
	l := &transfers{bench: b, journal: &journal{}}
	if l.path, err = b.file(size); err != nil {
		return nil, err
	}
	l.server, err = b.serve(cosmock.Options{DataDir: data, Log: slog.New(l.journal)})
	return l, err
}

// file makes a file of bytes that follow no pattern.
func (b *bench) file(size int) (string, error) {
	path := filepath.Join(b.folder, fmt.Sprintf("body-%d", size))
	if info, err := os.Stat(path); err == nil && info.Size() == int64(size) {
		return path, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	_, err = io.CopyN(f, rand.NewChaCha8([32]byte{}), int64(size))
	return path, errors.Join(err, f.Close())
}

// apply stores the file by an apply in a workspace, in a mode and with what the provider block has besides.
func (l *transfers) apply(ctx context.Context, name, mode, provider string) (measured, error) {
	w, err := l.workspace(l.server, name, tfcli.Block(`resource "cos_encrypted_object" "bench"`, "bucket = "+tfcli.Quote(l.server.Bucket()), `key = "bench"`,
		"server_side_encryption = "+tfcli.Quote(mode), "source = "+tfcli.Quote(l.path)), provider)
	if err != nil {
		return measured{}, err
	}
	l.journal.take()
	m, err := w.apply(ctx)
	m.transfer = l.journal.take()
	return m, err
}

// uploading is an apply of an upload.
func (l *transfers) uploading(ctx context.Context, provider string) func(workspace string) (measured, error) {
	return func(workspace string) (measured, error) { return l.apply(ctx, workspace, "cos/kms", provider) }
}

// curl uploads the file with a signature of its own.
func (l *transfers) curl(ctx context.Context) (measured, error) {
	bucket, err := bucketOf(l.server).Open(1)
	if err != nil {
		return measured{}, err
	}
	encryption := http.Header{sse.HeaderMode: {string(sse.ModeKMS)}, sse.HeaderKMSKeyID: {cosmock.DefaultKMSKeyID}}
	signed, err := bucket.Sign(ctx, rawcos.Request{Method: http.MethodPut, Key: "bench", Header: encryption})
	if err != nil {
		return measured{}, err
	}
	args := []string{"-sS", "--fail", "--cacert", l.server.CAFile(), "-T", l.path, "-w", "%{time_total}", "-o", "/dev/null", "-H", "Expect:", "-H", "Host: " + signed.Host}
	for name := range signed.Header {
		args = append(args, "-H", name+": "+signed.Header.Get(name))
	}
	cmd := exec.CommandContext(ctx, "curl", append(args, signed.URL.String())...)
	out, err := cmd.Output()
	if err != nil {
		return measured{}, fmt.Errorf("curl: %w\n%s", err, out)
	}
	took, err := time.ParseDuration(string(out) + "s")
	return measured{took: took, transfer: took, cpu: tfcli.ProcessorTime(cmd)}, err
}

// journal records when the server has finished each request.
type journal struct {
	slog.Handler
	mu   sync.Mutex
	done []time.Time
}

func (j *journal) Enabled(context.Context, slog.Level) bool { return true }

func (j *journal) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "request" {
		j.mu.Lock()
		j.done = append(j.done, r.Time)
		j.mu.Unlock()
	}
	return nil
}

// take returns the time from the end of the first request to the end of the last one since the previous call.
func (j *journal) take() (took time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.done) > 0 {
		took = j.done[len(j.done)-1].Sub(j.done[0])
	}
	j.done = nil
	return took
}
