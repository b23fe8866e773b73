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

// refusal is what is read of an error's body. Its other nodes, StringToSign
// and FormatString, quote the signed headers and are never kept. Source: COS
// API documentation, "Error Codes".
type refusal struct {
	XMLName    xml.Name `xml:"Error"`
	Code       string   `xml:"Code"`
	Message    string   `xml:"Message"`
	RequestID  string   `xml:"RequestId"`
	TraceID    string   `xml:"TraceId"`
	ServerTime string   `xml:"ServerTime"`
}

// refused makes the error of an answer that is not a success.
func (c *Client) refused(r *request, a *answer) *Error {
	var body refusal
	// What stands before a broken or cut end counts.
	_ = xml.Unmarshal(a.body, &body)
	return c.newError(r, a, body)
}

// refusedInside returns the error that stands in the body of a success; nil
// if there is none. COS begins the answer to a copy or to the completion of
// an upload before it knows how it ends.
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

// bucketRegion reads where COS says that a bucket is: from its header, or from
// the host that it redirects to. "" if it says nothing.
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

// unreadable is the error of a success whose body cannot be understood. COS
// did something, so it counts as a lost answer.
func unreadable(r *request, err error) error {
	return &TransportError{Op: r.op, Location: r.loc, Err: &unreadableError{err}, sent: true}
}

// What the parsers say quotes what they cannot read.
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

// retryAfter reads the pause that a server asks for, in seconds or up to a
// moment by its own clock.
func retryAfter(value string, date time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if until, err := http.ParseTime(value); err == nil && !date.IsZero() {
		return until.Sub(date)
	}
	return 0
}
