package cosmock

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
)

// signature holds the seven q-* parameters of an Authorization header or a
// presigned URL ("Request Signature").
type signature struct {
	algorithm, secretID, signTime, keyTime string
	headers, params                        []string // lower case, as listed
	value                                  string
}

// parseSignature reads the parameters with get. ok is false if a required one is
// missing.
func parseSignature(get func(name string) string) (sig signature, ok bool) {
	list := func(s string) []string {
		if s == "" {
			return nil
		}
		names := strings.Split(strings.ToLower(s), ";")
		if len(names) == 1 && strings.Contains(names[0], "%3b") {
			// Either the separator is encoded, or there is one name that contains
			// a semicolon. Keep both readings: names that the request does not
			// have are ignored.
			names = append(names, strings.Split(names[0], "%3b")...)
		}
		return names
	}
	sig = signature{
		algorithm: get("q-sign-algorithm"),
		secretID:  get("q-ak"),
		signTime:  get("q-sign-time"),
		keyTime:   get("q-key-time"),
		headers:   list(get("q-header-list")),
		params:    list(get("q-url-param-list")),
		value:     get("q-signature"),
	}
	return sig, sig.algorithm == "sha1" && sig.secretID != "" && sig.signTime != "" && sig.keyTime != "" && sig.value != ""
}

// parseAuthorization splits the header into pairs joined by "&". Values may be
// percent-encoded as a whole, except for the two lists, whose names are encoded
// one by one.
func parseAuthorization(header string) (signature, bool) {
	pairs := map[string]string{}
	for pair := range strings.SplitSeq(strings.TrimSpace(header), "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name = strings.ToLower(name); !strings.HasSuffix(name, "-list") {
			value = unescape(value, false)
		}
		pairs[name] = value
	}
	return parseSignature(func(name string) string { return pairs[name] })
}

// httpString returns the canonical request: method, decoded path, and the listed
// parameters and headers.
func (sig signature) httpString(method, path string, params []param, header http.Header) string {
	var b strings.Builder
	b.WriteString(strings.ToLower(method))
	b.WriteByte('\n')
	b.WriteString(path)
	b.WriteByte('\n')
	b.WriteString(canonical(sig.params, func(add func(name, value string)) {
		for _, p := range params {
			add(p.name, p.value)
		}
	}))
	b.WriteByte('\n')
	b.WriteString(canonical(sig.headers, func(add func(name, value string)) {
		for name, values := range header {
			for _, value := range values {
				add(name, value)
			}
		}
	}))
	b.WriteByte('\n')
	return b.String()
}

// canonical joins the listed pairs, sorted by encoded lower-case name. COS's
// pages list encoded names; some clients list decoded names, or names that were
// encoded a second time in a URL.
func canonical(listed []string, each func(add func(name, value string))) string {
	if len(listed) == 0 {
		return ""
	}
	for _, name := range listed[:len(listed):len(listed)] {
		decoded := strings.ToLower(unescape(name, false))
		listed = append(listed, decoded, strings.ToLower(urlEncode(decoded)))
	}
	type pair struct{ name, value string }
	var pairs []pair
	each(func(name, value string) {
		name = strings.ToLower(urlEncode(name))
		if slices.Contains(listed, name) {
			pairs = append(pairs, pair{name, urlEncode(value)})
		}
	})
	slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.name, b.name) })
	var b strings.Builder
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name)
		b.WriteByte('=')
		b.WriteString(p.value)
	}
	return b.String()
}

// stringToSign returns the string to sign for a canonical request.
func (sig signature) stringToSign(httpString string) string {
	sum := sha1.Sum([]byte(httpString))
	return "sha1\n" + sig.signTime + "\n" + hex.EncodeToString(sum[:]) + "\n"
}

// sign returns the expected signature. The key of the second HMAC is the SignKey
// in hex, not its bytes.
func (sig signature) sign(secretKey, stringToSign string) string {
	signKey := hmacSHA1Hex([]byte(secretKey), sig.keyTime)
	return hmacSHA1Hex([]byte(signKey), stringToSign)
}

func hmacSHA1Hex(key []byte, message string) string {
	mac := hmac.New(sha1.New, key)
	mac.Write([]byte(message))
	return hex.EncodeToString(mac.Sum(nil))
}
