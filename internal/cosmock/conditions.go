package cosmock

import (
	"net/http"
	"strings"
	"time"
)

// conditions holds the If-* headers of a read, or the x-cos-copy-source-If-*
// headers of a copy.
type conditions struct {
	match, noneMatch, modifiedSince, unmodifiedSince string
}

func readConditions(h http.Header, prefix string) conditions {
	return conditions{
		match:           h.Get(prefix + "If-Match"),
		noneMatch:       h.Get(prefix + "If-None-Match"),
		modifiedSince:   h.Get(prefix + "If-Modified-Since"),
		unmodifiedSince: h.Get(prefix + "If-Unmodified-Since"),
	}
}

// wellFormed reports whether the dates are valid.
func (c conditions) wellFormed() bool {
	for _, date := range []string{c.modifiedSince, c.unmodifiedSince} {
		if _, err := http.ParseTime(date); date != "" && err != nil {
			return false
		}
	}
	return true
}

// check returns 200 if the conditions hold, 412 if If-Match or
// If-Unmodified-Since fails, and 304 if If-None-Match or If-Modified-Since fails.
// An ETag condition takes precedence over the corresponding date (RFC 9110,
// section 13.2.2).
func (c conditions) check(v *version) int {
	modified := v.modified.Truncate(time.Second)
	switch {
	case c.match != "":
		if !matchesETag(c.match, v.etag) {
			return http.StatusPreconditionFailed
		}
	case c.unmodifiedSince != "":
		if t, err := http.ParseTime(c.unmodifiedSince); err == nil && modified.After(t) {
			return http.StatusPreconditionFailed
		}
	}
	switch {
	case c.noneMatch != "":
		if matchesETag(c.noneMatch, v.etag) {
			return http.StatusNotModified
		}
	case c.modifiedSince != "":
		if t, err := http.ParseTime(c.modifiedSince); err == nil && !modified.After(t) {
			return http.StatusNotModified
		}
	}
	return http.StatusOK
}

// sourceHolds reports whether the conditions on a copy's source hold. COS's page
// on copies does not say which condition takes precedence.
func (u *Undocumented) sourceHolds(c conditions, v *version) bool {
	if c.match != "" && c.unmodifiedSince != "" {
		since := c
		since.match = ""
		switch {
		case u.UnmodifiedSinceWins:
			c = since
		case u.CopyConditionsAll && since.check(v) != http.StatusOK:
			return false
		}
	}
	return c.check(v) == http.StatusOK
}

// matchesETag reports whether a list of ETags, quoted or not, or "*" matches an
// ETag.
func matchesETag(list, etag string) bool {
	for candidate := range strings.SplitSeq(list, ",") {
		candidate = strings.Trim(strings.TrimSpace(candidate), `"`)
		if candidate == "*" || candidate == etag {
			return true
		}
	}
	return false
}
