package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
)

const (
	listingTries = 5
	// listingPatience is how long to wait for a listing to show a change.
	listingPatience   = 10 * time.Second
	firstListingPause = 50 * time.Millisecond
)

// listings ask how soon a listing shows a change. Milliseconds are only a note, since they include the network.
func listings() []question {
	replace := func(name string, with ...headerOf) step { return changed(put(name, with...), otherBody) }
	return []question{
		{id: "21a", text: fmt.Sprintf("PUT, then a listing, %d times: which is the first that shows the object?", listingTries), ask: lag(put)},
		{id: "21b", text: "The same after overwriting it: which is the first with the new ETag?", ask: lag(put, replace)},
		{id: "21c", text: "The same after deleting it: which is the first without the object?", ask: lag(put, remove)},
		{id: "21d", text: "A `+` and a space in a key, in a listing with `encoding-type=url`: how are they written?", ask: listedEscapes},
	}
}

func listedEscapes(ctx context.Context, a *asker) string {
	a.prepare(ctx, put("a+b c"))
	encoded := listingOf("", a.key("a"))
	encoded.query.Set("encoding-type", "url")
	var shown []listed
	looks, _ := a.until(ctx, firstListingPause, func() bool {
		shown = a.list(ctx, encoded)
		return len(shown) == 1
	})
	if looks == 0 {
		return "the listing does not show it"
	}
	key := shown[0].Key
	return "`" + key[max(strings.LastIndex(key, "a"), 0):] + "`"
}

// lag makes a change several times and lists until the change shows. It first waits until the previous changes are
// listed.
func lag(writes ...func(name string, with ...headerOf) step) ask {
	return func(ctx context.Context, a *asker) string {
		first, never := 0, 0
		var times []string
		for i := range listingTries {
			lists, took := 1, time.Duration(0)
			for _, write := range writes {
				if lists > 0 {
					lists, took = a.doAndList(ctx, write(fmt.Sprint("object", i)))
				}
			}
			switch lists {
			case 0:
				never++
				continue
			case 1:
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
		return text
	}
}

// doAndList sends a write and lists until the listing shows its ETag, or no object after a deletion.
func (a *asker) doAndList(ctx context.Context, s step) (lists int, took time.Duration) {
	written := a.prepare(ctx, s)
	return a.until(ctx, firstListingPause, func() bool { return a.listed(ctx, s(a).key).ETag == written.Header.Get("ETag") })
}

type listed struct {
	Key, ETag, Size, LastModified string
}

func (a *asker) list(ctx context.Context, r request) []listed {
	var page struct{ Contents []listed }
	program.Check(program.Must(a.send(ctx, r)).Decode(&page))
	return page.Contents
}

// listed returns a key's entry in a listing, or the zero value if there is none.
func (a *asker) listed(ctx context.Context, key string) (object listed) {
	for _, o := range a.list(ctx, listingOf("", key)) {
		if o.Key == key {
			object = o
		}
	}
	return object
}
