package main

import (
	"context"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// loop sends requests for many objects, several objects at a time, and does nothing with the answers. What does the same
// work is compared with it.
type loop struct {
	parallel, objects int
	requests          func(i int) []rawcos.Request // for an object, one after the other
}

// listing is the request for a page of a listing, for the first of the thousand objects on it.
func listing(i int) []rawcos.Request {
	if i%1000 > 0 {
		return nil
	}
	return []rawcos.Request{{Method: http.MethodGet, Query: "max-keys=1000"}}
}

func (l loop) run(ctx context.Context, in rawcos.Bucket) error {
	bucket, err := in.Open(l.parallel)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(l.parallel)
	for i := range l.objects {
		group.Go(func() error {
			for _, r := range l.requests(i) {
				if _, err := bucket.Succeed(ctx, r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}

func (l loop) measure(ctx context.Context, server *cosmock.Server) measured {
	server.ResetRequests()
	m := timed(func() error { return l.run(ctx, rawcos.Bundled(cosmock.DefaultBucket, server.URL(), server.CAFile())) })
	m.requests = len(server.Requests())
	return m
}
