package bulk

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// lanesWanted is the maximum number of key ranges that are processed in parallel.
// With lanesEnough, no more are searched for. mostProbes limits the requests of
// that search.
const (
	lanesWanted = 16
	lanesEnough = 8
	mostProbes  = 64
)

// The characters between which keys are cut. Keys with other characters stay with
// their neighbors.
const firstCut, lastCut = ' ', '~'

// cuts are keys at which a listing is split, in order.
type cuts struct {
	at  []string
	err error
}

// split determines where the listing after its first page can be cut. Any text is
// a valid cut that neither loses nor repeats a key, so the probes only determine
// how even the lanes are.
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

// splitter sends the probes.
type splitter struct {
	job    Job
	ctx    context.Context //nolint:containedctx // of the single call that it is used for
	probes int
	err    error
}

// next returns the first key after a marker that begins with a prefix.
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

// divide splits the keys that begin with a prefix where they first differ; key is
// the first of them. It returns the resulting prefixes.
func (s *splitter) divide(prefix, key string) []string {
	// All keys share a prefix of the first key up to some length: no key follows
	// those with that prefix.
	least := len(prefix)
	same := least + sort.Search(len(key)-least, func(n int) bool {
		_, more := s.next(behind(key[:least+n+1]), prefix)
		return more
	})
	return s.children(key[:same])
}

// divideGroup splits a prefix further if possible.
func (s *splitter) divideGroup(group string) []string {
	if key, ok := s.next(group, group); ok {
		if inside := s.divide(group, key); len(inside) > 1 {
			inside[0] = group
			return inside
		}
	}
	return []string{group}
}

// children returns the prefixes of keys that are one character longer than
// prefix.
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

// behind returns a marker after all keys with the prefix: the prefix with its
// last character incremented. A prefix that ends with a non-ASCII character is
// cut before it.
func behind(prefix string) string {
	last := len(prefix) - 1
	if c := prefix[last]; c >= firstCut && c < lastCut {
		return prefix[:last] + string(rune(c+1))
	}
	return strings.TrimRightFunc(prefix, func(r rune) bool { return r > lastCut }) + "\U0010FFFF"
}

// even drops cuts until there are no more than needed between the lanes.
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
