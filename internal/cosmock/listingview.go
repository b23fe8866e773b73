package cosmock

import (
	"time"
)

// listingView is the state of the bucket that listings show. Normally this is the
// index itself. While it is frozen, or if Options.ListingLag is set, it is an
// older state, as COS does not guarantee that a listing includes the latest
// write.
type listingView struct {
	frozen  bool
	view    *index // nil if listings show the index itself
	pending []pendingChange
}

type pendingChange struct {
	at       time.Time
	key      string
	versions []*version
}

// note records a change that was made to the index.
func (l *listingView) note(key string, versions []*version, s *Server) {
	lag := s.opts.ListingLag
	if lag == 0 && !l.frozen {
		return
	}
	if l.view == nil {
		l.view = &index{}
	}
	l.pending = append(l.pending, pendingChange{at: s.now().Add(lag), key: key, versions: versions})
}

// current returns the index to list, after it has applied the changes that are
// due.
func (l *listingView) current(live *index, now time.Time) *index {
	if l.view == nil {
		return live
	}
	if !l.frozen {
		for len(l.pending) > 0 && !l.pending[0].at.After(now) {
			l.view.set(l.pending[0].key, l.pending[0].versions)
			l.pending = l.pending[1:]
		}
	}
	return l.view
}

// FreezeListing makes the listings of a bucket show its current state until
// ThawListing is called.
func (s *Server) FreezeListing(name string) error {
	return s.administer(name, func(b *bucket) error {
		b.listing.current(&b.index, s.now())
		if b.listing.view == nil {
			b.listing.view = b.index.clone()
		}
		b.listing.frozen = true
		return nil
	})
}

// ThawListing makes listings show the changes since FreezeListing.
func (s *Server) ThawListing(name string) error {
	return s.administer(name, func(b *bucket) error {
		b.listing.frozen = false
		if s.opts.ListingLag == 0 {
			b.listing.view, b.listing.pending = nil, nil
		}
		return nil
	})
}
