package directory

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// observe looks up keys in the listing of a place. Keys that are missing in the
// result were on no page and have to be requested individually.
func observe(ctx context.Context, data *providerdata.Data, slow *pause, home place, keys []string, proved func(string, observation) bool) (map[string]observation, error) {
	slices.Sort(keys)
	s := newSweep(home.Prefix, keys)
	tells := func(seen observation) bool { return proved(seen.Key, seen) }
	list := func(q listing.Query) (p listing.Page, err error) {
		err = slow.patiently(ctx, func() error {
			p, err = page(ctx, data, q)
			return err
		})
		return p, err
	}
	var ahead []fetched
	for {
		q, ok := s.query(home.Region, home.Bucket)
		if !ok {
			return s.found, nil
		}
		// Use a page that was already fetched.
		if at := slices.IndexFunc(ahead, func(f fetched) bool { return s.covers(f.query, f.page) }); at >= 0 {
			s.take(ahead[at].query, ahead[at].page, tells)
			ahead = slices.Delete(ahead, at, at+1)
			continue
		}
		p, err := list(q)
		switch {
		case errors.Is(err, cosclient.ErrForbidden) && !fatal(err):
			s.fail() // the credentials can read but not list
			continue
		case err != nil:
			return nil, err
		}
		s.take(q, p, tells)
		if queries := s.ahead(home.Region, home.Bucket); len(queries) > 0 {
			if ahead, err = fetchAll(ctx, queries, list); err != nil {
				return nil, err
			}
		}
	}
}

// fetched is a page that was requested ahead of time.
type fetched struct {
	query listing.Query
	page  listing.Page
}

// fetchAll requests pages concurrently.
func fetchAll(ctx context.Context, queries []listing.Query, list func(listing.Query) (listing.Page, error)) ([]fetched, error) {
	all := make([]fetched, len(queries))
	var failed firstError
	each(ctx, len(queries), failed.is, func(i int) {
		p, err := list(queries[i])
		if err != nil {
			failed.set(err)
		}
		all[i] = fetched{queries[i], p}
	})
	if failed.err == nil {
		failed.err = ctx.Err()
	}
	return all, failed.err
}

// page requests a page of the listing.
func page(ctx context.Context, data *providerdata.Data, q listing.Query) (listing.Page, error) {
	got, err := data.Client.List(ctx, q.Region, q.Bucket, cosclient.ListInput{Prefix: q.Prefix, Marker: q.Marker})
	if err != nil {
		return listing.Page{}, err
	}
	objects := make([]listing.Object, len(got.Entries))
	for i, e := range got.Entries {
		objects[i] = providerdata.Listed(e)
	}
	return listing.Page{Objects: objects, Truncated: got.Truncated, Made: got.Date}, nil
}

// firstError keeps the first error of several workers.
type firstError struct {
	mu  sync.Mutex
	err error
}

func (f *firstError) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = err
	}
}

func (f *firstError) is() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err != nil
}
