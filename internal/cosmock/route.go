package cosmock

import (
	"net/http"
	"slices"
	"strings"
)

// Subresources, spelled as the API pages do.
const (
	subACL        = "acl"
	subTagging    = "tagging"
	subUploads    = "uploads"
	subUploadID   = "uploadId" // all operations on an upload, from Upload Part to Abort
	subRestore    = "restore"
	subRetention  = "retention"
	subLegalHold  = "legal-hold"
	subVersioning = "versioning"
	subVersions   = "versions"
	subEncryption = "encryption"
	subObjectLock = "object-lock"
	subDelete     = "delete"
	subLocation   = "location"

	subLifecycle   = "lifecycle"
	subReplication = "replication"
)

// unimplemented lists the subresources of the API that this server does not
// implement. It has to know them because they are subresources even with a value
// or next to other parameters, as in ?select&select-type=2 or
// ?inventory&id=list1.
var unimplemented = []string{
	"accelerate", "append", "assets", "callback", "ci-process", "cors", "domain", "domaincertificate", "intelligent-tiering",
	"intelligenttiering", "inventory", "logging", "notification", "origin", "policy", "policyStatus",
	"publicAccessBlock", "referer", "rtmp", "select", "symlink", "torrent", "website",
}

// parameters lists parameters that are not subresources even without a value.
var parameters = []string{
	"prefix", "delimiter", "marker", "max-keys", "encoding-type", "key-marker", "version-id-marker", "upload-id-marker",
	"part-number-marker", "max-uploads", "max-parts", "partNumber", "versionId", "sign",
}

// findSubresource returns the subresource in the query. It also returns
// subresources that the server does not implement, including unknown parameters
// without a value, so that operation refuses them. Otherwise PUT ?legal-hold, for
// example, would be taken for PUT Object and overwrite the object.
func (x *exchange) findSubresource() string {
	names := slices.Concat([]string{
		subUploadID, subUploads, subACL, subTagging, subRestore, subRetention, subLegalHold, subVersioning, subVersions,
		subEncryption, subObjectLock, subDelete, subLocation, subLifecycle, subReplication,
	}, unimplemented)
	for _, name := range names {
		if x.query.has(name) {
			return name
		}
	}
	for _, p := range x.query {
		if p.value == "" && p.name != "" && !isParameter(p.name) {
			return p.name
		}
	}
	return ""
}

func isParameter(name string) bool {
	lower := strings.ToLower(name)
	for _, prefix := range []string{"q-", "x-cos-", "response-"} {
		if strings.HasPrefix(lower, prefix) {
			return true
		}
	}
	return slices.ContainsFunc(parameters, func(p string) bool { return strings.EqualFold(p, name) })
}

type operation = func(*exchange) error

// operation returns the operation that a request asks for.
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
	// COS documents 501 for this, which clients retry up to ten times.
	return nil, failf("MethodNotAllowed", "This server does not implement %s on the subresource %q.", method, x.subresource)
}

// anonymousMay reports whether a request may be unsigned: a read of an object,
// which its ACL then decides, or a listing of a public bucket.
func (x *exchange) anonymousMay() bool {
	if x.r.Method != http.MethodGet && x.r.Method != http.MethodHead || x.subresource != "" || x.bucket == nil {
		return false
	}
	return x.address.key != "" || x.bucket.publicRead()
}

// objectOperations maps a method and a subresource to the operation on a key.
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
		"GET " + subLegalHold:   (*exchange).getLegalHold,
		"PUT " + subLegalHold:   (*exchange).putLegalHold,
	}
}

// bucketOperations does the same for requests without a key.
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
		"GET " + subTagging:       (*exchange).getBucketTagging,
		"PUT " + subTagging:       (*exchange).putBucketTagging,
		"DELETE " + subTagging:    (*exchange).deleteBucketTagging,
		"GET " + subVersioning:    (*exchange).getVersioning,
		"PUT " + subVersioning:    (*exchange).putVersioning,
		"GET " + subEncryption:    (*exchange).getEncryption,
		"PUT " + subEncryption:    (*exchange).putEncryption,
		"DELETE " + subEncryption: (*exchange).deleteEncryption,
		"GET " + subObjectLock:    (*exchange).getObjectLock,
		"PUT " + subObjectLock:    (*exchange).putObjectLock,
		"GET " + subLocation:      (*exchange).getLocation,

		"GET " + subLifecycle:      (*exchange).getRules,
		"PUT " + subLifecycle:      (*exchange).putRules,
		"DELETE " + subLifecycle:   (*exchange).deleteRules,
		"GET " + subReplication:    (*exchange).getRules,
		"PUT " + subReplication:    (*exchange).putRules,
		"DELETE " + subReplication: (*exchange).deleteRules,
	}
}
