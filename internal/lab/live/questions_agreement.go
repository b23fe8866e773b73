package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// agreements ask whether a listing shows of an object what HEAD does, after each way of writing it and in each mode:
// that an object is unchanged can be told by a listing only as far as they agree.
func agreements() []question {
	modes := []struct {
		name  string
		needs need
		write func(*asker) http.Header
		read  func(*asker) http.Header
	}{
		{"no encryption", needsNothing, func(*asker) http.Header { return http.Header{} }, func(*asker) http.Header { return nil }},
		{"SSE-COS", needsNothing, func(*asker) http.Header { return mode("AES256") }, func(*asker) http.Header { return nil }},
		{"SSE-KMS", needsKMS, func(a *asker) http.Header { return a.kms() }, func(*asker) http.Header { return nil }},
		{"SSE-C", needsNothing, withKeyA, withKeyA},
	}
	ways := []struct {
		name string
		key  string
		do   func(ctx context.Context, a *asker, header http.Header) error
	}{
		{"PUT", "object", func(ctx context.Context, a *asker, header http.Header) error {
			_, err := a.prepare(ctx, a.put("object", header))
			return err
		}},
		{"an upload in parts", "parts", inOnePart},
		{"a copy", "object", func(ctx context.Context, a *asker, header http.Header) error {
			if _, err := a.prepare(ctx, a.put("source", nil)); err != nil {
				return err
			}
			_, err := a.prepare(ctx, a.copyOf("source", "object", header))
			return err
		}},
	}
	var all []question
	for _, way := range ways {
		for _, m := range modes {
			all = append(all, question{
				id: "22" + string(rune('a'+len(all))), needs: m.needs,
				text: fmt.Sprintf("%s under %s: do `ETag`, size and time of the listing agree with those of HEAD?", way.name, m.name),
				ask: func(ctx context.Context, a *asker) (string, error) {
					if err := way.do(ctx, a, m.write(a)); err != nil {
						return "", err
					}
					return a.agrees(ctx, way.key, m.read(a))
				},
			})
		}
	}
	return all
}

// inOnePart uploads an object in parts, of which there is one.
func inOnePart(ctx context.Context, a *asker, header http.Header) error {
	id, err := a.initiate(ctx, "parts", header)
	if err != nil {
		return err
	}
	part, err := a.prepare(ctx, a.part("parts", id, onParts(header)))
	if err != nil {
		return err
	}
	// Otherwise both times are the same by chance.
	if err := a.sleep(ctx, a.pause+a.pause/10); err != nil {
		return err
	}
	_, err = a.prepare(ctx, a.complete("parts", id, part, nil))
	return err
}

// onParts is what the parts of an upload need of its headers: the customer key.
func onParts(header http.Header) http.Header {
	kept := http.Header{}
	for name, values := range header {
		if strings.Contains(strings.ToLower(name), "customer") {
			kept[name] = values
		}
	}
	return kept
}

// agrees compares a listing with HEAD once it shows the object.
func (a *asker) agrees(ctx context.Context, name string, header http.Header) (string, error) {
	head, err := a.prepare(ctx, a.head(name, header))
	if err != nil {
		return "", err
	}
	modified, err := http.ParseTime(head.header.Get("Last-Modified"))
	if err != nil {
		return "", errors.New("HEAD has no Last-Modified")
	}
	began, pause := a.clock(), firstListingPause
	for {
		got, err := a.send(ctx, request{method: http.MethodGet, query: url.Values{"prefix": {a.key(name)}}})
		if err != nil {
			return "", err
		}
		var page struct {
			Contents []struct {
				Key, ETag    string
				Size         int64
				LastModified time.Time
			}
		}
		if err := got.decode(&page); err != nil {
			return "", fmt.Errorf("%w: the listing: %w", errNotReached, err)
		}
		for _, o := range page.Contents {
			if o.Key != a.key(name) {
				continue
			}
			var other []string
			if o.ETag != head.header.Get("ETag") {
				other = append(other, "`ETag`")
			}
			if strconv.FormatInt(o.Size, 10) != head.header.Get("Content-Length") {
				other = append(other, "size")
			}
			if !o.LastModified.Truncate(time.Second).Equal(modified) {
				other = append(other, "time")
			}
			if len(other) > 0 {
				return "not in " + strings.Join(other, ", "), nil
			}
			return "they agree", nil
		}
		if a.clock().Sub(began) > a.patience {
			return fmt.Sprintf("it is not listed within %v", a.patience), nil
		}
		if err := a.sleep(ctx, pause); err != nil {
			return "", err
		}
		pause = min(2*pause, lastListingPause)
	}
}
