package directory

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
)

// sweep finds many keys in a listing, page by page. Each page begins at a key
// that is wanted, so that stretches of other objects are skipped, and pages end
// when they bring less than requests for the single objects would.
type sweep struct {
	keys   []string // wanted, in the order of their bytes
	prefix string
	next   int // the first key that no page has covered
	pages  int
	// proved counts the keys of which a page said what is to be known.
	proved int
	off    bool
	found  map[string]observation
}

// observation is what a page says of a key. Absent: the page would show it.
type observation struct {
	listing.Object
	Made   time.Time
	Absent bool
}

const (
	// pagesAhead is how many more pages there may be than keys answered by them.
	pagesAhead = 4
	// pageWorth is how many keys a page has to answer in the long run, once
	// pageTrial of them were asked for: a page is a larger answer than a HEAD.
	pageWorth = 4
	pageTrial = 16
)

func newSweep(prefix string, keys []string) *sweep {
	return &sweep{keys: keys, prefix: prefix, found: make(map[string]observation, len(keys))}
}

// query is the page to ask for; ok is false at the end. The keys that no page
// has covered by then are asked for one by one.
func (s *sweep) query(region, bucket string) (q listing.Query, ok bool) {
	if s.off || s.next == len(s.keys) ||
		s.pages >= pagesAhead+s.proved || pageWorth*s.pages >= pageWorth*pageTrial+s.proved {
		return listing.Query{}, false
	}
	return listing.Query{Region: region, Bucket: bucket, Prefix: s.prefix, Marker: justBefore(s.keys[s.next])}, true
}

// pageKeys is how many keys a page has at most. Source: COS API documentation,
// "GET Bucket (List Objects)".
const pageKeys = 1000

// ahead are the pages that can be asked for side by side, once one page has
// answered for a thousand wanted keys: if the prefix has no other objects, each
// of the rest begins where the one before ends.
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

// covers reports whether a page answers for the next key that is wanted.
func (s *sweep) covers(q listing.Query, p listing.Page) bool {
	key := s.keys[s.next]
	return q.Marker < key && (!p.Truncated || len(p.Objects) > 0 && key <= p.Objects[len(p.Objects)-1].Key)
}

// take adds a page. One that cannot be believed ends the sweep: it says nothing
// of any key. proved tells whether an entry says what is to be known of its key.
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

// rest are the keys that no page has covered.
func (s *sweep) rest() []string { return s.keys[s.next:] }

// justBefore is a text that sorts before the key and after nearly all that do:
// a page after it begins with the key. A key has no control characters.
func justBefore(key string) string {
	last, size := utf8.DecodeLastRuneInString(key)
	stem := key[:len(key)-size]
	switch {
	case last <= ' ' || last == utf8.RuneError:
		return stem
	case last == 0xe000: // before it are the surrogates, which are no characters
		last = 0xd7ff
	case last == 0x80, last == 0xa0: // before them are control characters
		last = '~'
	default:
		last--
	}
	return stem + string(last) + "\U0010fffd"
}
