package tree

import (
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"

	"github.com/bmatcuk/doublestar/v4"
)

// ErrPattern is returned for an invalid pattern. It is wrapped with the reason
// and with advice.
var ErrPattern = errors.New("invalid pattern")

const (
	// maxAlternatives limits the number of patterns that braces expand to.
	maxAlternatives = 256
	// maxSegments limits the segments of a pattern, each of which takes one bit.
	maxSegments = 60
)

// Pattern is a doublestar pattern for a path below the source. On every system it
// is case-sensitive and uses slashes.
//
// This package expands braces and splits the pattern into segments in order to
// answer questions that the library does not: whether something below a directory
// can match, and whether the pattern spells out a dot file or a state file. The
// library matches the segments.
type Pattern struct {
	text         string
	alternatives []alternative
}

type alternative []segment

// segment is a part of a pattern between slashes.
type segment struct {
	text    string
	any     bool // **
	literal bool // matches only the text itself
	dot     bool // begins with a literal dot
}

// ParsePattern parses a pattern. A trailing slash matches everything in the
// directory.
func ParsePattern(text string) (Pattern, error) {
	refuse := func(format string, args ...any) (Pattern, error) {
		return Pattern{}, fmt.Errorf("%w %q: %s", ErrPattern, text, fmt.Sprintf(format, args...))
	}
	switch {
	case text == "":
		return refuse("it is empty; ** matches every file")
	case !utf8.ValidString(text):
		return refuse("it is not valid UTF-8")
	case strings.HasPrefix(text, "/"), strings.HasPrefix(text, "./"):
		return refuse("patterns are relative to the source: leave the leading %q out", text[:strings.IndexByte(text, '/')+1])
	case !doublestar.ValidatePattern(text):
		return refuse("a bracket, brace or backslash has no counterpart")
	}
	expanded, err := expand(text)
	if err != nil {
		return refuse("%v", err)
	}
	p := Pattern{text: text}
	for _, one := range expanded {
		if strings.HasSuffix(one, "/") {
			one += "**"
		}
		alt, err := split(one)
		if err != nil {
			return refuse("%v", err)
		}
		p.alternatives = append(p.alternatives, alt)
	}
	return p, nil
}

// String returns the pattern as it was written.
func (p Pattern) String() string { return p.text }

// expand returns all expansions of the braces in a pattern.
func expand(pattern string) ([]string, error) {
	done, todo := []string(nil), []string{pattern}
	for len(todo) > 0 {
		one := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		open, commas, end := braces(one)
		if end < 0 {
			done = append(done, one)
		} else {
			cuts := append(commas, end)
			// In reverse order, because the last element is taken first.
			for i := len(cuts) - 1; i >= 0; i-- {
				from := open + 1
				if i > 0 {
					from = cuts[i-1] + 1
				}
				todo = append(todo, one[:open]+one[from:cuts[i]]+one[end+1:])
			}
		}
		if len(done)+len(todo) > maxAlternatives {
			return nil, fmt.Errorf("its braces stand for more than %d patterns: write several patterns", maxAlternatives)
		}
	}
	return done, nil
}

// braces finds the first pair of braces and the commas between them; end is -1 if
// there is none.
func braces(pattern string) (open int, commas []int, end int) {
	open = -1
	depth := 0
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '[':
			i = class(pattern, i)
		case '{':
			if depth++; depth == 1 {
				open = i
			}
		case ',':
			if depth == 1 {
				commas = append(commas, i)
			}
		case '}':
			if depth--; depth == 0 {
				return open, commas, i
			}
		}
	}
	return -1, nil, -1
}

// class returns the index of the bracket that closes the one at i.
func class(pattern string, i int) int {
	for i++; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case ']':
			return i
		}
	}
	return i
}

// split splits a pattern without braces into segments.
func split(pattern string) (alternative, error) {
	var alt alternative
	from := 0
	add := func(to int) error {
		s, err := newSegment(pattern[from:to])
		alt = append(alt, s)
		from = to + 1
		return err
	}
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			if i++; i < len(pattern) && pattern[i] == '/' {
				return nil, errors.New("a slash cannot be escaped: no name has one")
			}
		case '[':
			end := class(pattern, i)
			if strings.Contains(pattern[i:min(end, len(pattern))], "/") {
				return nil, errors.New("there is a slash in brackets: no name has one")
			}
			i = end
		case '/':
			if err := add(i); err != nil {
				return nil, err
			}
		}
	}
	if err := add(len(pattern)); err != nil {
		return nil, err
	}
	if len(alt) > maxSegments {
		return nil, fmt.Errorf("it has more than %d slashes", maxSegments)
	}
	return alt, nil
}

func newSegment(text string) (segment, error) {
	s := segment{text: text, any: text == "**", literal: !strings.ContainsAny(text, `*?[\`)}
	s.dot = strings.HasPrefix(text, ".") || strings.HasPrefix(text, `\.`)
	switch {
	case text == "", text == ".", text == "..":
		return s, fmt.Errorf("no path below the source has a part %q", text)
	case s.any:
	case strings.Contains(strings.ReplaceAll(text, `\*`, ""), "**"):
		return s, errors.New("** stands for folders only between slashes: write **/*.html instead of **.html")
	case !doublestar.ValidatePattern(text):
		return s, errors.New("a bracket has no counterpart")
	}
	return s, nil
}

// matches reports whether the segment matches a name. If named is set, only a
// literal dot matches a leading dot.
func (s segment) matches(name string, named bool) bool {
	switch {
	case named && name[0] == '.' && !s.dot:
		return false
	case s.any:
		return true
	case s.literal:
		return s.text == name
	}
	return doublestar.MatchUnvalidated(s.text, name)
}

// match follows a path. whole reports whether the pattern matches the path, and
// below whether it can match something in a directory at this path. In the bit
// set, bit i means that segment i can come next.
func (a alternative) match(path string, named bool) (whole, below bool) {
	end := uint64(1) << len(a)
	at := a.skip(1)
	for name := range strings.SplitSeq(path, "/") {
		var next uint64
		for rest := at &^ end; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros64(rest)
			if name == "" || !a[i].matches(name, named) {
				continue
			}
			if a[i].any {
				next |= 1 << i
			} else {
				next |= 1 << (i + 1)
			}
		}
		if next == 0 {
			return false, false
		}
		at = a.skip(next)
	}
	return at&end != 0, at&^end != 0
}

// skip adds the segments that can come next if ** matches no directory.
func (a alternative) skip(at uint64) uint64 {
	for i := range a {
		if at>>i&1 != 0 && a[i].any {
			at |= 1 << (i + 1)
		}
	}
	return at
}

// Match reports whether the pattern matches a path. It treats dot names like any
// other.
func (p Pattern) Match(path string) bool {
	whole, _ := p.match(path)
	return whole
}

func (p Pattern) match(path string) (whole, below bool) {
	for _, a := range p.alternatives {
		w, b := a.match(path, false)
		whole, below = whole || w, below || b
	}
	return whole, below
}

// everything reports whether the pattern matches all contents of a directory.
func (p Pattern) everything(folder string) bool {
	for _, a := range p.alternatives {
		if whole, _ := a.match(folder, false); whole && a[len(a)-1].any {
			return true
		}
	}
	return false
}
