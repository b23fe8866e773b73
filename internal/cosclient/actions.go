package cosclient

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// permission is a CAM action that an operation requires.
type permission struct {
	action string // without actionPrefix
	source bool   // on the source of a copy, not on its target
}

// permissions lists the CAM actions that each operation requires. COS's pages
// name two actions for a copy, so both are listed. Source: COS documentation,
// "Working with COS API Authorization Policies" and "Action List".
var permissions = map[string][]permission{
	opHead:                    {{action: "HeadObject"}},
	opGet:                     {{action: "GetObject"}},
	"PutObject":               {{action: "PutObject"}},
	"PutObjectCopy":           {{action: "PutObject"}, {action: "PutObjectCopy"}, {action: "GetObject", source: true}},
	"DeleteObject":            {{action: "DeleteObject"}},
	"InitiateMultipartUpload": {{action: "InitiateMultipartUpload"}},
	opUploadPart:              {{action: "UploadPart"}},
	"UploadPartCopy":          {{action: "UploadPart"}, {action: "UploadPartCopy"}, {action: "GetObject", source: true}},
	"CompleteMultipartUpload": {{action: "CompleteMultipartUpload"}},
	"AbortMultipartUpload":    {{action: "AbortMultipartUpload"}},
	"GetObjectTagging":        {{action: "GetObjectTagging"}},
	"PutObjectTagging":        {{action: "PutObjectTagging"}},
	"DeleteObjectTagging":     {{action: "DeleteObjectTagging"}},
	"GetObjectACL":            {{action: "GetObjectACL"}},
	"PutObjectACL":            {{action: "PutObjectACL"}},
	"GetObjectRetention":      {{action: "GetObjectRetention"}},
	"PutObjectRetention":      {{action: "PutObjectRetention"}},
	"GetObjectLegalHold":      {{action: "GetObjectLegalHold"}},
	"PutObjectLegalHold":      {{action: "PutObjectLegalHold"}},
	"GetBucket":               {{action: "GetBucket"}},
	"GetBucketEncryption":     {{action: "GetBucketEncryption"}},
	"PutBucketEncryption":     {{action: "PutBucketEncryption"}},
	"DeleteBucketEncryption":  {{action: "DeleteBucketEncryption"}},
	"GetBucketObjectVersions": {{action: "GetBucketObjectVersions"}},
	"GetBucketACL":            {{action: "GetBucketACL"}},
	"GetBucketVersioning":     {{action: "GetBucketVersioning"}},
	"GetBucketLifecycle":      {{action: "GetBucketLifecycle"}},
	"GetBucketReplication":    {{action: "GetBucketReplication"}},
	"GetBucketNotification":   {{action: "GetBucketNotification"}},
	opRestore:                 {{action: "PostObjectRestore"}},
	"ListMultipartUploads":    {{action: "ListMultipartUploads"}},
}

// Actions returns all CAM actions that the client may need, sorted and without
// duplicates.
func Actions() []string {
	all := map[string]bool{}
	for _, needed := range permissions {
		for _, p := range needed {
			all[actionPrefix+p.action] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Needs describes the CAM actions that a refused operation requires, and the
// resource in the notation of a policy.
func (e *Error) Needs() string {
	var here, there []string
	for _, p := range permissions[e.Op] {
		if p.source {
			there = append(there, actionPrefix+p.action)
		} else {
			here = append(here, actionPrefix+p.action)
		}
	}
	if here == nil {
		here = []string{e.Action()}
	}
	s := strings.Join(here, " and ") + " on " + e.resource()
	if there != nil {
		s += ", and " + strings.Join(there, " and ") + " on the source of the copy"
	}
	return s
}

// resource returns the name of the object in a CAM policy, or that of all objects
// in the bucket. Source: COS documentation, "Working with COS API Authorization
// Policies".
func (l Location) resource() string {
	key := l.Key
	if key == "" {
		key = "*"
	}
	return fmt.Sprintf("qcs::cos:%s:uid/%s:%s/%s", l.Region, l.Bucket[strings.LastIndexByte(l.Bucket, '-')+1:], l.Bucket, key)
}
