package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// auditConfig is an audit of a prefix. It takes the bucket, the prefix, and whether only to count.
const auditConfig = `data "cos_encrypted_objects" "audit" {
  bucket      = %q
  prefix      = %q
  counts_only = %t
}
`

// auditParallel is how many HEADs an audit has under way, and the loop next to it.
const auditParallel = 32

// audit measures audits of many objects next to a loop that sends the same requests and does nothing with the answers.
// The plan of an audit of nothing is what the CLI takes by itself; the processor time is that of the CLI and the provider.
func (b *bench) audit(ctx context.Context, counts []int) error {
	table := report.NewTable(os.Stdout, "an audit by", "objects", "took   ", "ratio ", "processor", "requests", "peak memory")
	for _, n := range counts {
		if err := b.auditOf(ctx, table, n); err != nil {
			return fmt.Errorf("%d objects: %w", n, err)
		}
	}
	return nil
}

func (b *bench) auditOf(ctx context.Context, table *report.Table, n int) error {
	server, err := cosmock.Start(cosmock.Options{Latency: b.latency})
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	for i := range n {
		if err := server.PutObject(server.Bucket(), fmt.Sprintf("audit/%06d", i), cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}); err != nil {
			return err
		}
	}
	loop, err := median(b.repeat, func() (measured, error) {
		server.ResetRequests()
		start := time.Now()
		err := lookAtAll(ctx, server)
		return measured{took: time.Since(start), requests: len(server.Requests())}, err
	})
	if err != nil {
		return fmt.Errorf("the loop: %w", err)
	}
	table.Row("a bare loop", strconv.Itoa(n), report.Seconds(loop.took), "1.00x", "", strconv.Itoa(loop.requests), "")
	for _, row := range []struct {
		name, prefix string
		countsOnly   bool
	}{
		{"plan, of nothing", "nothing/", true},
		{"plan, counts only", "audit/", true},
		{"plan, with objects", "audit/", false},
	} {
		w, err := b.workspace(server, fmt.Sprintf("audit-%d-%t-%s", n, row.countsOnly, strings.Trim(row.prefix, "/")), fmt.Sprintf(auditConfig, server.Bucket(), row.prefix, row.countsOnly))
		if err != nil {
			return err
		}
		m, err := median(b.repeat, func() (measured, error) { return w.run(ctx, "plan") })
		if err != nil {
			return fmt.Errorf("%s: %w", row.name, err)
		}
		table.Row(row.name, strconv.Itoa(n), report.Seconds(m.took), report.Times(m.took, loop.took), report.Seconds(m.cpu), strconv.Itoa(m.requests), report.Size(m.peak))
	}
	return ctx.Err()
}

// lookAtAll lists a bucket and asks for each object, by plain HTTP.
func lookAtAll(ctx context.Context, server *cosmock.Server) error {
	client, err := rawcos.NewClient(server.CAFile())
	if err != nil {
		return err
	}
	transport, ok := client.Transport.(*http.Transport)
	if !ok {
		return errors.New("the client has another transport")
	}
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 2*auditParallel, 2*auditParallel
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	defer client.CloseIdleConnections()
	credential := rawcos.Credential{ID: server.SecretID(), Key: rawcos.NewSecret(server.SecretKey())}
	host := server.Bucket() + ".cos." + server.Region() + ".myqcloud.com"
	ask := func(ctx context.Context, method, key, query string) (rawcos.Answer, error) {
		request, err := rawcos.NewRequest(ctx, method, server.URL(), host, key, query, nil, "")
		if err != nil {
			return rawcos.Answer{}, err
		}
		now := time.Now()
		credential.Sign(request, now, now.Add(time.Hour))
		return rawcos.Send(client, request)
	}
	heads, ctx := errgroup.WithContext(ctx)
	heads.SetLimit(auditParallel)
	for marker := ""; ; {
		answer, err := ask(ctx, http.MethodGet, "", "marker="+url.QueryEscape(marker))
		if err != nil {
			return errors.Join(err, heads.Wait())
		}
		var page struct {
			XMLName     xml.Name `xml:"ListBucketResult"`
			Contents    []struct{ Key string }
			IsTruncated bool
			NextMarker  string
		}
		if err := answer.Decode(&page); err != nil {
			return errors.Join(err, heads.Wait())
		}
		for _, object := range page.Contents {
			heads.Go(func() error {
				answer, err := ask(ctx, http.MethodHead, object.Key, "")
				if err == nil && answer.Encryption() == "no encryption" {
					err = fmt.Errorf("%s: %s", object.Key, answer.Verdict())
				}
				return err
			})
		}
		if marker = page.NextMarker; !page.IsTruncated {
			return heads.Wait()
		}
	}
}
