package cosmock

import "strings"

// guard holds a write's conditions on the object that it would replace.
type guard struct {
	forbidOverwrite  bool // x-cos-forbid-overwrite, which has no effect once versioning was ever enabled
	match, noneMatch string
}

// guard reads the conditions. COS ignores the HTTP ones unless
// Undocumented.ConditionalWrites is set.
func (x *exchange) guard() guard {
	h := x.r.Header
	g := guard{forbidOverwrite: strings.EqualFold(h.Get("X-Cos-Forbid-Overwrite"), "true")}
	if x.undocumented.ConditionalWrites {
		g.match, g.noneMatch = h.Get("If-Match"), h.Get("If-None-Match")
	}
	return g
}

// check compares the conditions with the existing versions.
func (g guard) check(versions []*version) error {
	there := len(versions) > 0 && !versions[0].deleteMarker
	if g.match != "" && (!there || !matchesETag(g.match, versions[0].etag)) ||
		g.noneMatch != "" && there && matchesETag(g.noneMatch, versions[0].etag) {
		return fail("PreconditionFailed")
	}
	return nil
}
