package main

import (
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"sync"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/rawcos"
)

// item is an object, a version of one, or an upload, as a listing shows it.
type item struct {
	Key     string
	Version string `xml:"VersionId"`
	Upload  string `xml:"UploadId"`
}

// ledger records what a run may have written, so that it is removed and checked even if no listing shows it yet.
type ledger struct {
	mu    sync.Mutex
	keys  map[string]bool // that may exist; false as long as COS may still refuse to write it
	items map[item]bool
}

// record records what a request may have made. Without a response, which is the zero answer, it may have made anything:
// that is how a request is recorded before it is sent.
func (l *ledger) record(r request, a rawcos.Answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	writes := r.key != "" && (r.method == http.MethodPut || r.method == http.MethodPost)
	switch {
	case !writes:
	case a.Status/100 == 4 && !l.keys[r.key]:
		delete(l.keys, r.key)
	default:
		l.keys[r.key] = l.keys[r.key] || a.OK()
	}
	if id := uploadID(a); id != "" && r.subresource == "uploads" {
		l.items[item{Key: r.key, Upload: id}] = true
	}
	if id := a.Header.Get("X-Cos-Version-Id"); id != "" && a.OK() && (writes || r.method == http.MethodDelete) && !r.query.Has("versionId") {
		l.items[item{Key: r.key, Version: id}] = true
	}
}

// uploadID returns the ID of the multipart upload that a response confirms, or "".
func uploadID(a rawcos.Answer) string {
	var begun item
	_ = xml.Unmarshal(a.Body, &begun)
	return begun.Upload
}

func (l *ledger) known() (keys []string, items []item) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.keys)), slices.Collect(maps.Keys(l.items))
}
