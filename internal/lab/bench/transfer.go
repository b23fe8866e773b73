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
	"strconv"
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

// hash measures a file as a plan does, next to a program that only reads it.
func (b *bench) hash(ctx context.Context, size int64) error {
	path, err := b.file(size)
	if err != nil {
		return err
	}
	var cats, sums []measured
	for range b.repeat {
		cmd := exec.CommandContext(ctx, "cat", path)
		began := time.Now()
		if err := cmd.Run(); err != nil { // into /dev/null
			return err
		}
		cats = append(cats, measured{took: time.Since(began), cpu: tfcli.ProcessorTime(cmd)})

		began, before := time.Now(), tfcli.OwnProcessorTime()
		body, err := content.File(path).Body()
		if err != nil {
			return err
		}
		if _, err := body.Sum(ctx); err != nil {
			return err
		}
		sums = append(sums, measured{took: time.Since(began), cpu: tfcli.OwnProcessorTime() - before})
	}
	table := report.NewTable(os.Stdout, "CRC64 of a file of "+report.Size(size), "rate     ", "ratio", "processor")
	cat, sum := middle(cats), middle(sums)
	table.Row("cat >/dev/null", report.Rate(size, cat.took), "1.00x", report.Seconds(cat.cpu))
	table.Row("as a plan does it", report.Rate(size, sum.took), report.Times(cat.took, sum.took), report.Seconds(sum.cpu))
	return nil
}

// upload sends a file by an apply and by curl, in turns, to the same server over TLS under SSE-KMS, for which the server
// computes no MD5. The provider's time is from the end of its first request to that of its last; all of the apply is in
// another column.
func (b *bench) upload(ctx context.Context, size int64) error {
	l, err := b.openTransfers()
	if err != nil {
		return err
	}
	defer l.close()
	path, err := b.file(size)
	if err != nil {
		return err
	}
	ways := []struct {
		name, provider string
		runs           []measured
	}{
		// A file that is no longer than a part is not cut.
		{name: "provider, in one request", provider: fmt.Sprintf("part_size = %d", min(size, cosclient.MaxPartSize)>>20)},
		{name: "provider, upload_concurrency = 1", provider: "upload_concurrency = 1"},
		{name: fmt.Sprintf("provider, as it comes, %d at a time", cosclient.DefaultParallel)},
	}
	var curls []measured
	for round := range b.repeat {
		m, err := l.curl(ctx, path)
		if err != nil {
			return err
		}
		curls = append(curls, m)
		for i := range ways {
			m, err := l.apply(ctx, fmt.Sprintf("upload-%d-%d-%d", size, round, i), path, "cos/kms", ways[i].provider)
			if err != nil {
				return err
			}
			ways[i].runs = append(ways[i].runs, m)
			if err := l.server.DeleteObject(l.server.Bucket(), "bench"); err != nil {
				return err
			}
		}
	}
	table := report.NewTable(os.Stdout, "upload of "+report.Size(size)+" over TLS          ", "rate     ", "ratio", "processor", "peak memory", "whole run")
	curl := middle(curls)
	table.Row("curl -T", report.Rate(size, curl.transfer), "1.00x", report.Seconds(curl.cpu), "", "")
	for _, w := range ways {
		m := middle(w.runs)
		table.Row(w.name, report.Rate(size, m.transfer), report.Times(curl.transfer, m.transfer), report.Seconds(m.cpu), report.Size(m.peak), report.Seconds(m.took))
	}
	return nil
}

// rotation gives a large object another encryption, next to its upload.
func (b *bench) rotation(ctx context.Context, size int64) error {
	l, err := b.openTransfers()
	if err != nil {
		return err
	}
	defer l.close()
	path, err := b.file(size)
	if err != nil {
		return err
	}
	created, err := l.apply(ctx, "rotation", path, "cos/kms", "")
	if err != nil {
		return err
	}
	rotated, err := l.apply(ctx, "rotation", path, "AES256", "")
	if err != nil {
		return err
	}
	table := report.NewTable(os.Stdout, "rotation of "+report.Size(size), "rate     ", "ratio", "bytes sent", "whole run")
	table.Row("its creation", report.Rate(size, created.took), "1.00x", strconv.FormatInt(created.sent, 10), report.Seconds(created.took))
	table.Row("SSE-KMS to SSE-COS", "", report.Times(created.took, rotated.took), strconv.FormatInt(rotated.sent, 10), report.Seconds(rotated.took))
	if rotated.sent > 0 {
		return errors.New("a rotation sent bytes of the body")
	}
	return nil
}

// transfers is a COS server that answers without a delay.
type transfers struct {
	*bench
	server  *cosmock.Server
	journal *journal
}

func (b *bench) openTransfers() (*transfers, error) {
	data, err := os.MkdirTemp(b.folder, "data-")
	if err != nil {
		return nil, err
	}
	l := &transfers{bench: b, journal: &journal{}}
	l.server, err = cosmock.Start(cosmock.Options{DataDir: data, Log: slog.New(l.journal)})
	return l, err
}

func (l *transfers) close() { _ = l.server.Close() }

// file makes a file of bytes that follow no pattern.
func (b *bench) file(size int64) (string, error) {
	path := filepath.Join(b.folder, fmt.Sprintf("body-%d", size))
	if info, err := os.Stat(path); err == nil && info.Size() == size {
		return path, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	_, err = io.CopyN(f, rand.NewChaCha8([32]byte{}), size)
	return path, errors.Join(err, f.Close())
}

// apply stores the file by an apply in a workspace, in a mode and with what the provider block has besides.
func (l *transfers) apply(ctx context.Context, name, path, mode, provider string) (measured, error) {
	w, err := l.workspace(l.server, name, tfcli.Block(`resource "cos_encrypted_object" "bench"`, "bucket = "+tfcli.Quote(l.server.Bucket()), `key = "bench"`,
		"server_side_encryption = "+tfcli.Quote(mode), "source = "+tfcli.Quote(path)), provider)
	if err != nil {
		return measured{}, err
	}
	l.journal.take()
	m, err := w.apply(ctx)
	m.transfer = l.journal.take()
	return m, err
}

// curl uploads the file with a signature of its own.
func (l *transfers) curl(ctx context.Context, path string) (measured, error) {
	host := l.server.Bucket() + ".cos." + l.server.Region() + ".myqcloud.com"
	encryption := http.Header{sse.HeaderMode: {string(sse.ModeKMS)}, sse.HeaderKMSKeyID: {cosmock.DefaultKMSKeyID}}
	signed, err := rawcos.NewRequest(ctx, http.MethodPut, l.server.URL(), host, "curl", "", encryption, "")
	if err != nil {
		return measured{}, err
	}
	now := time.Now()
	rawcos.Credential{ID: l.server.SecretID(), Key: rawcos.NewSecret(l.server.SecretKey())}.Sign(signed, now, now.Add(time.Hour))
	args := []string{"-sS", "--fail", "--cacert", l.server.CAFile(), "-T", path, "-w", "%{time_total}", "-o", "/dev/null", "-H", "Expect:", "-H", "Host: " + host}
	for name := range signed.Header {
		args = append(args, "-H", name+": "+signed.Header.Get(name))
	}
	cmd := exec.CommandContext(ctx, "curl", append(args, signed.URL.String())...)
	out, err := cmd.Output()
	if err != nil {
		return measured{}, fmt.Errorf("curl: %w\n%s", err, out)
	}
	took, err := time.ParseDuration(string(out) + "s")
	if err != nil {
		return measured{}, err
	}
	return measured{took: took, transfer: took, cpu: tfcli.ProcessorTime(cmd)}, l.server.DeleteObject(l.server.Bucket(), "curl")
}

// journal notes when the server was done with each request.
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

// take returns the time from the first request's end to the last one's, since it was taken before.
func (j *journal) take() (took time.Duration) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.done) > 0 {
		took = j.done[len(j.done)-1].Sub(j.done[0])
	}
	j.done = nil
	return took
}
