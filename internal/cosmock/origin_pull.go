package cosmock

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// OriginMode is how an origin-pull rule answers a request that fails. Source:
// COS documentation, "Setting Origin-Pull".
type OriginMode int

const (
	// OriginRedirect answers 302 with the address at the origin. It is the one
	// mode that may be set to statuses other than 404, and that a HEAD triggers.
	OriginRedirect OriginMode = iota
	// OriginAsync is the asynchronous mode: a GET of a missing key is answered
	// by 302. The origin is not asked: nothing is stored.
	OriginAsync
	// OriginFailing is the synchronous mode with an origin that fails: a GET of
	// a missing key is answered by 424, whose code is not documented.
	OriginFailing
)

// OriginPull is an origin-pull rule of all buckets. With an empty Origin there
// is none.
type OriginPull struct {
	Origin   string // such as https://origin.example.com
	Mode     OriginMode
	Statuses []int // of OriginRedirect: what it answers for; default 404
}

// statusFailedOrigin is COS's answer when the origin answers neither with the
// object nor with 404.
const statusFailedOrigin = http.StatusFailedDependency

// pull answers for a refused read of an object as the origin-pull rule has it.
// It returns the error itself if the rule says nothing about it.
func (x *exchange) pull(err error) error {
	rule := x.server.opts.OriginPull
	read := x.r.Method == http.MethodGet || x.r.Method == http.MethodHead && rule.Mode == OriginRedirect
	if rule.Origin == "" || !read || x.address.key == "" || x.subresource != "" {
		return err
	}
	statuses := []int{http.StatusNotFound}
	if rule.Mode == OriginRedirect && len(rule.Statuses) > 0 {
		statuses = rule.Statuses
	}
	if refused := asAPIError(err); x.bucket == nil || !slices.Contains(statuses, refused.status) {
		return err
	}
	if rule.Mode == OriginFailing {
		return &apiError{status: statusFailedOrigin, message: "The origin failed."}
	}
	target := (&url.URL{Path: "/" + x.address.key}).EscapedPath()
	return &apiError{status: http.StatusFound, header: http.Header{"Location": {strings.TrimSuffix(rule.Origin, "/") + target}}}
}
