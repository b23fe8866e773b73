package listing

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Query asks for a page: the first keys after Marker that begin with Prefix.
type Query struct {
	Region, Bucket string
	Prefix, Marker string
}

// Page is a page of a listing.
type Page struct {
	Objects   []Object // in the order of the keys' bytes
	Truncated bool     // keys with the prefix follow
	Made      time.Time
}

// page is a page with what it was asked for, and so with what it says of keys
// that are not on it.
type page struct {
	Page
	query Query
}

// last is the last key on the page, "" if it is empty.
func (p *page) last() string {
	if len(p.Objects) == 0 {
		return ""
	}
	return p.Objects[len(p.Objects)-1].Key
}

// covers reports whether the page would show the key.
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

// folder is the longest prefix of both that ends with a slash, or "". A longer
// one would be a guess at names, and a page that ends with it would miss those
// beside it.
func folder(a, b string) string {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:strings.LastIndexByte(a[:n], '/')+1]
}

// before is a key shortly before another one: a page after it begins with the
// key's closest neighbours.
func before(key string) string {
	_, size := utf8.DecodeLastRuneInString(key)
	return key[:len(key)-size]
}
