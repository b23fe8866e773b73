package listing

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Query requests the first keys after Marker that begin with Prefix.
type Query struct {
	Region, Bucket string
	Prefix, Marker string
}

// Page is a page of a listing.
type Page struct {
	Objects   []Object // in byte order of the keys
	Truncated bool     // further keys with the prefix exist
	Made      time.Time
}

// page is a page with its query, which tells what its missing keys mean.
type page struct {
	Page
	query Query
}

// last returns the last key on the page, or "" if it is empty.
func (p *page) last() string {
	if len(p.Objects) == 0 {
		return ""
	}
	return p.Objects[len(p.Objects)-1].Key
}

// covers reports whether the page would contain the key if it existed.
func (p *page) covers(key string) bool {
	return key > p.query.Marker && strings.HasPrefix(key, p.query.Prefix) && (!p.Truncated || key <= p.last())
}

func (p *page) find(key string) (Object, bool) {
	at, ok := slices.BinarySearchFunc(p.Objects, key, func(o Object, key string) int { return strings.Compare(o.Key, key) })
	if !ok {
		return Object{}, false
	}
	return p.Objects[at], true
}

// folder returns the longest common prefix that ends with a slash, or "". A
// longer prefix would be a guess about names, and its pages would miss
// neighboring keys.
func folder(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:strings.LastIndexByte(a[:n], '/')+1]
}

// before returns a key shortly before another one, so that a page after it starts
// with the closest neighbors.
func before(key string) string {
	_, size := utf8.DecodeLastRuneInString(key)
	return key[:len(key)-size]
}
