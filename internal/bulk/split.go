package bulk

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// lanesWanted is how many stretches of keys are worked on side by side at most,
// and lanesEnough from how many on none is looked for. mostProbes is how many
// requests may go into that.
const (
	lanesWanted = 16
	lanesEnough = 8
	mostProbes  = 64
)

// The characters between which keys are cut. What lies outside of them stays
// with its neighbours.
const firstCut, lastCut = ' ', '~'

// cuts are keys at which a listing is cut, in order.
type cuts struct {
	at  []string
	err error
}

// split finds out where the listing that follows its first page can be cut.
// Any text is a cut that loses no key and names none twice, so the answers of
// the probes only decide how even the lanes are.
func (j Job) split(ctx context.Context, first cosclient.Page) cuts {
	if len(first.Entries) == 0 {
		return cuts{}
	}
	s := splitter{job: j, ctx: ctx, probes: mostProbes}
	groups := s.divide(j.Prefix, first.Entries[0].Key)
	for s.err == nil && s.probes > 0 && len(groups) > 0 && len(groups) < lanesEnough {
		var finer []string
		for _, g := range groups {
			finer = append(finer, s.divideGroup(g)...)
		}
		if len(finer) == len(groups) {
			break
		}
		groups = finer
	}
	groups = slices.DeleteFunc(groups, func(at string) bool { return at <= first.NextMarker })
	return cuts{even(groups), s.err}
}

// splitter spends the probes.
type splitter struct {
	job    Job
	ctx    context.Context //nolint:containedctx // of the one call that it lives for
	probes int
	err    error
}

// next returns the first key behind a marker that begins with a prefix.
func (s *splitter) next(marker, prefix string) (string, bool) {
	if s.err != nil || s.probes == 0 {
		return "", false
	}
	s.probes--
	page, err := s.job.Client.List(s.ctx, s.job.Region, s.job.Bucket, cosclient.ListInput{Prefix: prefix, Marker: marker, MaxKeys: 1})
	if err != nil {
		s.err = err
		return "", false
	}
	if len(page.Entries) == 0 {
		return "", false
	}
	return page.Entries[0].Key, true
}

// divide cuts the keys that begin with a prefix, of which key is the first,
// where they first differ. The result are the beginnings that they then have.
func (s *splitter) divide(prefix, key string) []string {
	// All of them begin as the first one does, up to some length: none follows
	// the keys that have it.
	least := len(prefix)
	same := least + sort.Search(len(key)-least, func(n int) bool {
		_, more := s.next(behind(key[:least+n+1]), prefix)
		return more
	})
	return s.children(key[:same])
}

// divideGroup divides one of the beginnings, if it can be.
func (s *splitter) divideGroup(group string) []string {
	if key, ok := s.next(group, group); ok {
		if inside := s.divide(group, key); len(inside) > 1 {
			inside[0] = group
			return inside
		}
	}
	return []string{group}
}

// children are the prefixes one character longer than prefix that keys begin
// with.
func (s *splitter) children(prefix string) []string {
	var found []string
	marker := prefix
	for {
		key, ok := s.next(marker, prefix)
		if !ok || len(key) <= len(prefix) || key[len(prefix)] < firstCut || key[len(prefix)] > lastCut {
			return found
		}
		child := key[:len(prefix)+1]
		found = append(found, child)
		marker = behind(child)
	}
}

// behind is a marker that all keys with the prefix sort before, or are: the
// prefix whose last character is the next one. A prefix that ends in another
// character than ASCII is cut there.
func behind(prefix string) string {
	last := len(prefix) - 1
	if c := prefix[last]; c >= firstCut && c < lastCut {
		return prefix[:last] + string(rune(c+1))
	}
	return strings.TrimRightFunc(prefix, func(r rune) bool { return r > lastCut }) + "\U0010FFFF"
}

// even leaves as many cuts as there may be between lanes.
func even(cuts []string) []string {
	if len(cuts) < lanesWanted {
		return cuts
	}
	var chosen []string
	for i := range lanesWanted - 1 {
		chosen = append(chosen, cuts[(i+1)*len(cuts)/lanesWanted])
	}
	return chosen
}
