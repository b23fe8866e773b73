// Package scrub finds the secrets of a request in what its answer says: whole
// or in part, raw or encoded. It is pure, and knows nothing of any protocol.
package scrub

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode"
)

const (
	// Redacted stands for a secret that is cut out of a text.
	Redacted = "(redacted)"

	// maxText is how much of a text is looked at. It is more than is shown.
	maxText = 4 << 10
	// echo is how many bytes of a secret in a row are no coincidence in a
	// value that a server makes: hexadecimal digits meet by chance.
	echo = 12
)

// Secrets are the short secrets of a request: keys, tokens, signatures. The
// zero value knows none. It is safe for concurrent use.
type Secrets struct {
	parts windows
	// whole are hidden only if all of them is there: folded.
	whole [][]byte
	// short are secrets of less than echo bytes.
	short [][]byte
}

// New knows secrets by which a part of eight bytes gives something away, and
// phrases that are hidden as a whole. What has less than four bytes is no
// secret: hiding it would leave no text.
func New(secrets, phrases []string) *Secrets {
	s := &Secrets{}
	for _, text := range secrets {
		b := fold([]byte(text))
		s.parts.addAll(b)
		if len(b) >= least && len(b) < window {
			s.whole = append(s.whole, b)
		}
		if len(b) >= window && len(b) < echo {
			s.short = append(s.short, b)
		}
	}
	for _, text := range phrases {
		if b := fold([]byte(text)); len(b) >= least {
			s.whole = append(s.whole, b)
		}
	}
	return s
}

// Text returns a text as it can be shown: in one line of at most limit
// characters, without secrets and control characters.
func (s *Secrets) Text(text string, limit int) string {
	text = text[:min(len(text), maxText)]
	hidden := make([]bool, len(text))
	found := false
	if s != nil && text != "" {
		for _, v := range viewsOf(text, window) {
			parts := v.stretches(s.parts.has)
			for _, whole := range s.whole {
				for i := 0; i+len(whole) <= len(v.b); i++ {
					if bytes.HasPrefix(v.b[i:], whole) {
						parts = append(parts, stretch{i, i + len(whole)})
					}
				}
			}
			for _, p := range parts {
				found = true
				for k := v.from[p.start]; k < v.to[p.end-1]; k++ {
					hidden[k] = true
				}
			}
		}
	}
	if found {
		text = cut(text, hidden)
	}
	return plain(text, limit)
}

// cut puts Redacted in the place of each stretch that is hidden.
func cut(text string, hidden []bool) string {
	var b strings.Builder
	for i := range len(text) {
		switch {
		case !hidden[i]:
			b.WriteByte(text[i])
		case i == 0 || !hidden[i-1]:
			b.WriteString(Redacted)
		}
	}
	return b.String()
}

// plain makes a text one line of at most limit characters.
func plain(text string, limit int) string {
	text = strings.ToValidUTF8(text, "")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
	text = strings.TrimSpace(text)
	if runes := []rune(text); len(runes) > limit {
		text = string(runes[:limit]) + "…"
	}
	return text
}

// In reports whether a value that a server made contains a secret, or more of
// one than a coincidence.
func (s *Secrets) In(value string) bool {
	if s == nil || value == "" {
		return false
	}
	for _, v := range viewsOf(value, echo) {
		for _, p := range v.stretches(s.parts.has) {
			if p.length() >= echo {
				return true
			}
		}
		if slices.ContainsFunc(s.short, func(b []byte) bool { return bytes.Contains(v.b, b) }) {
			return true
		}
	}
	return false
}

// InDocument is In for an XML document. Of a long one the encodings of XML and
// of URLs are undone, and no others.
func (s *Secrets) InDocument(document []byte) bool {
	switch {
	case s == nil || s.parts.seen == nil:
		return false
	case len(document) <= maxText:
		return s.In(string(document))
	case s.inLong(document):
		return true
	}
	if bytes.IndexByte(document, '&') >= 0 {
		if document = []byte(html.UnescapeString(string(document))); s.inLong(document) {
			return true
		}
	}
	return bytes.IndexByte(document, '%') >= 0 && s.inLong(unescaped(document))
}

// unescaped undoes percent-encoding.
func unescaped(document []byte) []byte {
	out := make([]byte, 0, len(document))
	for i := 0; i < len(document); {
		means, taken := percent(document[i:])
		out = append(out, means...)
		i += taken
	}
	return out
}

func (s *Secrets) inLong(document []byte) bool {
	var key uint64
	in, run := 0, 0 // folded bytes so far; windows in a row
	for _, c := range document {
		f := folding[c]
		if f == 0 {
			continue
		}
		key = key<<8 | uint64(f)
		if in++; in < window || !s.parts.has(key) {
			run = 0
			continue
		}
		if run++; run > echo-window {
			return true
		}
	}
	return false
}
