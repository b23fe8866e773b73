package cosclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"github.com/tencentyun/cos-go-sdk-v5"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// A signature starts in the past in case the server's clock is slow, and is valid
// for an hour. COS checks it when the request begins.
const (
	signatureBackdate = time.Minute
	signatureLife     = time.Hour
)

// Limits of how much of a response body is read.
const (
	maxErrorBody  = 64 << 10
	maxAnswerBody = 32 << 20 // a page of a listing is smaller than 2 MiB
)

// answer is a successful response.
type answer struct {
	status int
	header http.Header
	length int64         // Content-Length; -1 if there is none
	body   []byte        // nil if the request streams
	live   io.ReadCloser // set if the request streams

	crc       uint64 // CRC64 of the sent body
	whole     bool   // the whole body was sent
	scrub     scrubber
	id        string // request ID; see identify
	recovered bool   // the response was lost, but the write succeeded
}

// exchange is one attempt in progress.
type exchange struct {
	client  *Client
	request *request
	dog     *watchdog
	ended   func() error // why the attempt was cancelled (the caller's context, the watchdog), or nil
	body    *payload     // nil if there is none
	route   route
	tunnel  atomic.Bool // the proxy has opened the tunnel
	reached atomic.Bool // a connection was made
	sent    atomic.Bool // COS may have seen the request
	answer  answer
}

// credentials returns the credentials to sign a request with.
func (c *Client) credentials(ctx context.Context, r *request) (credentials.Value, error) {
	creds, err := c.retrieve(ctx)
	switch {
	case err != nil:
		return creds, c.shared(r.failed(fmt.Errorf("%w: %w", ErrNoCredentials, err)), creds)
	case creds.SecretID == "" || creds.SecretKey == "":
		return creds, c.shared(r.failed(fmt.Errorf("%w: the secret id or the secret key is empty", ErrNoCredentials)), creds)
	}
	return creds, nil
}

// failed returns an error that occurred before the request was sent.
func (r *request) failed(err error) error {
	return &TransportError{Op: r.op, Location: r.loc, Err: err, final: true}
}

// attempt sends a request once, signed for a clock that is ahead of the local one
// by offset. Its errors are *Error, *TransportError, or what r.read returns.
func (c *Client) attempt(ctx context.Context, r *request, creds credentials.Value, offset time.Duration, number int) (_ *answer, err error) {
	x := &exchange{client: c, request: r}
	inner, dog := watch(ctx, c.idle)
	x.dog = dog
	x.ended = func() error {
		var idle *idleError
		if ctx.Err() == nil && errors.As(context.Cause(inner), &idle) {
			return idle
		}
		return ctx.Err()
	}
	if r.body != nil {
		if x.body, err = openPayload(r.body, dog.beat); err != nil {
			dog.end()
			return nil, r.failed(err)
		}
	}
	traced := httptrace.WithClientTrace(x.known(inner), &httptrace.ClientTrace{
		GotConn:      func(httptrace.GotConnInfo) { x.connected(); dog.beat() },
		WroteHeaders: func() { x.sent.Store(true); dog.beat() },
	})
	req := c.build(traced, r, x.body)
	x.route = c.routeOf(req)
	start := c.now()
	signed := start.Add(offset - signatureBackdate)
	cos.AddAuthorizationHeader(creds.SecretID, creds.SecretKey, creds.SecurityToken, req, &cos.AuthTime{
		SignStartTime: signed, SignEndTime: signed.Add(signatureLife),
		KeyStartTime: signed, KeyEndTime: signed.Add(signatureLife),
	})
	x.answer.scrub = newScrubber(req.Header, creds, r.body, x.body)
	err = c.shared(x.send(req), creds)
	c.log(ctx, r, &x.answer, err, c.now().Sub(start), number)
	if err != nil {
		return nil, err
	}
	if c.answered != nil {
		c.answered(r.loc)
	}
	return &x.answer, nil
}

// send sends the request and fills in x.answer.
func (x *exchange) send(req *http.Request) error {
	resp, err := x.client.transport.RoundTrip(req) //nolint:bodyclose // watchedBody closes it
	if err != nil {
		if !x.reached.Load() {
			err = x.unconnected(err)
		}
		err = x.explain(err)
		x.dog.end()
		return err
	}
	x.dog.rest()
	a := &x.answer
	a.status, a.header, a.length = resp.StatusCode, resp.Header, resp.ContentLength
	live := &watchedBody{ReadCloser: resp.Body, dog: x.dog, explain: x.explain}
	success := resp.StatusCode/100 == 2
	a.identify(success)
	if success {
		if err := a.suspect(); err != nil {
			_ = live.Close()
			return x.unfit(err)
		}
	}
	if x.request.stream && success {
		a.live = live
		err := x.request.taken(a)
		if err != nil {
			_ = live.Close()
		}
		return err
	}
	defer func() { _ = live.Close() }()
	limit := int64(maxErrorBody)
	if success {
		limit = maxAnswerBody
	}
	a.body, err = io.ReadAll(io.LimitReader(live, limit))
	if x.body != nil {
		var failed error
		if a.crc, a.whole, failed = x.body.state(); failed != nil {
			return x.explain(failed)
		}
	}
	switch {
	case !success: // a truncated error body may still contain the code
		return x.client.refused(x.request, a)
	case err != nil:
		return err
	}
	return x.request.taken(a)
}

// taken reads a successful response.
func (r *request) taken(a *answer) error {
	if r.read == nil {
		return nil
	}
	return r.read(a)
}

// explain converts an error of net/http to one that names the cause.
func (x *exchange) explain(err error) error {
	e := &TransportError{Op: x.request.op, Location: x.request.loc, Err: x.answer.scrub.inWords(err), sent: x.sent.Load()}
	var failed error
	if x.body != nil {
		_, _, failed = x.body.state()
	}
	ended := x.ended()
	idle := errors.Is(ended, ErrIdleTimeout)
	switch {
	case ended != nil && !idle:
		e.Err, e.final = ended, true
	case failed != nil:
		e.Err, e.final = failed, true
	case idle && !x.reached.Load():
		e.Err = x.unconnected(ended)
	case idle:
		e.Err = ended
	case hopeless(err):
		e.final = true
	}
	return e
}

// log logs the result of an attempt. It omits the headers and the query, which
// may contain secrets.
func (c *Client) log(ctx context.Context, r *request, a *answer, err error, took time.Duration, number int) {
	fields := map[string]any{
		"operation": r.op, "bucket": r.loc.Bucket, "key": r.loc.Key,
		"status": a.status, "request_id": a.id,
		"duration_ms": took.Milliseconds(), "attempt": number,
	}
	var refused *Error
	switch {
	case errors.As(err, &refused):
		fields["code"] = refused.Code
	case err != nil:
		fields["error"] = err.Error()
	}
	tflog.Debug(ctx, "COS request", fields)
}

func (a *answer) checksum() string { return strconv.FormatUint(a.crc, 10) }
