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

// look finds keys in the listing of a place. Keys that are not in the result
// were covered by no page, and are to be asked for one by one.
func look(ctx context.Context, data *providerdata.Data, slow *pause, home place, keys []string, proved func(string, sighting) bool) (map[string]sighting, error) {
	slices.Sort(keys)
	s := newSweep(home.Prefix, keys)
	for {
		q, ok := s.query(home.Region, home.Bucket)
		if !ok {
			return s.found, nil
		}
		var page cosclient.Page
		err := slow.patiently(ctx, func() (err error) {
			page, err = data.Client.List(ctx, home.Region, home.Bucket, cosclient.ListInput{Prefix: q.Prefix, Marker: q.Marker})
			return err
		})
		switch {
		case errors.Is(err, cosclient.ErrForbidden) && !fatal(err):
			s.fail() // the credentials may read, and not list
			continue
		case err != nil:
			return nil, err
		}
		objects := make([]listing.Object, len(page.Entries))
		for i, e := range page.Entries {
			objects[i] = listing.Object(e)
		}
		s.take(q, listing.Page{Objects: objects, Truncated: page.Truncated, Made: page.Date}, func(seen sighting) bool { return proved(seen.Key, seen) })
	}
}

// firstError keeps one error of many workers.
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
