package sse

import "net/http"

// Headers of server-side encryption, in the canonical form of net/http. Source:
// COS API documentation, "Common Request Headers" and "Server-Side Encryption
// Overview".
const (
	HeaderMode       = "X-Cos-Server-Side-Encryption"
	HeaderKMSKeyID   = "X-Cos-Server-Side-Encryption-Cos-Kms-Key-Id"
	HeaderKMSContext = "X-Cos-Server-Side-Encryption-Context"

	HeaderCustomerAlgorithm = "X-Cos-Server-Side-Encryption-Customer-Algorithm"
	HeaderCustomerKey       = "X-Cos-Server-Side-Encryption-Customer-Key"
	HeaderCustomerKeyMD5    = "X-Cos-Server-Side-Encryption-Customer-Key-Md5"

	HeaderCopySourceCustomerAlgorithm = "X-Cos-Copy-Source-Server-Side-Encryption-Customer-Algorithm"
	HeaderCopySourceCustomerKey       = "X-Cos-Copy-Source-Server-Side-Encryption-Customer-Key"
	HeaderCopySourceCustomerKeyMD5    = "X-Cos-Copy-Source-Server-Side-Encryption-Customer-Key-Md5"
)

// CustomerAlgorithm is the only algorithm that COS supports for customer keys.
const CustomerAlgorithm = "AES256"

// SetHeaders adds the three headers with which a request accesses an object
// encrypted with this key: PUT, HEAD, GET, the upload of a part, and the
// destination of a copy. It adds nothing for the zero key.
func (k CustomerKey) SetHeaders(h http.Header) {
	k.set(h, HeaderCustomerAlgorithm, HeaderCustomerKey, HeaderCustomerKeyMD5)
}

// SetCopySourceHeaders adds the three headers with which a copy reads a source
// encrypted with this key. It adds nothing for the zero key.
func (k CustomerKey) SetCopySourceHeaders(h http.Header) {
	k.set(h, HeaderCopySourceCustomerAlgorithm, HeaderCopySourceCustomerKey, HeaderCopySourceCustomerKeyMD5)
}

func (k CustomerKey) set(h http.Header, algorithm, key, md5 string) {
	if k.IsZero() {
		return
	}
	h.Set(algorithm, CustomerAlgorithm)
	h.Set(key, k.Base64())
	h.Set(md5, k.MD5())
}
