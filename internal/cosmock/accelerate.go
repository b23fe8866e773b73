package cosmock

import "net/http"

// accelerated checks a request that came by an acceleration host: global
// acceleration must be on, and only the transfer of objects is served there.
// Source: COS documentation, "Global Acceleration" in the FAQs, which lists the
// APIs; a copy and the copy of a part are not among them.
func (x *exchange) accelerated() error {
	if !x.server.opts.Accelerate {
		return fail("BucketAccelerateNotEnabled")
	}
	copies := x.r.Header.Get(headerCopySource) != ""
	served := false
	switch x.subresource {
	case "":
		object := x.address.key != "" && (x.r.Method == http.MethodGet || x.r.Method == http.MethodHead || x.r.Method == http.MethodPut)
		served = object || x.r.Method == http.MethodPost || x.r.Method == http.MethodOptions
	case subUploads:
		served = true // to begin an upload, and to list those of the bucket
	case subUploadID:
		served = x.address.key != ""
	}
	if copies || !served {
		return fail("ActionAccelerateNotSupported")
	}
	return nil
}
