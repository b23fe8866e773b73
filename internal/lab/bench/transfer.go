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
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// transferMeasurements are of large files. A server that takes part answers without a delay.
var transferMeasurements = []measurement{
	comparison("hash-4GiB", "CRC64 of a file of 4 GiB", []column{rate, faster, processor}, []int{4 << 30}, (*bench).hashes),
	upload("upload-1GiB", 1<<30),
	upload("upload-5GiB", 5<<30),
	{"rotation-5GiB", []string{"rotation of 5 GiB", "rate     ", "ratio", "bytes sent", "whole run"}, []int{5 << 30}, (*bench).rotation},
}

// upload is of a file that an apply and curl send to the same server over TLS under SSE-KMS, for which the server
// computes no MD5. Compared is the provider's time from the end of its first request to that of its last.
func upload(name string, size int) measurement {
	what := "upload of " + report.Size(int64(size)) + " over TLS          "
	columns := []column{rate, faster, processor, memory, {"whole run", took.cell}}
	return comparison(name, what, columns, []int{size}, (*bench).uploads)
}

// hashes measures a file as a plan does, next to a program that only reads it.
func (b *bench) hashes(ctx context.Context, size int) []way {
	path := b.file(size)
	return []way{
		{"cat >/dev/null", func() measured {
			cmd := exec.CommandContext(ctx, "cat", path)
			m := timed(cmd.Run) // into /dev/null
			m.cpu = tfcli.ProcessorTime(cmd)
			return m
		}},
		{"as a plan does it", func() measured {
			before := tfcli.OwnProcessorTime()
			m := timed(func() error {
				_, err := program.Must(content.File(path).Body()).Sum(ctx)
				return err
			})
			m.cpu = tfcli.OwnProcessorTime() - before
			return m
		}},
	}
}

func (b *bench) uploads(ctx context.Context, size int) []way {
	l := b.openTransfers(size)
	uploading := func(provider string) func() measured {
		return func() measured { return l.apply(ctx, b.workspace(l.server, l.config("cos/kms"), provider)) }
	}
	ways := []way{
		{"curl -T", func() measured { return l.curl(ctx) }},
		// A file that is no longer than a part is not cut.
		{"provider, in one request", uploading(fmt.Sprintf("part_size = %d", min(size, cosclient.MaxPartSize)>>20))},
		{"provider, upload_concurrency = 1", uploading("upload_concurrency = 1")},
		{fmt.Sprintf("provider, as it comes, %d at a time", cosclient.DefaultParallel), uploading("")},
	}
	for i, w := range ways {
		ways[i].run = func() measured {
			defer func() { program.Check(l.server.DeleteObject(l.server.Bucket(), "bench")) }()
			return w.run()
		}
	}
	return ways
}

// rotation gives a large object another encryption, next to its upload.
func (b *bench) rotation(ctx context.Context, table *report.Table, size int) {
	l := b.openTransfers(size)
	w := b.workspace(l.server, l.config("cos/kms"))
	created := l.apply(ctx, w)
	w.configure(l.config("AES256"))
	rotated := l.apply(ctx, w)
	table.Row("its creation", report.Rate(size, created.took), "1.00x", created.sent, created.took)
	table.Row("SSE-KMS to SSE-COS", "", report.Times(created.took, rotated.took), rotated.sent, rotated.took)
	if rotated.sent > 0 {
		program.Fail("a rotation sent bytes of the body")
	}
}

// transfers is a COS server without latency, and a file to send to it.
type transfers struct {
	path    string
	server  *cosmock.Server
	journal *journal
}

func (b *bench) openTransfers(size int) *transfers {
	j := &journal{}
	data := program.Must(os.MkdirTemp(b.folder, "data-"))
	return &transfers{b.file(size), b.serve(cosmock.Options{DataDir: data, Log: slog.New(j)}), j}
}

// file makes a file of bytes that follow no pattern.
func (b *bench) file(size int) string {
	path := filepath.Join(b.folder, fmt.Sprintf("body-%d", size))
	if info, err := os.Stat(path); err == nil && info.Size() == int64(size) {
		return path
	}
	f := program.Must(os.Create(path))
	_, err := io.CopyN(f, rand.NewChaCha8([32]byte{}), int64(size))
	program.Check(errors.Join(err, f.Close()))
	return path
}

// config stores the file in a mode.
func (l *transfers) config(mode string) string {
	return tfcli.Block(`resource "cos_encrypted_object" "bench"`, "bucket = "+tfcli.Quote(l.server.Bucket()), `key = "bench"`,
		"server_side_encryption = "+tfcli.Quote(mode), "source = "+tfcli.Quote(l.path))
}

func (l *transfers) apply(ctx context.Context, w *workspace) measured {
	l.journal.take()
	m := w.apply(ctx)
	m.transfer = l.journal.take()
	return m
}

// curl uploads the file with a signature of its own.
func (l *transfers) curl(ctx context.Context) measured {
	bucket := program.Must(rawcos.Bundled(l.server.Bucket(), l.server.URL(), l.server.CAFile()).Open(1))
	encryption := http.Header{sse.HeaderMode: {string(sse.ModeKMS)}, sse.HeaderKMSKeyID: {cosmock.DefaultKMSKeyID}}
	signed := program.Must(bucket.Sign(ctx, rawcos.Request{Method: http.MethodPut, Key: "bench", Header: encryption}))
	args := []string{"-sS", "--fail", "--cacert", l.server.CAFile(), "-T", l.path, "-w", "%{time_total}", "-o", "/dev/null", "-H", "Expect:", "-H", "Host: " + signed.Host}
	for name := range signed.Header {
		args = append(args, "-H", name+": "+signed.Header.Get(name))
	}
	cmd := exec.CommandContext(ctx, "curl", append(args, signed.URL.String())...)
	cmd.Stderr = os.Stderr
	took := program.Must(time.ParseDuration(string(program.Must(cmd.Output())) + "s"))
	return measured{took: took, transfer: took, cpu: tfcli.ProcessorTime(cmd)}
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
