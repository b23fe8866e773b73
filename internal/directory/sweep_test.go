package directory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
)

// run sweeps a bucket with the stored keys, in pages of a thousand, and returns
// the number of requests: pages, plus one for each uncovered key.
func run(t *testing.T, keys, stored []string, proves bool) (requests int, s *sweep) {
	t.Helper()
	slices.Sort(keys)
	slices.Sort(stored)
	s = newSweep("p/", keys)
	var ahead []fetched
	list := func(q listing.Query) listing.Page {
		requests++
		from, _ := slices.BinarySearch(stored, q.Marker)
		var p listing.Page
		for _, key := range stored[from:] {
			if key == q.Marker {
				continue
			}
			if len(p.Objects) == 1000 {
				p.Truncated = true
				break
			}
			p.Objects = append(p.Objects, listing.Object{Key: key})
		}
		return p
	}
	for {
		q, ok := s.query("r", "b")
		if !ok {
			break
		}
		if at := slices.IndexFunc(ahead, func(f fetched) bool { return s.covers(f.query, f.page) }); at >= 0 {
			s.take(ahead[at].query, ahead[at].page, func(observation) bool { return proves })
			ahead = slices.Delete(ahead, at, at+1)
			continue
		}
		s.take(q, list(q), func(seen observation) bool { return proves })
		for _, q := range s.ahead("r", "b") {
			ahead = append(ahead, fetched{q, list(q)})
		}
	}
	for key, seen := range s.found {
		if _, there := slices.BinarySearch(stored, key); there == seen.Absent {
			t.Errorf("%s: absent %v", key, seen.Absent)
		}
	}
	return requests + len(s.rest()), s
}

func numbered(format string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(format, i)
	}
	return all
}

// A sweep sends at most a few more requests than one per object.
func TestSweepCost(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		keys, others []string
		most         int
	}{
		"nothing":                 {nil, nil, 0},
		"one":                     {numbered("p/%d", 1), nil, 1},
		"ten thousand":            {numbered("p/%05d", 10_000), nil, 11},
		"ten thousand, and some":  {numbered("p/%05d", 10_001), nil, 12},
		"others after a while":    {numbered("p/%05d", 5_000), numbered("p/02%03d-theirs", 1000), 8},
		"as many of others":       {numbered("p/%05d", 5_000), numbered("p/%05d-theirs", 5_000), 12},
		"a stretch of others":     {slices.Concat(numbered("p/a%03d", 500), numbered("p/z%03d", 500)), numbered("p/m%06d", 50_000), 3},
		"behind a stretch":        {numbered("p/z%04d", 1000), numbered("p/a%06d", 50_000), 2},
		"beside many in a folder": {numbered("p/f/z%d", 10), numbered("p/f/a%06d", 50_000), 1},
		"each between a thousand": {numbered("p/%03d/zz", 60), dense(60), 60 + pagesAhead},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, proves := range []bool{true, false} {
				most := tc.most
				if !proves {
					most = max(most, pagesAhead+len(tc.keys))
				}
				got, s := run(t, slices.Clone(tc.keys), slices.Concat(tc.keys, tc.others), proves)
				if got > most {
					t.Errorf("%d requests, want at most %d", got, most)
				}
				if !proves && s.pages > pagesAhead {
					t.Errorf("%d pages that prove nothing", s.pages)
				}
			}
			if got, _ := run(t, slices.Clone(tc.keys), tc.others, true); got > tc.most {
				t.Errorf("before the create: %d requests, want at most %d", got, tc.most)
			}
		})
	}
}

// dense returns a thousand objects before each p/000/zz.
func dense(folders int) []string {
	var all []string
	for i := range folders {
		all = append(all, numbered(fmt.Sprintf("p/%03d/a%%04d", i), 1000)...)
	}
	return all
}

// An inconsistent page does not prove that an object is absent.
func TestHostileListing(t *testing.T) {
	t.Parallel()
	object := func(keys ...string) (all []listing.Object) {
		for _, key := range keys {
			all = append(all, listing.Object{Key: key})
		}
		return all
	}
	for name, p := range map[string]listing.Page{
		"out of order":            {Objects: object("p/c", "p/a")},
		"twice the same":          {Objects: object("p/a", "p/a")},
		"before the marker":       {Objects: object("p/0")},
		"outside of the prefix":   {Objects: object("p/a", "q")},
		"truncated after nothing": {Truncated: true},
		"refused":                 {},
	} {
		s := newSweep("p/", []string{"p/a", "p/b"})
		q, ok := s.query("r", "b")
		if !ok {
			t.Fatal("no page is asked for")
		}
		if name == "refused" {
			s.fail()
		} else {
			s.take(q, p, func(observation) bool { return true })
		}
		if _, ok := s.query("r", "b"); ok || len(s.found) != 0 || len(s.rest()) != 2 {
			t.Errorf("%s: found %v", name, s.found)
		}
	}
}

func TestJustBefore(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"a", "p/b5", "p/ ", "p/!", "p/é", "p/\u0080", "p/\u00a0", "p/\ue000", "p/\U0001f600", "p/\xff", "p/\U00010000"} {
		marker := justBefore(key)
		if marker >= key {
			t.Errorf("%q comes not before %q", marker, key)
		}
		if n := len(key) - 2; n > 0 && !strings.HasPrefix(marker, "p/") {
			t.Errorf("%q is far from %q", marker, key)
		}
		for _, r := range marker {
			if r < ' ' || r >= 0x7f && r < 0xa0 {
				t.Errorf("%q has a control character", marker)
			}
		}
	}
}

func TestListingEntryProvesOnlyWhatIsRecorded(t *testing.T) {
	t.Parallel()
	e := stored("a", "a")
	made := written.Add(time.Minute)
	for name, tc := range map[string]struct {
		change func(*listing.Object)
		want   bool
	}{
		"the same": {func(*listing.Object) {}, true},
		"size":     {func(o *listing.Object) { o.Size++ }, false},
		"ETag":     {func(o *listing.Object) { o.ETag = "x" }, false},
		"class":    {func(o *listing.Object) { o.StorageClass = "ARCHIVE" }, false},
		"newer":    {func(o *listing.Object) { o.LastModified = written.Add(time.Second) }, false},
		"lagging":  {func(o *listing.Object) { o.LastModified = written.Add(-time.Second) }, false},
		"its name": {func(o *listing.Object) { o.Key = "b" }, false},
	} {
		shown := e.listed("a")
		tc.change(&shown)
		if got := e.proves("a", shown, made); got != tc.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if e.proves("a", e.listed("a"), written) {
		t.Error("a page of the very second proves nothing")
	}
}
