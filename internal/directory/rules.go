// Package directory implements the resource cos_encrypted_directory: it mirrors a
// local directory to a prefix, and encrypts and verifies each object as declared.
package directory

import (
	"fmt"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// header is a header that a rule can set.
type header int

// In the order in which they are shown.
const (
	contentType header = iota
	cacheControl
	contentDisposition
	contentEncoding
	contentLanguage

	headerCount
)

// headerNames are the names of the arguments.
var headerNames = [headerCount]string{"content_type", "cache_control", "content_disposition", "content_encoding", "content_language"}

// headers holds the value of each header; "" means that it is absent.
type headers [headerCount]string

// String returns the headers on one line. Different headers have different lines,
// so that the plan shows every change.
func (h headers) String() string {
	var b strings.Builder
	for i, value := range h {
		if value == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s = %q", headerNames[i], value)
	}
	return b.String()
}

// rule sets headers for the files that its pattern matches.
type rule struct {
	match tree.Pattern
	// set has a value for each header that the rule sets. "" removes the header
	// that earlier rules set; nil keeps it.
	set [headerCount]*string
}

// rules are the rules in the order of the configuration.
type rules []rule

// give returns the headers of a file. For each header, the last matching rule
// that sets it wins. matched records which rules match.
func (rs rules) give(name string, matched []bool) headers {
	var h headers
	for i, r := range rs {
		if !r.match.Match(name) {
			continue
		}
		matched[i] = true
		for at, value := range r.set {
			if value != nil {
				h[at] = *value
			}
		}
	}
	return h
}

// guess returns the content type of a file if no rule sets it. For content with a
// declared encoding, it is the type of the decoded content.
func guess(name string, given headers) string {
	if given[contentEncoding] != "" {
		lower := strings.ToLower(name)
		for _, suffix := range []string{".gz", ".br", ".zst"} {
			if strings.HasSuffix(lower, suffix) {
				name = name[:len(name)-len(suffix)]
				break
			}
		}
	}
	return content.GuessType(name)
}

// wave determines when a file is written, so that at no time a file links to a
// missing one: linked files are written before, and removed after, the files that
// link to them.
type wave int

const (
	waveOthers wave = iota
	wavePages
	waveRemovals
)

// waveOf returns the wave of a file. Files that link to others come after them:
// HTML, according to the content type, and the files that upload_last matches.
func waveOf(name, contentType string, last []tree.Pattern) wave {
	media, _, _ := strings.Cut(contentType, ";")
	switch strings.ToLower(strings.TrimSpace(media)) {
	case "text/html", "application/xhtml+xml":
		return wavePages
	}
	for _, p := range last {
		if p.Match(name) {
			return wavePages
		}
	}
	return waveOthers
}
