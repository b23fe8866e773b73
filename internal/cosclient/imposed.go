package cosclient

import (
	"maps"
	"net/http"
)

// Imposed are headers, by name, that COS shows for an object although they are
// not stored with it, and the values that it shows.
type Imposed map[string]string

const (
	headerDisposition   = "Content-Disposition"
	headerForceDownload = "X-Cos-Force-Download"
)

// imposedBy returns what an answer says to be imposed: on default domains of
// buckets created since 2024-01-01 a Content-Disposition takes the place of the
// object's own. Source: COS documentation, "Managing Domain Names"; it speaks of
// GET alone, and HEAD may do the same.
func imposedBy(h http.Header) Imposed {
	if h.Get(headerForceDownload) != "true" {
		return nil
	}
	return Imposed{headerDisposition: h.Get(headerDisposition)}
}

// Add adds a header.
func (i *Imposed) Add(name, value string) {
	if *i == nil {
		*i = Imposed{}
	}
	(*i)[name] = value
}

// Clone returns a copy.
func (i Imposed) Clone() Imposed { return maps.Clone(i) }

// Replace puts what an object has in the place of what is imposed on it.
func (i Imposed) Replace(shown *Attributes, stored Attributes) {
	for name, value := range shown.Headers() {
		if imposed, ok := i[name]; ok && imposed == *value {
			*value = stored.Header(name)
		}
	}
}
