package cosmock

import (
	"fmt"
	"net/http"
	"time"
)

// restoration is what POST Object restore has begun for an archived object.
type restoration struct {
	requested, ready, expires time.Time
	tier                      string
}

func (r *restoration) ongoing(now time.Time) bool { return r != nil && now.Before(r.ready) }

func (r *restoration) done(now time.Time) bool {
	return r != nil && !now.Before(r.ready) && now.Before(r.expires)
}

// headers tell how a restoration stands ("HEAD Object").
func (r *restoration) headers(h http.Header, now time.Time) {
	switch {
	case r.ongoing(now):
		h.Set("X-Cos-Restore", `ongoing-request="true"`)
		h.Set("X-Cos-Restore-Status", fmt.Sprintf(`tier="%s"; request-date="%s"`, r.tier, r.requested.UTC().Format(http.TimeFormat)))
	case r.done(now):
		h.Set("X-Cos-Restore", fmt.Sprintf(`ongoing-request="false", expiry-date="%s"`, r.expires.UTC().Format(http.TimeFormat)))
	}
}

func (v *version) archived() bool { return v.class == classArchive || v.class == classDeepArchive }

// readable reports whether the data can be had: an archived object has to be
// restored first.
func (v *version) readable(now time.Time) bool { return !v.archived() || v.restoration.done(now) }
