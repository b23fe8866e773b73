package cosclient

import (
	"bytes"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// refusal holds the parts of an error body that are read. The elements
// StringToSign and FormatString quote the signed headers and are never stored.
// Source: COS API documentation, "Error Codes".
type refusal struct {
	XMLName    xml.Name `xml:"Error"`
	Code       string   `xml:"Code"`
	Message    string   `xml:"Message"`
	RequestID  string   `xml:"RequestId"`
	TraceID    string   `xml:"TraceId"`
	ServerTime string   `xml:"ServerTime"`
}

// refused returns the error for an unsuccessful response.
func (c *Client) refused(r *request, a *answer) *Error {
	var body refusal
	// Use what precedes a syntax error or a truncation.
	_ = xml.Unmarshal(a.body, &body)
	return c.newError(r, a, body)
}

// refusedInside returns the error in the body of a successful response, or nil.
// COS sends the status of a copy or of the completion of an upload before it
// knows the result.
func (c *Client) refusedInside(r *request, a *answer) error {
	var body refusal
	if err := xml.Unmarshal(bytes.TrimSpace(a.body), &body); err != nil && body.Code == "" {
		return nil
	}
	return c.newError(r, a, body)
}

func (c *Client) newError(r *request, a *answer, body refusal) *Error {
	said := refusalText{body.Code, body.Message, firstSet(a.header.Get(headerRequestID), body.RequestID), firstSet(a.header.Get(headerTraceID), body.TraceID), bucketRegion(a.header)}
	shown := a.scrub.refusalText(said)
	e := &Error{
		Op: r.op, Location: r.loc, Status: a.status,
		Code: shown.code, Message: shown.message, RequestID: shown.requestID, TraceID: shown.traceID,
		ServerTime: parseTime(body.ServerTime),
		words:      wordsIn(body.Message),
	}
	a.id = e.RequestID
	date, _ := http.ParseTime(a.header.Get("Date"))
	if e.ServerTime.IsZero() {
		e.ServerTime = date
	}
	if shown.region != r.loc.Region {
		e.BucketRegion = shown.region
	}
	e.pulled = e.origin(a.header)
	e.custom = c.endpoint.signedElsewhere(r.op, r.loc.Region, r.loc.Bucket)
	e.retryAfter = retryAfter(a.header.Get("Retry-After"), date)
	return e
}

// bucketRegion returns the bucket's region from the header or from the target of
// a redirect, or "".
func bucketRegion(h http.Header) string {
	if region := h.Get(headerBucketRegion); IsRegion(region) {
		return region
	}
	target, err := url.Parse(h.Get("Location"))
	if err != nil || target.Host == "" {
		return ""
	}
	own, ok := parseCOSHost(strings.ToLower(target.Hostname()))
	if !ok || !IsRegion(own.region) {
		return ""
	}
	return own.region
}

// unreadable returns the error for a success whose body cannot be parsed. COS did
// something, so it counts as a lost response.
func unreadable(r *request, err error) error {
	return &TransportError{Op: r.op, Location: r.loc, Err: &unreadableError{err}, sent: true}
}

// Fixed errors, because those of the parsers quote their input.
var (
	errNotXML   = errors.New("it is not the XML that it should be")
	errEscapes  = errors.New("a name in it is not URL-encoded, as it says")
	errNotRange = errors.New("it has no usable Content-Range")
)

type unreadableError struct{ err error }

func (e *unreadableError) Error() string { return "the answer cannot be read: " + e.err.Error() }
func (e *unreadableError) Unwrap() error { return e.err }

func parseTime(s string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	t, _ := http.ParseTime(s)
	return t
}

// retryAfter parses the requested pause, in seconds or as a time of the server's
// clock.
func retryAfter(value string, date time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if until, err := http.ParseTime(value); err == nil && !date.IsZero() {
		return until.Sub(date)
	}
	return 0
}
