package scrub

import (
	"bytes"
	"html"
	"strconv"
	"unicode/utf8"
)

// view is a text, raw or decoded. Byte k of b stands for the bytes from[k] to
// to[k] of the text.
type view struct {
	b        []byte
	from, to []int32
}

func newView(size int) view {
	at := make([]int32, 2*size)
	return view{make([]byte, 0, size), at[:0:size], at[size:size]}
}

func (v *view) add(c byte, from, to int32) {
	v.b, v.from, v.to = append(v.b, c), append(v.from, from), append(v.to, to)
}

// viewsOf returns a text in every encoding in which it may contain a secret: raw,
// percent-encoded, backslash-escaped, as XML or HTML, with bytes as Latin-1
// characters, and each of these in base64 or hexadecimal of at least encoded
// bytes. All views are folded.
func viewsOf(text string, encoded int) []view {
	raw := newView(len(text))
	for i := range len(text) {
		raw.add(text[i], int32(i), int32(i+1))
	}
	readings := []view{raw}
	undo := func(step func(b []byte) ([]byte, int)) { readings = append(readings, raw.undo(step)) }
	if bytes.IndexByte(raw.b, '%') >= 0 {
		undo(percent)
	}
	if bytes.IndexByte(raw.b, '+') >= 0 {
		undo(form)
	}
	if bytes.IndexByte(raw.b, '\\') >= 0 {
		undo(backslash)
	}
	if bytes.IndexByte(raw.b, '&') >= 0 {
		undo(entity)
	}
	if bytes.ContainsFunc(raw.b, func(r rune) bool { return r >= utf8.RuneSelf }) {
		undo(latin1)
	}
	var views []view
	for _, v := range readings {
		v = v.unspaced() // lines or groups may separate digits
		for _, token := range v.tokens(isBase64, (encoded*4+2)/3) {
			for offset := range 4 {
				views = append(views, token.base64(offset).folded())
			}
		}
		for _, token := range v.tokens(isHex, 2*encoded) {
			for offset := range 2 {
				views = append(views, token.hex(offset).folded())
			}
		}
		views = append(views, v.folded())
	}
	return views
}

// undo decodes a view in steps. Each step consumes some bytes and returns what
// they stand for.
func (v view) undo(step func(b []byte) (means []byte, taken int)) view {
	out := newView(len(v.b))
	for i := 0; i < len(v.b); {
		means, taken := step(v.b[i:])
		for _, c := range means {
			out.add(c, v.from[i], v.to[i+taken-1])
		}
		i += taken
	}
	return out
}

func percent(b []byte) ([]byte, int) {
	if b[0] == '%' && len(b) >= 3 && isHex(b[1]) && isHex(b[2]) {
		return []byte{digit(b[1])<<4 | digit(b[2])}, 3
	}
	return b[:1], 1
}

// form is percent-encoding with + for a space.
func form(b []byte) ([]byte, int) {
	if b[0] == '+' {
		return []byte{' '}, 1
	}
	return percent(b)
}

// backslash undoes the escapes of JSON and Go's %q.
func backslash(b []byte) ([]byte, int) {
	if b[0] != '\\' || len(b) < 2 {
		return b[:1], 1
	}
	for _, form := range []struct {
		letter byte
		digits int
	}{{'x', 2}, {'u', 4}, {'U', 8}} {
		if end := 2 + form.digits; b[1] == form.letter && len(b) >= end {
			if n, err := strconv.ParseUint(string(b[2:end]), 16, 32); err == nil {
				if form.letter == 'x' {
					return []byte{byte(n)}, end
				}
				return utf8.AppendRune(nil, rune(n)), end
			}
		}
	}
	switch b[1] {
	case 'n', 'r', 't', 'a', 'b', 'f', 'v':
		return nil, 2
	}
	return b[1:2], 2
}

func entity(b []byte) ([]byte, int) {
	if end := bytes.IndexByte(b[:min(len(b), 12)], ';'); b[0] == '&' && end > 0 {
		if means := html.UnescapeString(string(b[:end+1])); len(means) < end+1 {
			return []byte(means), end + 1
		}
	}
	return b[:1], 1
}

// latin1 converts a character below U+0100 to the byte of its code point.
func latin1(b []byte) ([]byte, int) {
	r, size := utf8.DecodeRune(b)
	if size > 1 && r <= 0xff {
		return []byte{byte(r)}, size
	}
	return b[:size], size
}

// unspaced removes white space and control characters, which may change when a
// secret is quoted.
func (v view) unspaced() view {
	out := newView(len(v.b))
	for i, c := range v.b {
		if folding[c] != 0 {
			out.add(c, v.from[i], v.to[i])
		}
	}
	return out
}

// folded folds a view in place.
func (v view) folded() view {
	n := 0
	for i, c := range v.b {
		if f := folding[c]; f != 0 {
			v.b[n], v.from[n], v.to[n] = f, v.from[i], v.to[i]
			n++
		}
	}
	return view{v.b[:n], v.from[:n], v.to[:n]}
}

// folding maps bytes to the form in which they are compared: letters become lower
// case, and 0 marks bytes to skip.
var folding = func() (table [256]byte) {
	for c := range table {
		switch b := byte(c); {
		case b <= ' ' || b == 0x7f:
		case 'A' <= b && b <= 'Z':
			table[c] = b - 'A' + 'a'
		default:
			table[c] = b
		}
	}
	return table
}()

func fold(s []byte) []byte {
	out := make([]byte, 0, len(s))
	for _, c := range s {
		if f := folding[c]; f != 0 {
			out = append(out, f)
		}
	}
	return out
}

// tokens returns the runs of at least least bytes of one kind.
func (v view) tokens(of func(byte) bool, least int) []view {
	var found []view
	for i := 0; i < len(v.b); {
		end := i
		for end < len(v.b) && of(v.b[end]) {
			end++
		}
		if end-i >= least {
			found = append(found, view{v.b[i:end], v.from[i:end], v.to[i:end]})
		}
		i = max(end, i+1)
	}
	return found
}

// base64 decodes a token from an offset in either alphabet. The offset matters
// because a quotation may start in the middle.
func (v view) base64(offset int) view {
	out := newView(len(v.b))
	for i := offset; i+1 < len(v.b); i += 4 {
		var n uint32
		end := min(i+4, len(v.b))
		for k := i; k < i+4; k++ {
			n <<= 6
			if k < end {
				n |= uint32(sextet(v.b[k]))
			}
		}
		for k, c := range [3]byte{byte(n >> 16), byte(n >> 8), byte(n)} {
			if k < end-i-1 {
				out.add(c, v.from[i], v.to[end-1])
			}
		}
	}
	return out
}

func (v view) hex(offset int) view {
	out := newView(len(v.b))
	for i := offset; i+1 < len(v.b); i += 2 {
		out.add(digit(v.b[i])<<4|digit(v.b[i+1]), v.from[i], v.to[i+1])
	}
	return out
}

func isBase64(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '+' || c == '/' || c == '-' || c == '_'
}

func sextet(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c - 'A'
	case 'a' <= c && c <= 'z':
		return c - 'a' + 26
	case '0' <= c && c <= '9':
		return c - '0' + 52
	case c == '+' || c == '-':
		return 62
	}
	return 63
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func digit(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c >= 'a':
		return c - 'a' + 10
	}
	return c - 'A' + 10
}
