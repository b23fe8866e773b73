package objectread

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// toEnd is the last byte of a span that extends to the end of the object.
const toEnd = math.MaxInt64

// span is part of a body in the terms of an HTTP Range, before the length of the
// object is known.
type span struct {
	first, last int64 // last is inclusive
	suffix      int64 // if not 0, the number of bytes at the end
}

var errNoSpan = errors.New("a range is one of bytes=first-last, bytes=first- and bytes=-count, such as bytes=0-99 for the first hundred bytes")

// parseSpan parses a single byte range as in the Range header. It rejects invalid
// values, because COS ignores an invalid header and returns the whole object.
func parseSpan(text string) (span, error) {
	spec, ok := strings.CutPrefix(text, "bytes=")
	from, to, dash := strings.Cut(spec, "-")
	if !ok || !dash {
		return span{}, errNoSpan
	}
	if from == "" {
		count, err := parseOffset(to)
		if err != nil || count == 0 {
			return span{}, errNoSpan
		}
		return span{suffix: count}, nil
	}
	s := span{last: toEnd}
	var err error
	if s.first, err = parseOffset(from); err != nil {
		return span{}, errNoSpan
	}
	if to != "" {
		if s.last, err = parseOffset(to); err != nil {
			return span{}, errNoSpan
		}
	}
	if s.last < s.first {
		return span{}, fmt.Errorf("the range ends at byte %d, before it begins at byte %d", s.last, s.first)
	}
	return s, nil
}

// parseOffset parses a number that consists only of digits.
func parseOffset(text string) (int64, error) {
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || text[0] == '+' {
		return 0, errNoSpan
	}
	return int64(n), nil
}

// of returns the part of an object with the given length. As in HTTP, a span that
// ends after the object is truncated, and one that starts there is an error. The
// span from the first byte to the end is the whole object, which may be empty.
func (s span) of(length int64) (offset, count int64, err error) {
	if s == (span{last: toEnd}) {
		return 0, length, nil
	}
	if s.suffix > 0 {
		count = min(s.suffix, length)
		s.first, s.last = length-count, length-1
	}
	if s.first >= length {
		return 0, 0, fmt.Errorf("%d bytes: there is nothing in the range", length)
	}
	return s.first, min(s.last, length-1) - s.first + 1, nil
}
