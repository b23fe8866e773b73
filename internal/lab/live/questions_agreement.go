package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// agreements ask whether a listing and HEAD show the same for an object, in each mode and for each way of writing it.
// Only as far as they agree can a listing prove that an object is unchanged.
func agreements() []question {
	modes := []struct {
		name        string
		needs       need
		write, read []headerOf
	}{
		{"no encryption", needsNothing, nil, nil},
		{"SSE-COS", needsNothing, []headerOf{withMode("AES256")}, nil},
		{"SSE-KMS", needsKMS, []headerOf{withKMS}, nil},
		{"SSE-C", needsNothing, []headerOf{withKeyA}, []headerOf{withKeyA}},
	}
	ways := []struct {
		name  string
		steps func(write, read []headerOf) []step
	}{
		{"PUT", func(write, _ []headerOf) []step { return []step{put("object", write...)} }},
		// Completed a while after the part was sent, or both times would be equal by chance.
		{"an upload in parts", func(write, read []headerOf) []step {
			return []step{initiate(write...), part(read...), changed(complete(), func(r *request) { r.late = true })}
		}},
		{"a copy", func(write, _ []headerOf) []step {
			return []step{put("source"), copyOf("source", "object", write...)}
		}},
	}
	var all []question
	for _, way := range ways {
		for _, m := range modes {
			all = append(all, question{
				id: "22" + string(rune('a'+len(all))), needs: m.needs,
				text: fmt.Sprintf("%s under %s: do `ETag`, size and time of the listing agree with those of HEAD?", way.name, m.name),
				ask: func(ctx context.Context, a *asker) string {
					a.prepare(ctx, way.steps(m.write, m.read)...)
					return a.agrees(ctx, a.prepare(ctx, head("object", m.read...)))
				},
			})
		}
	}
	return all
}

// agrees compares a listing with HEAD once the listing shows the object.
func (a *asker) agrees(ctx context.Context, head rawcos.Answer) string {
	modified := program.Must(http.ParseTime(head.Header.Get("Last-Modified")))
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
