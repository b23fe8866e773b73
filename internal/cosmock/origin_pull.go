package cosmock

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// OriginMode is how an origin-pull rule responds to a failed request. Source: COS
// documentation, "Setting Origin-Pull".
type OriginMode int

const (
	// OriginRedirect answers 302 with the address at the origin. It is the only
	// mode that can apply to statuses other than 404 and to HEAD.
	OriginRedirect OriginMode = iota
	// OriginAsync is the asynchronous mode: a GET of a missing key gets a 302.
	// The server does not contact the origin and stores nothing.
	OriginAsync
	// OriginFailing is the synchronous mode with a failing origin: a GET of a
	// missing key gets a 424. Its error code is not documented.
	OriginFailing
)

// OriginPull is an origin-pull rule of all buckets. An empty Origin means that
// there is no rule.
type OriginPull struct {
	Origin   string // such as https://origin.example.com
	Mode     OriginMode
	Statuses []int // statuses that OriginRedirect applies to; default 404
}

// statusFailedOrigin is COS's status if the origin returns neither the object nor
// a 404.
const statusFailedOrigin = http.StatusFailedDependency

// pull returns the response that the origin-pull rule prescribes for a failed
// read of an object, or the error itself if no rule applies.
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
