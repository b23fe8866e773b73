package cosmock

import "strings"

// guard is what a write wants of the object that it is about to replace.
type guard struct {
	forbidOverwrite  bool // x-cos-forbid-overwrite, which does nothing once versioning was ever enabled
	match, noneMatch string
}

// guard reads the headers. The conditions of HTTP have none of COS's attention
// unless Undocumented.ConditionalWrites gives it to them.
func (x *exchange) guard() guard {
	h := x.r.Header
	g := guard{forbidOverwrite: strings.EqualFold(h.Get("X-Cos-Forbid-Overwrite"), "true")}
	if x.undocumented.ConditionalWrites {
		g.match, g.noneMatch = h.Get("If-Match"), h.Get("If-None-Match")
	}
	return g
}

// check compares the conditions of HTTP with the versions that are there.
func (g guard) check(versions []*version) error {
	there := len(versions) > 0 && !versions[0].deleteMarker
	if g.match != "" && (!there || !matchesETag(g.match, versions[0].etag)) ||
		g.noneMatch != "" && there && matchesETag(g.noneMatch, versions[0].etag) {
		return fail("PreconditionFailed")
	}
	return nil
}
