package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// item is a version of an object, or an upload, by its key and id.
type item struct{ key, id string }

// ledger knows what a run has written, so that it is removed and looked for even where a listing does not show it yet.
type ledger struct {
	mu       sync.Mutex
	keys     map[string]bool // that may be there; true: COS said so
	versions map[item]bool
	uploads  map[item]bool
}

// add notes a key that somebody else writes.
func (l *ledger) add(key string) { l.begin(request{method: http.MethodPut, key: key}) }

// begin notes a write before it is sent: its answer may get lost.
func (l *ledger) begin(r request) {
	if !r.writes() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys == nil {
		l.keys, l.versions, l.uploads = map[string]bool{}, map[item]bool{}, map[item]bool{}
	}
	if r.subresource == "" && r.method != http.MethodDelete {
		if _, known := l.keys[r.key]; !known {
			l.keys[r.key] = false
		}
	}
}

// writes reports whether a request leaves something behind.
func (r request) writes() bool {
	part := r.method == http.MethodPut && r.query.Has("uploadId")
	return r.key != "" && r.method != http.MethodGet && r.method != http.MethodHead && !part
}

// end notes how COS answered.
func (l *ledger) end(r request, a rawcos.Answer) {
	if !r.writes() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch id := r.query.Get("uploadId"); {
	case r.subresource == "uploads":
		var begun struct {
			UploadID string `xml:"UploadId"`
		}
		if a.Decode(&begun) == nil && begun.UploadID != "" {
			l.uploads[item{r.key, begun.UploadID}] = true
		}
		return
	case id != "" && a.OK():
		delete(l.uploads, item{r.key, id})
	}
	if version := a.Header.Get("X-Cos-Version-Id"); a.OK() && version != "" && r.query.Get("versionId") == "" {
		l.versions[item{r.key, version}] = true
	}
	switch {
	case r.method == http.MethodDelete:
	case a.OK():
		l.keys[r.key] = true
	case a.Status/100 == 4 && !l.keys[r.key]:
		delete(l.keys, r.key)
	}
}

func (l *ledger) sortedKeys() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.keys))
}

func (l *ledger) sortedVersions() []item { return l.sorted(&l.versions) }

func (l *ledger) sortedUploads() []item { return l.sorted(&l.uploads) }

func (l *ledger) sorted(of *map[item]bool) []item {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.SortedFunc(maps.Keys(*of), func(a, b item) int { return strings.Compare(a.key+"\n"+a.id, b.key+"\n"+b.id) })
}
