package main

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// auditConfig is an audit of a prefix. Its arguments are the bucket, the prefix and whether to return only counts.
const auditConfig = `data "cos_encrypted_objects" "audit" {
  bucket      = %q
  prefix      = %q
  counts_only = %t
}
`

// auditParallel is the number of concurrent HEAD requests, in the audit and in the loop that it is compared with.
const auditParallel = 32

// auditMeasurements are of audits of many objects next to a loop that sends the same requests and does nothing with the
// answers. The plan of an audit of nothing is what the CLI takes by itself; the processor time is that of the CLI and the
// provider.
func auditMeasurements(counts []int) []measurement {
	return []measurement{{"audit", []string{"an audit by", "objects", "took   ", "ratio ", "processor", "requests", "peak memory"}, counts, (*bench).audit}}
}

func (b *bench) audit(ctx context.Context, table *report.Table, n int) error {
	server, err := b.serve(cosmock.Options{Latency: b.latency})
	if err != nil {
		return err
	}
	for i := range n {
		if err := server.PutObject(server.Bucket(), fmt.Sprintf("audit/%06d", i), cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}); err != nil {
			return err
		}
	}
	loop, err := median(b.repeat, func() (measured, error) {
		server.ResetRequests()
		m, err := timed(func() error { return lookAtAll(ctx, bucketOf(server)) })
		m.requests = len(server.Requests())
		return m, err
	})
	if err != nil {
		return fmt.Errorf("the loop: %w", err)
	}
	table.Row("a bare loop", n, loop.took, "1.00x", "", loop.requests, "")
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
		table.Row(row.name, n, m.took, report.Times(m.took, loop.took), m.cpu, m.requests, report.Size(m.peak))
	}
	return nil
}

// lookAtAll lists a bucket and asks for each object, by plain HTTP.
func lookAtAll(ctx context.Context, in rawcos.Bucket) error {
	bucket, err := in.Open(2 * auditParallel)
	if err != nil {
		return err
	}
	heads, ctx := errgroup.WithContext(ctx)
	heads.SetLimit(auditParallel)
	for marker := ""; ; {
		answer, err := bucket.Send(ctx, rawcos.Request{Method: http.MethodGet, Query: "marker=" + url.QueryEscape(marker)})
		var page struct {
			XMLName     xml.Name `xml:"ListBucketResult"`
			Contents    []struct{ Key string }
			IsTruncated bool
			NextMarker  string
		}
		if err == nil {
			err = answer.Decode(&page)
		}
		if err != nil {
			return errors.Join(err, heads.Wait())
		}
		for _, object := range page.Contents {
			heads.Go(func() error {
				answer, err := bucket.Send(ctx, rawcos.Request{Method: http.MethodHead, Key: object.Key})
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
