package cosmock

import (
	"encoding/xml"
	"net/http"
	"time"
)

// States of a legal hold.
const (
	holdOn  = "ON"
	holdOff = "OFF"
)

// Headers of a write that lock the new object.
const (
	headerLockMode  = "X-Cos-Object-Lock-Mode"
	headerLockUntil = "X-Cos-Object-Lock-Retain-Until-Date"
	headerLegalHold = "X-Cos-Object-Lock-Legal-Hold"
)

// lock prevents changes to a version: a retention until a point in time, a legal
// hold without an end, or both.
type lock struct {
	until time.Time // zero: no retention
	hold  string    // "", ON or OFF
}

func (l lock) locked(now time.Time) bool { return l.hold == holdOn || now.Before(l.until) }

// headerLock reads the lock headers of a write.
func (x *exchange) headerLock() (lock, error) {
	h := x.r.Header
	mode, until, hold := h.Get(headerLockMode), h.Get(headerLockUntil), h.Get(headerLegalHold)
	if mode == "" && until == "" && hold == "" {
		return lock{}, nil
	}
	refused := x.undocumented.LockRefused.err()
	if mode != "" && mode != compliance || (mode == "") != (until == "") || hold != "" && hold != holdOn && hold != holdOff {
		return lock{}, refused
	}
	l := lock{hold: hold}
	if until != "" {
		var ok bool
		if l.until, ok = parseRetention(until); !ok || !x.server.now().Before(l.until) {
			return lock{}, refused
		}
	}
	err := x.lockConfigured()
	if err != nil && x.undocumented.LockIgnored {
		return lock{}, nil
	}
	return l, err
}

// parseRetention parses the end of a retention, to the second.
func parseRetention(text string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, text)
	return t.Truncate(time.Second), err == nil
}

// lockConfigured returns an error if the bucket has no object lock.
func (x *exchange) lockConfigured() error {
	x.bucket.mu.RLock()
	defer x.bucket.mu.RUnlock()
	if x.bucket.objectLock == nil {
		return x.undocumented.LockMissing.err()
	}
	return nil
}

// headers sets the response headers of a lock ("HEAD Object").
func (l lock) headers(h http.Header) {
	if !l.until.IsZero() {
		h.Set(headerLockMode, compliance)
		h.Set(headerLockUntil, isoTime(l.until))
	}
	if l.hold != "" {
		h.Set(headerLegalHold, l.hold)
	}
}

type retentionXML struct {
	XMLName xml.Name `xml:"Retention"`
	Mode    string   `xml:"Mode,omitempty"`
	Until   string   `xml:"RetainUntilDate,omitempty"`
}

// getRetention implements GET Object Retention.
func (x *exchange) getRetention() error {
	v, err := x.bucket.find(x.address.key, x.query.value("versionId"))
	if err != nil {
		return err
	}
	if v.lock.until.IsZero() {
		return fail("NoSuchObjectLockConfiguration")
	}
	return x.xml(retentionXML{Mode: compliance, Until: isoTime(v.lock.until)})
}

// putRetention implements PUT Object Retention. A retention can be extended, but
// not shortened or removed before it ends.
func (x *exchange) putRetention() error {
	var body retentionXML
	if err := x.readXML(&body); err != nil {
		return err
	}
	var until time.Time
	if body.Until != "" {
		var ok bool
		if until, ok = parseRetention(body.Until); !ok {
			return fail("MalformedXML")
		}
	}
	if body.Mode != "" && body.Mode != compliance {
		return x.undocumented.LockRefused.err()
	}
	return x.changeLock(func(v *version) error {
		if x.server.now().Before(v.lock.until) {
			switch {
			case until.IsZero():
				return fail("AccessDenied")
			case until.Before(v.lock.until):
				return x.undocumented.RetentionShortened.err()
			}
		}
		v.lock.until = until
		return nil
	})
}

type legalHoldXML struct {
	XMLName xml.Name `xml:"LegalHold"`
	Status  string   `xml:"Status"`
}

// getLegalHold implements GET Object LegalHold.
func (x *exchange) getLegalHold() error {
	v, err := x.bucket.find(x.address.key, x.query.value("versionId"))
	if err != nil {
		return err
	}
	if v.lock.hold == "" {
		return fail("NoSuchObjectLockConfiguration")
	}
	return x.xml(legalHoldXML{Status: v.lock.hold})
}

// putLegalHold implements PUT Object LegalHold.
func (x *exchange) putLegalHold() error {
	var body legalHoldXML
	if err := x.readXML(&body); err != nil {
		return err
	}
	if body.Status != holdOn && body.Status != holdOff {
		return fail("MalformedXML")
	}
	return x.changeLock(func(v *version) error {
		v.lock.hold = body.Status
		return nil
	})
}

// changeLock changes the lock of the version that the request names.
func (x *exchange) changeLock(change func(*version) error) error {
	if err := x.lockConfigured(); err != nil {
		return err
	}
	if err := x.bucket.change(x.server, x.address.key, x.query.value("versionId"), change); err != nil {
		return err
	}
	return x.empty(http.StatusOK)
}
