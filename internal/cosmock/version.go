package cosmock

import (
	"net/http"
	"time"
)

// nullVersion is the ID of a version that was written while versioning was not
// enabled.
const nullVersion = "null"

// version is a version of an object. It is immutable once it is in a bucket: a
// change, such as new tags, replaces it with a changed copy.
type version struct {
	key, id      string
	deleteMarker bool
	modified     time.Time
	listedAs     time.Time // the time that listings show; zero means modified

	size   int64
	etag   string // without quotes
	crc    uint64 // CRC64 of the plaintext
	hasCRC bool   // false for objects that predate COS's CRC64

	header http.Header // Content-Type, Cache-Control, x-cos-meta-*, ...
	class  string      // "" means STANDARD
	tier   string      // of an intelligent tiering object, "" means FREQUENT
	tags   []tag
	acl    acl

	protection protection
	blobs      []*blob

	lock        lock
	restoration *restoration
}

func (v *version) locked(now time.Time) bool { return v.lock.locked(now) }

// listedTime returns the time that listings show.
func (v *version) listedTime() time.Time {
	if v.listedAs.IsZero() {
		return v.modified
	}
	return v.listedAs
}

func (v *version) acquire() {
	for _, b := range v.blobs {
		b.acquire()
	}
}

func (v *version) release() { release(v.blobs) }

// storageClass returns the class as listings print it. Responses to GET and HEAD
// omit STANDARD.
func (v *version) storageClass() string {
	if v.class == "" {
		return classStandard
	}
	return v.class
}
