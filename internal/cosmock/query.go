package cosmock

import (
	"strings"
)

// param is a decoded query parameter.
type param struct{ name, value string }

// query is a query string parsed as COS does: in order, separated only by "&"
// because presigned URLs may contain a bare ";", with case-insensitive names.
type query []param

func parseQuery(raw string) query {
	var q query
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		q = append(q, param{unescape(name, true), unescape(value, true)})
	}
	return q
}

// get returns the first value of a parameter, and whether it is present.
func (q query) get(name string) (string, bool) {
	for _, p := range q {
		if strings.EqualFold(p.name, name) {
			return p.value, true
		}
	}
	return "", false
}

func (q query) value(name string) string {
	v, _ := q.get(name)
	return v
}

func (q query) has(name string) bool {
	_, ok := q.get(name)
	return ok
}

const upperHex = "0123456789ABCDEF"

// urlEncode encodes everything except letters, digits and "-_.~" as %XX ("Request
// Signature", UrlEncode).
func urlEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', upperHex[c>>4], upperHex[c&15]})
	}
	return b.String()
}

// unescape decodes %XX and leaves invalid escapes unchanged. In a query, "+" is a
// space.
func unescape(s string, plusIsSpace bool) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+' && plusIsSpace:
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			b.WriteByte(byte(unhex(s[i+1])<<4 | unhex(s[i+2])))
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
