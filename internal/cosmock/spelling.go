package cosmock

import (
	"net/http"
	"strings"
)

// spelled maps the canonical names of net/http to COS's spelling, for headers
// that COS writes neither canonically nor entirely in lower case.
var spelled = map[string]string{
	"Etag": "ETag",
	"X-Cos-Server-Side-Encryption-Customer-Key-Md5": "x-cos-server-side-encryption-customer-key-MD5",
}

// spell gives response headers the spelling of COS's API pages: ETag, and
// x-cos-... in lower case. HTTP header names are case-insensitive, but some
// clients look them up in a case-sensitive map.
func spell(h http.Header) {
	for name, values := range h {
		as, ok := spelled[name]
		if !ok && strings.HasPrefix(name, "X-Cos-") {
			as, ok = strings.ToLower(name), true
		}
		if ok {
			delete(h, name)
			h[as] = values
		}
	}
}
