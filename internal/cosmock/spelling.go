package cosmock

import (
	"net/http"
	"strings"
)

// spelled are the headers that COS spells neither as net/http does nor in
// lower case alone, by the name net/http has for them.
var spelled = map[string]string{
	"Etag": "ETag",
	"X-Cos-Server-Side-Encryption-Customer-Key-Md5": "x-cos-server-side-encryption-customer-key-MD5",
}

// spell gives the headers of an answer the spelling of the API's pages: ETag,
// and x-cos-... in lower case. HTTP does not mind, but clients do that look
// them up in a case-sensitive map.
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
