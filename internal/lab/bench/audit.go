package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
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

// auditMeasurement is of audits of many objects next to a loop that sends the same requests and does nothing with the
// answers. The plan of an audit of nothing is what the CLI takes by itself; the processor time is that of the CLI and the
// provider.
func auditMeasurement(counts []int) measurement {
	objects := column{"objects", func(m, _ measured) any { return m.size }}
	return comparison("audit", "an audit by", []column{objects, took, slower, processor, requests, memory}, counts, (*bench).audits)
}

func (b *bench) audits(ctx context.Context, n int) []way {
	server := b.serve(cosmock.Options{Latency: b.latency})
	key := func(i int) string { return fmt.Sprintf("audit/%06d", i) }
	store(server, n, key, sse.ModeAES256)
	plan := func(prefix string, countsOnly bool) func() measured {
		w := b.workspace(server, fmt.Sprintf(auditConfig, server.Bucket(), prefix, countsOnly))
		return func() measured { return w.run(ctx, "plan") }
	}
	looks := rawcos.Loop{Parallel: auditParallel, Objects: n, Requests: func(i int) []rawcos.Request {
		return append(listing(i), rawcos.Request{Method: http.MethodHead, Key: key(i)})
	}}
	return []way{
		{"a bare loop", func() measured { return measureLoop(ctx, server, looks) }},
		{"plan, of nothing", plan("nothing/", true)},
		{"plan, counts only", plan("audit/", true)},
		{"plan, with objects", plan("audit/", false)},
	}
}

// listing is the request for a page of a listing, for the first of the thousand objects on it.
func listing(i int) []rawcos.Request {
	if i%1000 > 0 {
		return nil
	}
	return []rawcos.Request{{Method: http.MethodGet, Query: "max-keys=1000"}}
}
