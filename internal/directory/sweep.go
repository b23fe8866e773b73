package directory

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
)

// sweep looks up many keys in a listing. Each page begins at a wanted key, so
// that ranges of other objects are skipped. It stops when further pages would
// answer fewer keys than requests for the single objects.
type sweep struct {
	keys   []string // wanted keys, sorted by their bytes
	prefix string
	next   int // index of the first key that no page has covered
	pages  int
	// proved counts the keys about which a page said enough.
	proved int
	off    bool
	found  map[string]observation
}

// observation is what a page says about a key. Absent means that the page would
// have shown it.
type observation struct {
	listing.Object
	Made   time.Time
	Absent bool
}

const (
	// pagesAhead is by how many the pages may exceed the keys that they answered.
	pagesAhead = 4
	// pageWorth is the average number of keys that a page must answer once
	// pageTrial pages were requested, because a page is a larger response than
	// that to a HEAD.
	pageWorth = 4
	pageTrial = 16
)

func newSweep(prefix string, keys []string) *sweep {
	return &sweep{keys: keys, prefix: prefix, found: make(map[string]observation, len(keys))}
}

// query returns the next page to request; ok is false at the end. Keys that no
// page has covered by then are requested individually.
func (s *sweep) query(region, bucket string) (q listing.Query, ok bool) {
	if s.off || s.next == len(s.keys) ||
		s.pages >= pagesAhead+s.proved || pageWorth*s.pages >= pageWorth*pageTrial+s.proved {
		return listing.Query{}, false
	}
	return listing.Query{Region: region, Bucket: bucket, Prefix: s.prefix, Marker: justBefore(s.keys[s.next])}, true
}

// pageKeys is the maximum number of keys per page. Source: COS API documentation,
// "GET Bucket (List Objects)".
const pageKeys = 1000

// ahead returns the pages that can be requested concurrently, once one page has
// answered a thousand wanted keys. If the prefix contains no other objects, each
// further page begins where the previous one ends.
func (s *sweep) ahead(region, bucket string) []listing.Query {
	if s.off || s.next < pageKeys || s.proved < pageKeys || s.pages != 1 || len(s.keys)-s.next <= pageKeys {
		return nil
	}
	var all []listing.Query
	for at := s.next; at < len(s.keys); at += pageKeys {
		all = append(all, listing.Query{Region: region, Bucket: bucket, Prefix: s.prefix, Marker: justBefore(s.keys[at])})
	}
	return all
}

// covers reports whether a page answers the next wanted key.
func (s *sweep) covers(q listing.Query, p listing.Page) bool {
	key := s.keys[s.next]
	return q.Marker < key && (!p.Truncated || len(p.Objects) > 0 && key <= p.Objects[len(p.Objects)-1].Key)
}

// take evaluates a page. An inconsistent page ends the sweep without an answer
// for any key. proved reports whether an entry says enough about its key.
func (s *sweep) take(q listing.Query, p listing.Page, proved func(observation) bool) {
	s.pages++
	last := ""
	for i, o := range p.Objects {
		if o.Key <= last && i > 0 || o.Key <= q.Marker || !strings.HasPrefix(o.Key, q.Prefix) {
			s.off = true
			return
		}
		last = o.Key
	}
	if p.Truncated && last == "" {
		s.off = true
		return
	}
	objects := p.Objects
	for s.next < len(s.keys) {
		key := s.keys[s.next]
		if p.Truncated && key > last {
			break
		}
		at, ok := slices.BinarySearchFunc(objects, key, func(o listing.Object, key string) int { return strings.Compare(o.Key, key) })
		seen := observation{Made: p.Made, Absent: !ok}
		if ok {
			seen.Object = objects[at]
		}
		objects = objects[at:]
		s.found[key] = seen
		if proved(seen) {
			s.proved++
		}
		s.next++
	}
}

// fail ends the sweep after a refusal.
func (s *sweep) fail() { s.off = true }

// rest returns the keys that no page has covered.
func (s *sweep) rest() []string { return s.keys[s.next:] }

// justBefore returns a marker that sorts before the key and after nearly all
// others that do, so that the page begins with the key. Keys contain no control
// characters.
func justBefore(key string) string {
	last, size := utf8.DecodeLastRuneInString(key)
	stem := key[:len(key)-size]
	switch {
	case last <= ' ' || last == utf8.RuneError:
		return stem
	case last == 0xe000: // the preceding code points are surrogates
		last = 0xd7ff
	case last == 0x80, last == 0xa0: // the preceding code points are control characters
		last = '~'
	default:
		last--
	}
	return stem + string(last) + "\U0010fffd"
}
