package main

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/reencrypt"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// envBulk has the program re-encrypt objects instead of measuring: as a process of its own, whose memory is told apart
// from that of the server.
const envBulk = "COS_BENCH_BULK"

// bulkRun is what such a process is told.
type bulkRun struct {
	URL, CAFile, ID, Key, Bucket, Region string

	Objects int
	Bare    bool // sends the same requests and does nothing else
}

// bulkResult is what it answers.
type bulkResult struct {
	Took time.Duration
	Peak int64 // bytes
}

// reencrypt measures the action of that name beside a loop that sends the same requests, signed, with as many in flight.
func (b *bench) reencrypt(ctx context.Context, objects int) error {
	table := report.NewTable(os.Stdout, bulk.Number(objects)+" small objects", "took   ", "objects/s", "requests", "rate  ", "peak memory")
	var bare time.Duration
	for _, name := range []string{"bare loop", "action"} {
		m, err := median(b.repeat, func() (measured, error) { return b.bulk(ctx, objects, b.latency, name == "bare loop") })
		if err != nil {
			return err
		}
		if bare == 0 {
			bare = m.took
		}
		table.Row(name, report.Seconds(m.took), fmt.Sprintf("%.0f", float64(objects)/m.took.Seconds()), bulk.Number(m.requests), report.Times(bare, m.took), report.Size(m.peak))
	}
	return nil
}

// reencryptMemory measures the memory of the action with few objects and with many, on a server that answers at once.
func (b *bench) reencryptMemory(ctx context.Context, counts ...int) error {
	table := report.NewTable(os.Stdout, "small objects", "took   ", "requests", "peak memory")
	for _, n := range counts {
		m, err := b.bulk(ctx, n, 0, false)
		if err != nil {
			return err
		}
		table.Row(bulk.Number(n), report.Seconds(m.took), bulk.Number(m.requests), report.Size(m.peak))
	}
	return nil
}

// bulk runs a process on a server with so many plain objects.
func (b *bench) bulk(ctx context.Context, objects int, latency time.Duration, bare bool) (m measured, err error) {
	data, err := os.MkdirTemp(b.folder, "bulk-")
	if err != nil {
		return m, err
	}
	server, err := cosmock.Start(cosmock.Options{DataDir: data, CAFile: filepath.Join(b.folder, "bulk-ca.pem"), Latency: latency})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, server.Close(), os.RemoveAll(data)) }()
	for i := range objects {
		if err := server.PutObject(server.Bucket(), bulkKey(i), cosmock.NewObject{Body: strings.NewReader("hello")}); err != nil {
			return m, err
		}
	}
	told, err := json.Marshal(bulkRun{server.URL(), server.CAFile(), server.SecretID(), server.SecretKey(), server.Bucket(), server.Region(), objects, bare})
	if err != nil {
		return m, err
	}
	self, err := os.Executable()
	if err != nil {
		return m, err
	}
	child := exec.CommandContext(ctx, self)
	child.Env, child.Stderr = append(os.Environ(), envBulk+"="+string(told)), os.Stderr
	out, err := child.Output()
	if err != nil {
		return m, err
	}
	var result bulkResult
	if err := json.Unmarshal(out, &result); err != nil {
		return m, err
	}
	for i := range objects {
		if o, _ := server.Object(server.Bucket(), bulkKey(i)); o.Mode != sse.ModeAES256 {
			return m, fmt.Errorf("%s has the encryption %s", o.Key, o.Mode)
		}
	}
	return measured{took: result.Took, peak: result.Peak, requests: len(server.Requests())}, nil
}

func bulkKey(i int) string { return fmt.Sprintf("bench/%03d/%05d.txt", i%997, i) }

// child is what the process does.
func (r bulkRun) child(ctx context.Context) error {
	began := time.Now()
	run := r.action
	if r.Bare {
		run = r.bare
	}
	if err := run(ctx); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(bulkResult{time.Since(began), peakOfSelf()})
}

// action runs what the action runs.
func (r bulkRun) action(ctx context.Context) error {
	endpoint, err := cosclient.ParseEndpoint(r.URL)
	if err != nil {
		return err
	}
	roots, err := pool(r.CAFile)
	if err != nil {
		return err
	}
	data := &providerdata.Data{Region: r.Region, Keyring: sse.NewKeyring(nil)}
	if err := data.Connect(cosclient.Config{
		Endpoint: endpoint, RootCAs: roots, MaxRetries: 8, RequestTimeout: time.Minute,
		Credentials: credentials.Static{Value: credentials.Value{SecretID: r.ID, SecretKey: r.Key}},
	}); err != nil {
		return err
	}
	out := reencrypt.Target{Region: r.Region, Bucket: r.Bucket, Encryption: sse.Settings{Mode: sse.ModeAES256}}.
		Run(ctx, data.Store(), reencrypt.Options{Tell: func(string) {}})
	if out.Err == nil && out.Summary.Counts[bulk.Done] != r.Objects {
		return fmt.Errorf("%d objects were done", out.Summary.Counts[bulk.Done])
	}
	return out.Err
}

// bare sends for each object what the action sends.
func (r bulkRun) bare(ctx context.Context) error {
	client, err := rawcos.NewClient(r.CAFile)
	if err != nil {
		return err
	}
	if transport, ok := client.Transport.(*http.Transport); ok {
		transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, bulk.DefaultParallelism
	}
	host := r.Bucket + ".cos." + r.Region + ".myqcloud.com"
	credential := rawcos.Credential{ID: r.ID, Key: rawcos.NewSecret(r.Key)}
	send := func(method, key, query string, header http.Header) error {
		req, err := rawcos.NewRequest(ctx, method, r.URL, host, key, query, header, "")
		if err != nil {
			return err
		}
		now := time.Now()
		credential.Sign(req, now.Add(-time.Minute), now.Add(time.Hour))
		answer, err := rawcos.Send(client, req)
		if err == nil && !answer.OK() {
			err = fmt.Errorf("%s %s: %s", method, key, answer.Verdict())
		}
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(bulk.DefaultParallelism)
	for i := range r.Objects {
		if ctx.Err() != nil {
			break
		}
		if i%1000 == 0 {
			if err := send(http.MethodGet, "", "max-keys=1000", nil); err != nil {
				return errors.Join(err, group.Wait())
			}
		}
		group.Go(func() error {
			key := bulkKey(i)
			copied := http.Header{
				"X-Cos-Copy-Source": {host + "/" + (&url.URL{Path: key}).EscapedPath()}, "X-Cos-Metadata-Directive": {"Replaced"},
				"X-Cos-Tagging-Directive": {"Copy"}, sse.HeaderMode: {string(sse.ModeAES256)}, "Content-Type": {"text/plain"},
			}
			return errors.Join(send(http.MethodHead, key, "", nil), send(http.MethodGet, key, "acl", nil), send(http.MethodPut, key, "", copied), send(http.MethodHead, key, "", nil))
		})
	}
	return group.Wait()
}

// peakOfSelf is the largest resident size of this process, in bytes; 0 on a system without /proc.
func peakOfSelf() int64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(line)
	if len(fields) == 0 {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(fields[0], 10, 64)
	return kilobytes << 10
}

func pool(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", file)
	}
	return roots, nil
}
