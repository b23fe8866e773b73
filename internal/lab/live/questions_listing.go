package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// listingTries is how often it is looked when a listing shows a change.
	listingTries = 5
	// listingPatience is how long it is waited for that.
	listingPatience = 10 * time.Second
	// The pauses between two listings grow: a listing that lags shall not cost many requests.
	firstListingPause = 50 * time.Millisecond
	lastListingPause  = time.Second
)

// listings ask how soon a listing shows what was done. In milliseconds that is a note, since it is the way's as well.
func listings() []question {
	put := func(a *asker, name string) request { return a.put(name, nil) }
	return []question{
		{id: "21a", text: fmt.Sprintf("PUT, then a listing, %d times: which is the first that shows the object?", listingTries), ask: lag(nil, put)},
		{id: "21b", text: "The same after overwriting it: which is the first with the new ETag?", ask: lag(put, func(a *asker, name string) request {
			r := a.put(name, nil)
			r.body = "another body"
			return r
		})},
		{id: "21c", text: "The same after deleting it: which is the first without the object?", ask: lag(put, func(a *asker, name string) request {
			return request{method: http.MethodDelete, key: a.key(name)}
		})},
	}
}

// lag does something several times and lists until it shows. What is there before, if anything, has to be listed first.
func lag(before, do func(a *asker, name string) request) ask {
	return func(ctx context.Context, a *asker) (string, error) {
		first, never := 0, 0
		var times []string
		for i := range listingTries {
			name := fmt.Sprint("object", i)
			if before != nil {
				lists, _, err := a.doAndList(ctx, before(a, name))
				if err != nil {
					return "", err
				}
				if lists == 0 {
					never++
					continue
				}
			}
			lists, took, err := a.doAndList(ctx, do(a, name))
			switch {
			case err != nil:
				return "", err
			case lists == 0:
				never++
				continue
			case lists == 1:
				first++
			}
			times = append(times, fmt.Sprint(took.Milliseconds()))
		}
		if len(times) > 0 {
			a.note("seen after %s ms, the listing's own time included", strings.Join(times, ", "))
		}
		text := fmt.Sprintf("the first listing, %d of %d times", first, listingTries)
		if never > 0 {
			text += fmt.Sprintf("; not within %v, %d times", a.patience, never)
		}
		return text, nil
	}
}

// doAndList sends a write and lists until the ETag that it answered is shown, none for a deletion. It returns how many
// listings that took, 0 where patience ended before.
func (a *asker) doAndList(ctx context.Context, r request) (lists int, took time.Duration, err error) {
	written, err := a.prepare(ctx, r)
	if err != nil {
		return 0, 0, err
	}
	done, pause := a.clock(), firstListingPause
	for lists = 1; ; lists++ {
		listed, err := a.listedETag(ctx, r.key)
		if err != nil {
			return 0, 0, err
		}
		if took = a.clock().Sub(done); listed == written.header.Get("ETag") {
			return lists, took, nil
		}
		if took > a.patience {
			return 0, took, nil
		}
		if err := a.sleep(ctx, pause); err != nil {
			return 0, 0, err
		}
		pause = min(2*pause, lastListingPause)
	}
}

// listedETag is the ETag that a listing has of a key, "" where it does not show it.
func (a *asker) listedETag(ctx context.Context, key string) (string, error) {
	got, err := a.send(ctx, request{method: http.MethodGet, query: url.Values{"prefix": {key}}})
	if err != nil {
		return "", err
	}
	var page struct {
		Contents []struct{ Key, ETag string }
	}
	if err := got.decode(&page); err != nil {
		return "", fmt.Errorf("%w: the listing: %w", errNotReached, err)
	}
	for _, o := range page.Contents {
		if o.Key == key {
			return o.ETag, nil
		}
	}
	return "", nil
}
