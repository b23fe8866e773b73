package cosmock

import (
	"encoding/xml"
	"net/http"
	"time"
)

// objectLock is a bucket's object lock ("PUT Bucket ObjectLock"). It can not
// be taken back.
type objectLock struct {
	days int // default retention of new objects; 0 is none
}

const maxRetentionDays = 36500

type objectLockXML struct {
	XMLName xml.Name `xml:"ObjectLockConfiguration"`
	Enabled string   `xml:"ObjectLockEnabled"`
	Rule    *struct {
		Days int `xml:"DefaultRetention>Days"`
	} `xml:"Rule"`
}

// getObjectLock is GET Bucket ObjectLock.
func (x *exchange) getObjectLock() error {
	x.bucket.mu.RLock()
	lock := x.bucket.objectLock
	x.bucket.mu.RUnlock()
	if lock == nil {
		return fail("NoSuchObjectLockConfiguration")
	}
	body := objectLockXML{Enabled: "Enabled"}
	if lock.days > 0 {
		body.Rule = &struct {
			Days int `xml:"DefaultRetention>Days"`
		}{lock.days}
	}
	return x.xml(body)
}

// putObjectLock is PUT Bucket ObjectLock. Versioning excludes it, and the days
// may only become more.
func (x *exchange) putObjectLock() error {
	var body objectLockXML
	if err := x.readXML(&body); err != nil {
		return err
	}
	lock := &objectLock{}
	if body.Rule != nil {
		lock.days = body.Rule.Days
	}
	if body.Enabled != "Enabled" || lock.days < 0 || lock.days > maxRetentionDays || body.Rule != nil && lock.days == 0 {
		return fail("MalformedXML")
	}
	x.bucket.mu.Lock()
	defer x.bucket.mu.Unlock()
	switch old := x.bucket.objectLock; {
	case x.bucket.versioning != VersioningNever:
		return failf("InvalidRequest", "Versioning and object lock exclude each other.")
	case old != nil && lock.days < old.days:
		return fail("InvalidLockedTime")
	}
	x.bucket.objectLock = lock
	return x.empty(http.StatusOK)
}

type retentionXML struct {
	XMLName xml.Name `xml:"Retention"`
	Until   string   `xml:"RetainUntilDate"`
}

// getRetention is GET Object Retention.
func (x *exchange) getRetention() error {
	v, err := x.bucket.find(x.address.key, "")
	if err != nil {
		return err
	}
	if v.lockedUntil.IsZero() {
		return fail("NoSuchObjectLockConfiguration")
	}
	return x.xml(retentionXML{Until: isoTime(v.lockedUntil)})
}

// putRetention prolongs the retention of an object.
func (x *exchange) putRetention() error {
	var body retentionXML
	if err := x.readXML(&body); err != nil {
		return err
	}
	until, err := time.Parse(time.RFC3339, body.Until)
	if err != nil {
		return fail("MalformedXML")
	}
	x.bucket.mu.RLock()
	enabled := x.bucket.objectLock != nil
	x.bucket.mu.RUnlock()
	if !enabled {
		return fail("NoSuchObjectLockConfiguration")
	}
	err = x.bucket.change(x.server, x.address.key, "", func(v *version) error {
		if until.Before(v.lockedUntil) {
			return fail("InvalidLockedTime")
		}
		v.lockedUntil = until
		return nil
	})
	if err != nil {
		return err
	}
	return x.empty(http.StatusOK)
}
