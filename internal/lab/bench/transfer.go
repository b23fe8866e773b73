package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
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
	cat, sum := tally{}, tally{}
	for range b.repeat {
		cmd := exec.CommandContext(ctx, "cat", path)
		began := time.Now()
		if err := cmd.Run(); err != nil { // into /dev/null
			return err
		}
		cat.add(measured{took: time.Since(began), cpu: tfcli.ProcessorTime(cmd)}, 0)

		began, before := time.Now(), ownProcessorTime()
		body, err := content.File(path).Body()
		if err != nil {
			return err
		}
		if _, err := body.Sum(ctx); err != nil {
			return err
		}
		sum.add(measured{took: time.Since(began), cpu: ownProcessorTime() - before}, 0)
	}
	table := report.NewTable(os.Stdout, "CRC64 of a file of "+inUnits(size), "rate     ", "ratio", "processor")
	table.Row("cat >/dev/null", rate(size, cat.transfer()), "1.00x", seconds(middle(cat.cpu)))
	table.Row("as a plan does it", rate(size, sum.transfer()), times(cat.transfer(), sum.transfer()), seconds(middle(sum.cpu)))
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
		tally          tally
	}{
		// A file that is no longer than a part is not cut.
		{name: "provider, in one request", provider: fmt.Sprintf("part_size = %d", min(size, cosclient.MaxPartSize)>>20)},
		{name: "provider, upload_concurrency = 1", provider: "upload_concurrency = 1"},
		{name: fmt.Sprintf("provider, as it comes, %d at a time", cosclient.DefaultParallel)},
	}
	var curl tally
	for round := range b.repeat {
		if err := l.curl(ctx, path, &curl); err != nil {
			return err
		}
		for i := range ways {
			m, took, err := l.apply(ctx, fmt.Sprintf("upload-%d-%d-%d", size, round, i), path, "cos/kms", ways[i].provider)
			if err != nil {
				return err
			}
			ways[i].tally.add(m, took)
			if err := l.server.DeleteObject(l.server.Bucket(), "bench"); err != nil {
				return err
			}
		}
	}
	table := report.NewTable(os.Stdout, "upload of "+inUnits(size)+" over TLS          ", "rate     ", "ratio", "processor", "peak memory", "whole run")
	table.Row("curl -T", rate(size, curl.transfer()), "1.00x", seconds(middle(curl.cpu)), "", "")
	for _, w := range ways {
		table.Row(w.name, rate(size, w.tally.transfer()), times(curl.transfer(), w.tally.transfer()), seconds(middle(w.tally.cpu)), inUnits(w.tally.peak), seconds(middle(w.tally.whole)))
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
	created, _, err := l.apply(ctx, "rotation", path, "cos/kms", "")
	if err != nil {
		return err
	}
	rotated, _, err := l.apply(ctx, "rotation", path, "AES256", "")
	if err != nil {
		return err
	}
	table := report.NewTable(os.Stdout, "rotation of "+inUnits(size), "rate     ", "ratio", "bytes sent", "whole run")
	table.Row("its creation", rate(size, created.took), "1.00x", strconv.FormatInt(created.sent, 10), seconds(created.took))
	table.Row("SSE-KMS to SSE-COS", "", times(created.took, rotated.took), strconv.FormatInt(rotated.sent, 10), seconds(rotated.took))
	if rotated.sent > 0 {
		return errors.New("a rotation sent bytes of the body")
	}
	return nil
}

// tally is what was measured of one way, each time it was taken.
type tally struct {
	took, cpu, whole []time.Duration
	peak             int64
}

// add adds a run, of which the transfer took only so long unless that is 0.
func (t *tally) add(m measured, took time.Duration) {
	if took == 0 {
		took = m.took
	}
	t.took, t.cpu, t.whole, t.peak = append(t.took, took), append(t.cpu, m.cpu), append(t.whole, m.took), max(t.peak, m.peak)
}

func (t *tally) transfer() time.Duration { return middle(t.took) }

func middle(all []time.Duration) time.Duration { return slices.Sorted(slices.Values(all))[len(all)/2] }

// transfers is a COS server that answers without a delay, and a client of it.
type transfers struct {
	*bench
	server  *cosmock.Server
	journal *journal
	client  *cosclient.Client
}

func (b *bench) openTransfers() (*transfers, error) {
	l := &transfers{bench: b, journal: &journal{}}
	data, err := os.MkdirTemp(b.folder, "data-")
	if err != nil {
		return nil, err
	}
	if l.server, err = cosmock.Start(cosmock.Options{DataDir: data, Log: slog.New(l.journal)}); err != nil {
		return nil, err
	}
	endpoint, err := cosclient.ParseEndpoint(l.server.URL())
	if err == nil {
		l.client, err = cosclient.New(cosclient.Config{
			Endpoint: endpoint, RootCAs: l.server.CertPool(),
			Credentials: credentials.Static{Value: credentials.Value{SecretID: l.server.SecretID(), SecretKey: l.server.SecretKey()}},
		})
	}
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
	random, buf := rand.NewChaCha8([32]byte{}), make([]byte, 1<<20)
	for left := size; left > 0 && err == nil; left -= int64(len(buf)) {
		buf = buf[:min(left, int64(len(buf)))]
		_, _ = random.Read(buf) // which never fails
		_, err = f.Write(buf)
	}
	return path, errors.Join(err, f.Close())
}

// apply stores the file by an apply in a workspace, in a mode and with what the provider block has besides. It returns
// how long the transfer took, too.
func (l *transfers) apply(ctx context.Context, name, path, mode, provider string) (measured, time.Duration, error) {
	w, err := l.workspace(l.server, name, tfcli.Block(`resource "cos_encrypted_object" "bench"`, "bucket = "+tfcli.Quote(l.server.Bucket()), `key = "bench"`,
		"server_side_encryption = "+tfcli.Quote(mode), "source = "+tfcli.Quote(path)), provider)
	if err != nil {
		return measured{}, 0, err
	}
	l.journal.take()
	m, err := w.apply(ctx)
	return m, l.journal.take(), err
}

// curl uploads the file by a presigned URL.
func (l *transfers) curl(ctx context.Context, path string, to *tally) error {
	loc := cosclient.Location{Region: l.server.Region(), Bucket: l.server.Bucket(), Key: "curl"}
	signed, err := l.client.Presign(ctx, loc, cosclient.PresignInput{
		Method: http.MethodPut, Life: time.Hour, Encryption: sse.Settings{Mode: sse.ModeKMS, KMSKeyID: cosmock.DefaultKMSKeyID},
	})
	if err != nil {
		return err
	}
	args := []string{"-sS", "--fail", "--cacert", l.server.CAFile(), "-T", path, "-w", "%{time_total}", "-o", "/dev/null", "-H", "Expect:"}
	for name, value := range signed.Header {
		args = append(args, "-H", name+": "+value)
	}
	cmd := exec.CommandContext(ctx, "curl", append(args, signed.URL)...)
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("curl: %w\n%s", err, out)
	}
	took, err := time.ParseDuration(string(out) + "s")
	if err != nil {
		return err
	}
	to.add(measured{took: took, cpu: tfcli.ProcessorTime(cmd)}, 0)
	return l.server.DeleteObject(l.server.Bucket(), "curl")
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

// ownProcessorTime is the processor time of this process, in the hundredths of a second that Linux counts; 0 elsewhere.
func ownProcessorTime() time.Duration {
	stat, _ := os.ReadFile("/proc/self/stat")
	_, afterName, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(afterName)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
