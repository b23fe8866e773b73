package cosmock

import (
	"net/http"
)

// Subresources, spelled as the API pages do.
const (
	subACL        = "acl"
	subTagging    = "tagging"
	subUploads    = "uploads"
	subUploadID   = "uploadId" // the whole family from Upload Part to Abort
	subRestore    = "restore"
	subRetention  = "retention"
	subVersioning = "versioning"
	subVersions   = "versions"
	subEncryption = "encryption"
	subObjectLock = "object-lock"
	subDelete     = "delete"
	subLocation   = "location"
)

// findSubresource reads the subresource from the query. What this server does
// not implement is found, too, and refused by operation.
func (x *exchange) findSubresource() string {
	names := []string{
		subUploadID, subUploads, subACL, subTagging, subRestore, subRetention, subVersioning, subVersions,
		subEncryption, subObjectLock, subDelete, subLocation,
		"accelerate", "append", "cors", "domain", "intelligent-tiering", "inventory", "lifecycle", "logging",
		"origin", "policy", "referer", "replication", "select", "symlink", "website",
	}
	for _, name := range names {
		if x.query.has(name) {
			return name
		}
	}
	return ""
}

type operation = func(*exchange) error

// operation finds what a request asks for.
func (x *exchange) operation() (operation, error) {
	method := x.r.Method
	var table map[string]operation
	switch {
	case x.address.bucket == "":
		table = map[string]operation{"GET ": (*exchange).getService}
	case x.address.key == "":
		table = x.server.bucketOperations
	default:
		table = x.server.objectOperations
	}
	if op, ok := table[method+" "+x.subresource]; ok {
		if x.anonymous && !x.anonymousMay() {
			return nil, x.denied(fail("AccessDenied"))
		}
		return op, nil
	}
	if x.anonymous {
		return nil, x.denied(fail("AccessDenied"))
	}
	for _, m := range []string{"GET", "PUT", "POST", "DELETE", "HEAD"} {
		if _, ok := table[m+" "+x.subresource]; ok {
			return nil, fail("MethodNotAllowed")
		}
	}
	return nil, failf("NotImplemented", "This server does not implement %s on the subresource %q.", method, x.subresource)
}

// anonymousMay reports whether a request without a signature may be looked at:
// reads of objects, where the ACL decides, and listings of a public bucket.
func (x *exchange) anonymousMay() bool {
	if x.r.Method != http.MethodGet && x.r.Method != http.MethodHead || x.subresource != "" || x.bucket == nil {
		return false
	}
	return x.address.key != "" || x.bucket.publicRead()
}

// objectOperations maps a method and a subresource to what is done.
func objectOperations() map[string]operation {
	return map[string]operation{
		"PUT ":                  (*exchange).putOrCopyObject,
		"GET ":                  (*exchange).getObject,
		"HEAD ":                 (*exchange).getObject,
		"DELETE ":               (*exchange).deleteObject,
		"POST " + subUploads:    (*exchange).initiateUpload,
		"PUT " + subUploadID:    (*exchange).putPart,
		"POST " + subUploadID:   (*exchange).completeUpload,
		"DELETE " + subUploadID: (*exchange).abortUpload,
		"GET " + subUploadID:    (*exchange).listParts,
		"GET " + subTagging:     (*exchange).getTagging,
		"PUT " + subTagging:     (*exchange).putTagging,
		"DELETE " + subTagging:  (*exchange).deleteTagging,
		"GET " + subACL:         (*exchange).getACL,
		"PUT " + subACL:         (*exchange).putACL,
		"POST " + subRestore:    (*exchange).restoreObject,
		"GET " + subRetention:   (*exchange).getRetention,
		"PUT " + subRetention:   (*exchange).putRetention,
	}
}

// bucketOperations is the same for requests without a key.
func bucketOperations() map[string]operation {
	return map[string]operation{
		"HEAD ":                   (*exchange).headBucket,
		"PUT ":                    (*exchange).putBucket,
		"DELETE ":                 (*exchange).deleteBucket,
		"GET ":                    (*exchange).listObjects,
		"GET " + subVersions:      (*exchange).listVersions,
		"GET " + subUploads:       (*exchange).listUploads,
		"POST " + subDelete:       (*exchange).deleteObjects,
		"GET " + subACL:           (*exchange).getBucketACL,
		"PUT " + subACL:           (*exchange).putBucketACL,
		"GET " + subVersioning:    (*exchange).getVersioning,
		"PUT " + subVersioning:    (*exchange).putVersioning,
		"GET " + subEncryption:    (*exchange).getEncryption,
		"PUT " + subEncryption:    (*exchange).putEncryption,
		"DELETE " + subEncryption: (*exchange).deleteEncryption,
		"GET " + subObjectLock:    (*exchange).getObjectLock,
		"PUT " + subObjectLock:    (*exchange).putObjectLock,
		"GET " + subLocation:      (*exchange).getLocation,
	}
}
