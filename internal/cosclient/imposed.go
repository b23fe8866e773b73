package cosclient

import (
	"maps"
	"net/http"
)

// Imposed maps headers that COS returns for an object without having stored them
// with it to the values that it returns.
type Imposed map[string]string

const (
	headerDisposition   = "Content-Disposition"
	headerForceDownload = "X-Cos-Force-Download"
)

// imposedBy returns the headers that a response declares as imposed. On default
// domains of buckets created since 2024-01-01, a Content-Disposition replaces the
// object's own. Source: COS documentation, "Managing Domain Names", which
// mentions only GET; HEAD may do the same.
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

// Replace replaces imposed values in shown with the stored ones.
func (i Imposed) Replace(shown *Attributes, stored Attributes) {
	for name, value := range shown.Headers() {
		if imposed, ok := i[name]; ok && imposed == *value {
			*value = stored.Header(name)
		}
	}
}
