package credentials

import (
	"context"
	"time"
)

// WithoutPauses makes a source retry without waiting.
func WithoutPauses(s *Source) *Source {
	at := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	if c, ok := s.Provider.(*Cached); ok {
		switch p := c.source.(type) {
		case *assumeRole:
			p.sts.sleep = at
		case *mfaSession:
			p.sts.sleep = at
		case *samlRole:
			p.sts.sleep = at
		case *webIdentity:
			p.sts.sleep = at
		case *instanceRole:
			p.sleep = at
		}
	}
	return s
}

// Redirect makes a source call STS at another host.
func Redirect(s *Source, host string) {
	c, ok := s.Provider.(*Cached)
	if !ok {
		return
	}
	switch p := c.source.(type) {
	case *assumeRole:
		p.sts.endpoint.Host = host
	case *mfaSession:
		p.sts.endpoint.Host = host
	}
}
