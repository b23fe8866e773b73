package inspect

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// Record identifies one write of an object. Empty fields are unknown. It is
// stored in private state and contains no secrets.
type Record struct {
	VersionID    string `json:"version_id,omitempty"`
	ETag         string `json:"etag,omitempty"`
	CRC64        string `json:"crc64,omitempty"`
	Length       int64  `json:"length"`
	LastModified string `json:"last_modified,omitempty"` // RFC 3339, in whole seconds
	// Address is where the object was written; "" if it was only seen.
	Address string `json:"address,omitempty"`
	// Opaque means that the record is from a listing, so the encryption is
	// unknown.
	Opaque bool `json:"opaque,omitempty"`
}

// RecordOf returns the record of a HEAD response. For a write-only body it omits
// ETag and CRC64, which would let an attacker recover a short secret by brute
// force.
func RecordOf(info cosclient.Info, writeOnly bool) Record {
	r := Record{VersionID: info.VersionID, ETag: info.ETag, CRC64: info.CRC64, Length: info.Length, LastModified: TimeText(info.LastModified)}
	if writeOnly {
		r.ETag, r.CRC64 = "", ""
	}
	return r
}

// NullVersion is the ID of the version that writes replace while versioning is
// suspended. Source: COS documentation, "Versioning Overview".
const NullVersion = "null"

// VersionOf returns a version ID, with "" for the null version.
func VersionOf(id string) string {
	if id == NullVersion {
		return ""
	}
	return id
}

// Is reports whether HEAD describes the recorded write. Version IDs decide if
// they are known. Otherwise ETag, time and length must match, and at least one of
// the first two must be known.
func (r Record) Is(info cosclient.Info) bool {
	// A listing contains no version IDs.
	if recorded, found := VersionOf(r.VersionID), VersionOf(info.VersionID); !r.Opaque && (recorded != "" || found != "") {
		return recorded == found
	}
	when := TimeText(info.LastModified)
	return (r.ETag != "" || r.LastModified != "") &&
		(r.ETag == "" || r.ETag == info.ETag) &&
		(r.LastModified == "" || when == "" || r.LastModified == when) &&
		r.Length == info.Length
}

// SameBody reports whether both bodies are known to be identical.
func (r Record) SameBody(crc64 string, length int64) bool {
	return r.CRC64 != "" && r.CRC64 == crc64 && r.Length == length
}

// TimeText formats a time for the state, in UTC and whole seconds. The zero time
// is "".
func TimeText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// ErrListingLags is returned for a listing that is not up to date.
var ErrListingLags = errors.New("the listing lags behind")

// compare compares an entry of the listing with the expected write. A listing may
// lag, so an older entry proves nothing. An entry of the same second with another
// size or ETag is a second write within that second. The storage class may change
// without a write, such as by a lifecycle rule, and is not compared. For a
// multipart upload, a listing may show another time than HEAD; its ETag, which
// depends on the parts, then decides.
func (r Record) compare(e cosclient.Entry) Observation {
	recorded, err := time.Parse(time.RFC3339, r.LastModified)
	listed := e.LastModified.Truncate(time.Second)
	same := e.Size == r.Length && (r.ETag == "" || e.ETag == r.ETag)
	switch {
	case same && strings.Contains(r.ETag, "-"), err == nil && listed.Equal(recorded) && same:
		return Observation{Status: Unchanged, Entry: e}
	case err == nil && listed.Before(recorded):
		return Observation{Status: Unverified, Why: fmt.Errorf("%w: it shows the object as it was at %s, before it was last written", ErrListingLags, TimeText(listed))}
	}
	return Observation{Status: Changed, Entry: e}
}
