package cosclient

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Headers of an object lock. Source: COS documentation, "Object Lock Overview".
const (
	headerLockMode  = "X-Cos-Object-Lock-Mode"
	headerLockUntil = "X-Cos-Object-Lock-Retain-Until-Date"
	headerLegalHold = "X-Cos-Object-Lock-Legal-Hold"
)

// lockMode is the only mode that COS has: nobody can shorten a retention.
const lockMode = "COMPLIANCE"

const (
	holdOn  = "ON"
	holdOff = "OFF"
)

// lockTime is how COS writes the end of a retention. It keeps whole seconds.
const lockTime = "2006-01-02T15:04:05.000Z"

// Lock is what keeps an object from being changed and deleted. The zero value
// is none.
type Lock struct {
	RetainUntil time.Time // zero: no retention
	LegalHold   bool      // a lock without an end
}

// InForce reports that the lock forbids a change at a time.
func (l Lock) InForce(now time.Time) bool { return l.LegalHold || now.Before(l.RetainUntil) }

// Covers reports that a lock protects for at least as long as another one.
func (l Lock) Covers(other Lock) bool {
	return !l.RetainUntil.Before(other.RetainUntil) && (l.LegalHold || !other.LegalHold)
}

// setHeaders has a write lock what it makes.
func (l Lock) setHeaders(h http.Header) {
	if !l.RetainUntil.IsZero() {
		h.Set(headerLockMode, lockMode)
		h.Set(headerLockUntil, l.RetainUntil.UTC().Format(lockTime))
	}
	if l.LegalHold {
		h.Set(headerLegalHold, holdOn)
	}
}

// lockOf reads the lock from the answer to a HEAD or GET. A date that cannot be
// read counts as none.
func lockOf(h http.Header) Lock {
	until, _ := parseLockTime(h.Get(headerLockUntil))
	return Lock{RetainUntil: until, LegalHold: h.Get(headerLegalHold) == holdOn}
}

func parseLockTime(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, text)
	return t.UTC(), err
}

type retention struct {
	XMLName xml.Name `xml:"Retention"`
	Mode    string   `xml:"Mode,omitempty"`
	Until   string   `xml:"RetainUntilDate"`
}

// Retention returns the end of an object's retention, which may be over; zero
// if it has none. Source: COS API documentation, "GET Object Retention".
func (c *Client) Retention(ctx context.Context, loc Location) (time.Time, error) {
	var result retention
	found, err := c.lockResult(ctx, "GetObjectRetention", "retention", loc, &result)
	if err != nil || !found || result.Until == "" {
		return time.Time{}, err
	}
	until, err := parseLockTime(result.Until)
	if err != nil {
		return time.Time{}, fmt.Errorf("GetObjectRetention %s: the answer has no date that can be read", loc)
	}
	return until, nil
}

// PutRetention prolongs the retention of an object. COS never shortens one that
// is in force: ErrInvalidLock. Source: COS API documentation, "PUT Object
// Retention".
func (c *Client) PutRetention(ctx context.Context, loc Location, until time.Time) error {
	return c.putLock(ctx, "PutObjectRetention", "retention", loc, retention{Mode: lockMode, Until: until.UTC().Format(lockTime)})
}

type legalHold struct {
	XMLName xml.Name `xml:"LegalHold"`
	Status  string   `xml:"Status"`
}

// LegalHold reports whether an object is under a legal hold. No page of COS
// describes it; programs use it as the S3 dialect has it.
func (c *Client) LegalHold(ctx context.Context, loc Location) (bool, error) {
	var result legalHold
	found, err := c.lockResult(ctx, "GetObjectLegalHold", "legal-hold", loc, &result)
	return found && result.Status == holdOn, err
}

// PutLegalHold puts an object under a legal hold, or lifts it.
func (c *Client) PutLegalHold(ctx context.Context, loc Location, on bool) error {
	status := holdOff
	if on {
		status = holdOn
	}
	return c.putLock(ctx, "PutObjectLegalHold", "legal-hold", loc, legalHold{Status: status})
}

// lockResult reads a lock. An object without one, in a bucket with or without
// object lock, is answered by an error, which counts as none.
func (c *Client) lockResult(ctx context.Context, op, subresource string, loc Location, result any) (found bool, _ error) {
	r, err := newRequest(op, http.MethodGet, loc)
	if err != nil {
		return false, err
	}
	r.query = []param{{subresource, ""}}
	r.read = func(a *answer) error { return c.readResult(r, a, result) }
	switch _, err := c.do(ctx, r); {
	case errors.Is(err, ErrNoObjectLock):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}

func (c *Client) putLock(ctx context.Context, op, subresource string, loc Location, document any) error {
	r, err := newRequest(op, http.MethodPut, loc)
	if err != nil {
		return err
	}
	r.query = []param{{subresource, ""}}
	if err := r.document(document); err != nil {
		return err
	}
	_, err = c.do(ctx, r)
	return err
}
