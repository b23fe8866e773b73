package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/reencrypt"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// envBulk makes the program re-encrypt objects instead of measuring, in a process of its own, so that its memory can be
// told apart from the server's.
const envBulk = "COS_BENCH_BULK"

// bulkRun is the input of such a process.
type bulkRun struct {
	URL, CAFile, ID, Key, Bucket, Region string

	Objects int
	Bare    bool // send the same requests and do nothing else
}

// bulkResult is its output.
type bulkResult struct {
	Took time.Duration
	Peak int64 // bytes
}

// reencryptMeasurements are of the action of that name: beside a loop that sends the same requests, signed, with as many
// in flight; and of its memory with few objects and with many, on a server that answers at once.
var reencryptMeasurements = []measurement{
	{"reencrypt-10000", []string{"10,000 small objects", "took   ", "objects/s", "requests", "rate  ", "peak memory"}, []int{10_000}, (*bench).reencrypt},
	{"reencrypt-memory", []string{"small objects", "took   ", "requests", "peak memory"}, []int{1_000, 100_000}, (*bench).reencryptMemory},
}

func (b *bench) reencrypt(ctx context.Context, table *report.Table, objects int) error {
	var bare time.Duration
	for _, name := range []string{"bare loop", "action"} {
		m, err := median(b.repeat, func() (measured, error) { return b.bulk(ctx, objects, b.latency, name == "bare loop") })
		if err != nil {
			return err
		}
		if bare == 0 {
			bare = m.took
		}
		table.Row(name, m.took, fmt.Sprintf("%.0f", float64(objects)/m.took.Seconds()), bulk.Number(m.requests), report.Times(bare, m.took), report.Size(m.peak))
	}
	return nil
}

func (b *bench) reencryptMemory(ctx context.Context, table *report.Table, objects int) error {
	m, err := b.bulk(ctx, objects, 0, false)
	if err == nil {
		table.Row(bulk.Number(objects), m.took, bulk.Number(m.requests), report.Size(m.peak))
	}
	return err
}

// bulk runs the process against a server with a number of unencrypted objects.
func (b *bench) bulk(ctx context.Context, objects int, latency time.Duration, bare bool) (m measured, err error) {
	data, err := os.MkdirTemp(b.folder, "bulk-")
	if err != nil {
		return m, err
	}
	server, err := b.serve(cosmock.Options{DataDir: data, CAFile: filepath.Join(data, "ca.pem"), Latency: latency})
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, b.closeServers(), os.RemoveAll(data)) }()
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

// child is the main function of the process.
func (r bulkRun) child(ctx context.Context) error {
	began := time.Now()
	run := r.action
	if r.Bare {
		run = r.bare
	}
	if err := run(ctx); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(bulkResult{time.Since(began), tfcli.PeakOf("self")})
}

// action runs the same code as the action.
func (r bulkRun) action(ctx context.Context) error {
	endpoint, err := cosclient.ParseEndpoint(r.URL)
	if err != nil {
		return err
	}
	roots, err := rawcos.Roots(r.CAFile)
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
		Run(ctx, data.Store(), reencrypt.Options{Options: bulkaction.Options{Tell: func(string) {}}})
	if out.Err == nil && out.Summary.Counts[bulk.Done] != r.Objects {
		return fmt.Errorf("%d objects were done", out.Summary.Counts[bulk.Done])
	}
	return out.Err
}

// bare sends the action's requests for each object.
func (r bulkRun) bare(ctx context.Context) error {
	bucket, err := rawcos.Bucket{
		Name: r.Bucket, Region: r.Region, URL: r.URL, CAFile: r.CAFile, Credential: rawcos.Credential{ID: r.ID, Key: rawcos.NewSecret(r.Key)},
	}.Open(bulk.DefaultParallelism)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(bulk.DefaultParallelism)
	for i := range r.Objects {
		if ctx.Err() != nil {
			break
		}
		if i%1000 == 0 {
			if _, err := bucket.Succeed(ctx, rawcos.Request{Method: http.MethodGet, Query: "max-keys=1000"}); err != nil {
				return errors.Join(err, group.Wait())
			}
		}
		group.Go(func() error {
			key := bulkKey(i)
			copied := http.Header{
				"X-Cos-Copy-Source": {rawcos.Domain(r.Bucket, r.Region) + "/" + (&url.URL{Path: key}).EscapedPath()}, "X-Cos-Metadata-Directive": {"Replaced"},
				"X-Cos-Tagging-Directive": {"Copy"}, sse.HeaderMode: {string(sse.ModeAES256)}, "Content-Type": {"text/plain"},
			}
			for _, request := range []rawcos.Request{
				{Method: http.MethodHead, Key: key}, {Method: http.MethodGet, Key: key, Query: "acl"},
				{Method: http.MethodPut, Key: key, Header: copied}, {Method: http.MethodHead, Key: key},
			} {
				if _, err := bucket.Succeed(ctx, request); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}
