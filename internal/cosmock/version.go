package cosmock

import (
	"net/http"
	"time"
)

// nullVersion is the id of a version written while versioning was not enabled.
const nullVersion = "null"

// version is one version of an object. Once it is in a bucket it does not
// change: a change of its tags, say, puts a changed copy in its place.
type version struct {
	key, id      string
	deleteMarker bool
	modified     time.Time
	listedAs     time.Time // what listings say instead; zero: modified

	size   int64
	etag   string // without quotes
	crc    uint64 // CRC64 of the plaintext
	hasCRC bool   // false for objects older than the feature

	header http.Header // Content-Type, Cache-Control, x-cos-meta-*, ...
	class  string      // "" is STANDARD
	tags   []tag
	acl    acl

	protection protection
	blobs      []*blob

	lock        lock
	restoration *restoration
}

func (v *version) locked(now time.Time) bool { return v.lock.locked(now) }

// listedTime is the time that listings show.
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

// storageClass is the class as listings print it; answers to GET and HEAD
// leave out STANDARD.
func (v *version) storageClass() string {
	if v.class == "" {
		return classStandard
	}
	return v.class
}
