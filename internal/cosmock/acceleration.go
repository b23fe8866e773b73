package cosmock

import "net/http"

// acceleration enforces the limits of a bucket with metadata acceleration. The
// page "Metadata Acceleration Overview" lists the encryption of objects, default
// encryption, object ACLs and versioning among what such a bucket does not
// support; it does not say how COS answers.
func (x *exchange) acceleration() error {
	if x.bucket == nil || !x.bucket.accelerated {
		return nil
	}
	encrypts := carriesEncryption(x.r.Header) && x.isWrite()
	if encrypts && x.server.opts.AccelerationDropsEncryption {
		dropEncryption(x.r.Header)
		encrypts = false
	}
	setting := x.r.Method == http.MethodPut && (x.subresource == subEncryption || x.subresource == subVersioning || x.subresource == subACL && x.address.key != "")
	if encrypts || setting {
		return failf("InvalidRequest", "The bucket has metadata acceleration, which does not support this operation.")
	}
	return nil
}
