package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// agreements ask whether a listing and HEAD show the same for an object, in each mode and for each way of writing it.
// Only as far as they agree can a listing prove that an object is unchanged.
func agreements() []question {
	modes := []struct {
		name        string
		needs       need
		write, read headerOf
	}{
		{"no encryption", needsNothing, nothing, nothing},
		{"SSE-COS", needsNothing, withMode("AES256"), nothing},
		{"SSE-KMS", needsKMS, withKMS, nothing},
		{"SSE-C", needsNothing, withKeyA, withKeyA},
	}
	ways := []struct {
		name string
		do   func(ctx context.Context, a *asker, header headerOf)
	}{
		{"PUT", func(ctx context.Context, a *asker, header headerOf) { a.prepare(ctx, put("object", header)) }},
		{"an upload in parts", inOnePart},
		{"a copy", func(ctx context.Context, a *asker, header headerOf) {
			a.prepare(ctx, put("source", nothing))
			a.prepare(ctx, copyOf("source", "object", header))
		}},
	}
	var all []question
	for _, way := range ways {
		for _, m := range modes {
			all = append(all, question{
				id: "22" + string(rune('a'+len(all))), needs: m.needs,
				text: fmt.Sprintf("%s under %s: do `ETag`, size and time of the listing agree with those of HEAD?", way.name, m.name),
				ask: func(ctx context.Context, a *asker) string {
					way.do(ctx, a, m.write)
					return a.agrees(ctx, a.prepare(ctx, head("object", m.read)))
				},
			})
		}
	}
	return all
}

// inOnePart uploads an object as a multipart upload with one part.
func inOnePart(ctx context.Context, a *asker, header headerOf) {
	onPart := func(a *asker) http.Header {
		h := header(a) // the part needs the customer key from it
		maps.DeleteFunc(h, func(name string, _ []string) bool { return !strings.Contains(strings.ToLower(name), "customer") })
		return h
	}
	id := a.initiate(ctx, header)
	sent := a.prepare(ctx, part(id, onPart))
	if a.err == nil { // otherwise both times would be equal by chance
		a.err = a.sleep(ctx, a.pause+a.pause/10)
	}
	a.prepare(ctx, complete(id, sent, nothing))
}

// agrees compares a listing with HEAD once the listing shows the object.
func (a *asker) agrees(ctx context.Context, head rawcos.Answer) string {
	modified, err := http.ParseTime(head.Header.Get("Last-Modified"))
	if a.err == nil && err != nil {
		a.err = errors.New("HEAD has no Last-Modified")
	}
	var shown listed
	looks, _ := a.until(ctx, firstListingPause, func() bool {
		shown = a.listed(ctx, a.key("object"))
		return shown.Key != ""
	})
	if looks == 0 {
		return fmt.Sprintf("it is not listed within %v", a.patience)
	}
	var other []string
	if shown.ETag != head.Header.Get("ETag") {
		other = append(other, "`ETag`")
	}
	if shown.Size != head.Header.Get("Content-Length") {
		other = append(other, "size")
	}
	if at, err := time.Parse(time.RFC3339, shown.LastModified); err != nil || !at.Truncate(time.Second).Equal(modified) {
		other = append(other, "time")
	}
	if len(other) > 0 {
		return "not in " + strings.Join(other, ", ")
	}
	return "they agree"
}
