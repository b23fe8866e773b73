package main

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// item is a version of an object or an upload, identified by its key and ID.
type item struct {
	key, id string
	upload  bool
}

// ledger records what a run has written, so that it is removed and checked even if no listing shows it yet.
type ledger struct {
	mu    sync.Mutex
	keys  map[string]bool // that may exist; true if COS confirmed it
	items map[item]bool
}

// add records a key that the provider writes.
func (l *ledger) add(key string) { l.begin(request{method: http.MethodPut, key: key}) }

// begin records a write before it is sent, because the response may be lost.
func (l *ledger) begin(r request) {
	if !r.writes() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys == nil {
		l.keys, l.items = map[string]bool{}, map[item]bool{}
	}
	if r.subresource == "" && r.method != http.MethodDelete {
		said := l.keys[r.key]
		l.keys[r.key] = said // record the key even if the response is lost
	}
}

// writes reports whether a request can leave something behind.
func (r request) writes() bool {
	part := r.method == http.MethodPut && r.query.Has("uploadId")
	return r.key != "" && r.method != http.MethodGet && r.method != http.MethodHead && !part
}

// end records COS's response.
func (l *ledger) end(r request, a rawcos.Answer) {
	if !r.writes() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.subresource == "uploads" {
		var begun struct {
			UploadID string `xml:"UploadId"`
		}
		if a.Decode(&begun) == nil && begun.UploadID != "" {
			l.items[item{r.key, begun.UploadID, true}] = true
		}
		return
	}
	if a.OK() {
		delete(l.items, item{r.key, r.query.Get("uploadId"), true})
		if version := a.Header.Get("X-Cos-Version-Id"); version != "" && r.query.Get("versionId") == "" {
			l.items[item{key: r.key, id: version}] = true
		}
	}
	switch {
	case r.method == http.MethodDelete:
	case a.OK():
		l.keys[r.key] = true
	case a.Status/100 == 4 && !l.keys[r.key]:
		delete(l.keys, r.key)
	}
}

func (l *ledger) knownKeys() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.keys))
}

func (l *ledger) knownItems() []item {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.SortedFunc(maps.Keys(l.items), func(a, b item) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.id, b.id)) })
}
