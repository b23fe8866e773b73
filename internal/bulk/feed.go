package bulk

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// feed sends the entries of all lanes to the workers, taking turns between the
// lanes. COS partitions its index in key order, so the order of a listing would
// send all requests to the same partition. Source: COS documentation, "Request
// Rate and Performance Optimization".
func (j Job) feed(ctx context.Context, work chan<- cosclient.Entry) error {
	first, err := j.page(ctx, lane{})
	if err != nil {
		return err
	}
	if !first.Truncated {
		return j.deliver(ctx, work, first.Entries)
	}
	// The first page keeps the workers busy while the cuts are determined.
	found := make(chan cuts, 1)
	go func() { found <- j.split(ctx, first) }()
	if err := j.deliver(ctx, work, first.Entries); err != nil {
		return err
	}
	cut := <-found
	if cut.err != nil {
		return cut.err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var lanes []*lane
	for i, after := range append([]string{first.NextMarker}, cut.at...) {
		l := &lane{after: after, pages: make(chan batch)}
		if i < len(cut.at) {
			l.upTo = cut.at[i]
		}
		lanes = append(lanes, l)
		go j.list(ctx, l)
	}
	for at := 0; len(lanes) > 0; at++ {
		at %= len(lanes)
		l := lanes[at]
		if len(l.entries) == 0 {
			next, open := <-l.pages
			if next.err != nil {
				return next.err
			}
			if !open {
				lanes = append(lanes[:at], lanes[at+1:]...)
				at--
				continue
			}
			l.entries = j.shuffled(next.entries)
		}
		if len(l.entries) == 0 {
			at-- // a page without a matching key
			continue
		}
		if err := send(ctx, work, l.entries[0]); err != nil {
			return err
		}
		l.entries = l.entries[1:]
	}
	return ctx.Err()
}

// lane lists the keys after after, up to and including upTo; "" means to the end.
type lane struct {
	after, upTo string
	pages       chan batch // closed at the end of the lane
	entries     []cosclient.Entry
}

type batch struct {
	entries []cosclient.Entry
	err     error
}

// list sends the pages of a lane. It prefetches one page.
func (j Job) list(ctx context.Context, l *lane) {
	defer close(l.pages)
	from := *l
	for more := true; more; {
		page, err := j.page(ctx, from)
		next := batch{err: err}
		for _, e := range page.Entries {
			if l.upTo != "" && e.Key > l.upTo {
				page.Truncated = false
				break
			}
			if j.Fits(e.Key) {
				next.entries = append(next.entries, e)
			}
		}
		select {
		case l.pages <- next:
		case <-ctx.Done():
			return
		}
		more = err == nil && page.Truncated
		from.after = page.NextMarker
	}
}

func (j Job) page(ctx context.Context, l lane) (cosclient.Page, error) {
	page, err := j.Client.List(ctx, j.Region, j.Bucket, cosclient.ListInput{Prefix: j.Prefix, Marker: l.after, MaxKeys: j.pageSize})
	if err == nil && page.Truncated && page.NextMarker <= l.after {
		err = cosclient.ErrNoProgress
	}
	if err != nil {
		return page, fmt.Errorf("the objects of the bucket %s could not be listed: %w", j.Bucket, err)
	}
	return page, nil
}

// deliver sends the matching entries.
func (j Job) deliver(ctx context.Context, work chan<- cosclient.Entry, entries []cosclient.Entry) error {
	for _, e := range j.shuffled(entries) {
		if !j.Fits(e.Key) {
			continue
		}
		if err := send(ctx, work, e); err != nil {
			return err
		}
	}
	return nil
}

func send(ctx context.Context, work chan<- cosclient.Entry, e cosclient.Entry) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case work <- e:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// shuffled returns the entries of a page in random order, because adjacent keys
// are in the same partition of the index.
func (j Job) shuffled(entries []cosclient.Entry) []cosclient.Entry {
	order := j.order
	if order == nil {
		order = rand.Perm
	}
	mixed := make([]cosclient.Entry, 0, len(entries))
	for _, i := range order(len(entries)) {
		mixed = append(mixed, entries[i])
	}
	return mixed
}
