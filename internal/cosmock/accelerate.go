package cosmock

import "net/http"

// accelerated refuses a request to an acceleration host unless global
// acceleration is on and the operation transfers an object. Copy and Upload Part
// - Copy are not among the operations that COS lists. Source: COS documentation,
// "Global Acceleration" in the FAQs.
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
		served = true // to begin an upload, and to list the bucket's uploads
	case subUploadID:
		served = x.address.key != ""
	}
	if copies || !served {
		return fail("ActionAccelerateNotSupported")
	}
	return nil
}
