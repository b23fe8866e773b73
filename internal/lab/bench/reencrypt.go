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
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// envBulk makes the program re-encrypt objects instead of measuring, in a process of its own, so that its memory can be
// told apart from the server's.
const envBulk = "COS_BENCH_BULK"

type bulkRun struct {
	URL, CAFile string
	Objects     int
	Bare        bool // send the same requests and do nothing else
}

// reencryptMeasurements are of the action of that name: beside a loop that sends the same requests, signed, with as many
// in flight; and of its memory with few objects and with many, on a server that answers at once.
var reencryptMeasurements = []measurement{
	comparison("reencrypt-10000", "10,000 small objects", []column{
		took,
		{"objects/s", func(m, _ measured) any { return fmt.Sprintf("%.0f", float64(m.size)/m.took.Seconds()) }},
		{"requests", func(m, _ measured) any { return bulk.Number(m.requests) }},
		{"rate  ", faster.cell},
		memory,
	}, []int{10_000}, (*bench).reencryptions),
	{"reencrypt-memory", []string{"small objects", "took   ", "requests", "peak memory"}, []int{1_000, 100_000}, (*bench).reencryptMemory},
}

func (b *bench) reencryptions(ctx context.Context, objects int) []way {
	return []way{
		{"bare loop", func() measured { return b.bulk(ctx, objects, b.latency, true) }},
		{"action", func() measured { return b.bulk(ctx, objects, b.latency, false) }},
	}
}

func (b *bench) reencryptMemory(ctx context.Context, table *report.Table, objects int) {
	m := b.bulk(ctx, objects, 0, false)
	table.Row(bulk.Number(objects), m.took, bulk.Number(m.requests), report.Size(m.peak))
}

// bulk runs the process against a server with a number of unencrypted objects.
func (b *bench) bulk(ctx context.Context, objects int, latency time.Duration, bare bool) measured {
	data := program.Must(os.MkdirTemp(b.folder, "bulk-"))
	defer func() { program.Check(errors.Join(b.closeServers(), os.RemoveAll(data))) }()
	server := b.serve(cosmock.Options{DataDir: data, CAFile: filepath.Join(data, "ca.pem"), Latency: latency})
	store(server, objects, bulkKey, sse.ModeNone)
	child := exec.CommandContext(ctx, program.Must(os.Executable()))
	child.Env = append(os.Environ(), envBulk+"="+string(program.Must(json.Marshal(bulkRun{server.URL(), server.CAFile(), objects, bare}))))
	child.Stderr = os.Stderr
	var m measured
	program.Must(fmt.Sscan(string(program.Must(child.Output())), &m.took, &m.peak))
	for i := range objects {
		if o, _ := server.Object(server.Bucket(), bulkKey(i)); o.Mode != sse.ModeAES256 {
			program.Fail("%s has the encryption %s", bulkKey(i), o.Mode)
		}
	}
	m.requests = len(server.Requests())
	return m
}

func bulkKey(i int) string { return fmt.Sprintf("bench/%03d/%05d.txt", i%997, i) }

// child is the main function of the process. It prints how long the work took and the bytes that were used at most.
func (r bulkRun) child(ctx context.Context) error {
	began := time.Now()
	if r.Bare {
		requests := rawcos.Loop{Parallel: bulk.DefaultParallelism, Objects: r.Objects, Requests: reencryption}
		program.Check(requests.Run(ctx, rawcos.Bundled(cosmock.DefaultBucket, r.URL, r.CAFile)))
	} else {
		r.action(ctx)
	}
	_, err := fmt.Fprintln(os.Stdout, int64(time.Since(began)), tfcli.PeakOf("self"))
	return err
}

// action invokes the action as a CLI does.
func (r bulkRun) action(ctx context.Context) {
	client := program.Must(protocol.Start(ctx, provider.Server("bench")(), map[string]any{
		"region": cosmock.DefaultRegion, "endpoint": r.URL, "ca_certificate_file": r.CAFile,
		"secret_id": cosmock.DefaultSecretID, "secret_key": cosmock.DefaultSecretKey,
	}))
	program.Must(client.Invoke(ctx, "cos_reencrypt_objects", map[string]any{"bucket": cosmock.DefaultBucket, "server_side_encryption": string(sse.ModeAES256)}))
}

// reencryption returns the requests that the action sends for an object.
func reencryption(i int) []rawcos.Request {
	key := bulkKey(i)
	source := rawcos.Domain(cosmock.DefaultBucket, cosmock.DefaultRegion) + "/" + (&url.URL{Path: key}).EscapedPath()
	return append(listing(i),
		rawcos.Request{Method: http.MethodHead, Key: key}, rawcos.Request{Method: http.MethodGet, Key: key, Query: "acl"},
		rawcos.Request{Method: http.MethodPut, Key: key, Header: http.Header{
			"X-Cos-Copy-Source": {source}, "X-Cos-Metadata-Directive": {"Replaced"}, "X-Cos-Tagging-Directive": {"Copy"},
			sse.HeaderMode: {string(sse.ModeAES256)}, "Content-Type": {"text/plain"},
		}},
		rawcos.Request{Method: http.MethodHead, Key: key})
}
