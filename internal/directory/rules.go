// Package directory is the resource cos_encrypted_directory: a local folder
// that is mirrored to a prefix, every object of it encrypted as declared and
// proved.
package directory

import (
	"fmt"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// header is a header that a rule can give.
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

// headerNames are those of the arguments.
var headerNames = [headerCount]string{"content_type", "cache_control", "content_disposition", "content_encoding", "content_language"}

// headers are the values of each; "" is a header that is not there.
type headers [headerCount]string

// String shows the headers in one line that says the same only if they are the
// same: a line of the plan is what tells that they change.
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

// rule gives headers to the files that its pattern matches.
type rule struct {
	match tree.Pattern
	// set has a value for each header that the rule decides: "" takes back what
	// the rules before have given. nil leaves it to them.
	set [headerCount]*string
}

// rules are in the order of the configuration.
type rules []rule

// give finds the headers of a file: of each the last rule counts that matches
// and sets it. matched notes which rules match anything.
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

// guess is the content type of a file to which no rule gives one. What is
// stored compressed, and says so, is for its reader what it is without that.
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

// wave is when a file is written: nothing must link to what is not there yet,
// and nothing must be gone that is still linked to.
type wave int

const (
	waveOthers wave = iota
	wavePages
	waveRemovals
)

// waveOf puts what links to other files after them: HTML by its content type,
// whatever the name, and what upload_last names.
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
