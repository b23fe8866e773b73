package cosmock

import (
	"encoding/xml"
	"net/http"
)

// objectLock is a bucket's object lock ("PUT Bucket ObjectLock"). The lock cannot
// be removed; its default retention can.
type objectLock struct {
	days int // default retention of new objects; 0 is none
}

const maxRetentionDays = 36500

// compliance is the only retention mode. Nobody can shorten such a retention.
const compliance = "COMPLIANCE"

type defaultRetentionXML struct {
	Mode string `xml:"DefaultRetention>Mode,omitempty"`
	Days int    `xml:"DefaultRetention>Days"`
}

type objectLockXML struct {
	XMLName xml.Name             `xml:"ObjectLockConfiguration"`
	Enabled string               `xml:"ObjectLockEnabled"`
	Rule    *defaultRetentionXML `xml:"Rule"`
}

// getObjectLock implements GET Bucket ObjectLock.
func (x *exchange) getObjectLock() error {
	x.bucket.mu.RLock()
	lock := x.bucket.objectLock
	x.bucket.mu.RUnlock()
	if lock == nil {
		return fail("NoSuchObjectLockConfiguration")
	}
	body := objectLockXML{Enabled: "Enabled"}
	if lock.days > 0 {
		body.Rule = &defaultRetentionXML{compliance, lock.days}
	}
	return x.xml(body)
}

// putObjectLock implements PUT Bucket ObjectLock.
func (x *exchange) putObjectLock() error {
	var body objectLockXML
	if err := x.readXML(&body); err != nil {
		return err
	}
	lock := &objectLock{}
	if body.Rule != nil {
		lock.days = body.Rule.Days
		if mode := body.Rule.Mode; mode != "" && mode != compliance {
			return x.undocumented.LockRefused.err()
		}
	}
	if body.Enabled != "Enabled" || lock.days < 0 || lock.days > maxRetentionDays || body.Rule != nil && lock.days == 0 {
		return fail("MalformedXML")
	}
	x.bucket.mu.Lock()
	defer x.bucket.mu.Unlock()
	if err := x.lockExcluded(); err != nil {
		return err
	}
	if old := x.bucket.objectLock; old != nil && lock.days < old.days && x.undocumented.LockOnlyGrows {
		return fail("InvalidLockedTime")
	}
	x.bucket.objectLock = lock
	return x.empty(http.StatusOK)
}

// EnableObjectLock turns on the object lock of a bucket, as "PUT Bucket
// ObjectLock" does. Days are the default retention of new objects; 0 is none.
func (s *Server) EnableObjectLock(bucketName string, days int) error {
	return s.administer(bucketName, func(b *bucket) error {
		b.objectLock = &objectLock{days: days}
		return nil
	})
}

// DisableObjectLock takes the object lock of a bucket away, which COS never
// does; its objects stay as they are.
func (s *Server) DisableObjectLock(bucketName string) error {
	return s.administer(bucketName, func(b *bucket) error {
		b.objectLock = nil
		return nil
	})
}

// lockExcluded returns an error if the bucket's versioning rules out object lock.
// The caller holds the bucket's lock.
func (x *exchange) lockExcluded() error {
	state := x.bucket.versioning
	if state == VersioningNever || state == VersioningEnabled && x.undocumented.LockWithVersioning {
		return nil
	}
	return failf("InvalidRequest", "Enable bucket lock configuration is not allowed when the bucket versioning is enabled or suspended.")
}

// versioningExcluded returns an error if the bucket's object lock rules out a
// versioning state. The caller holds the bucket's lock.
func (x *exchange) versioningExcluded(state string) error {
	if x.bucket.objectLock == nil || state == VersioningEnabled && x.undocumented.LockWithVersioning {
		return nil
	}
	return failf("InvalidRequest", "Bucket versioning is not allowed when bucket object-lock configuration is enabled.")
}
