package cosclient

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
)

// The pause before a retry doubles each time.
const (
	firstPause = 200 * time.Millisecond
	maxPause   = 20 * time.Second
	// maxRetryAfter limits the pause that a server can request.
	maxRetryAfter = time.Minute
)

// retryPolicy is how to handle the error of an attempt.
type retryPolicy struct {
	again bool // a retry may succeed
	lost  bool // the request may have taken effect
	after time.Duration
}

// judge determines the retry policy for an error.
func judge(err error) retryPolicy {
	var (
		refused   *Error
		transport *TransportError
		corrupted *corruptedError
	)
	switch {
	case errors.As(err, &refused):
		return retryPolicy{again: refused.temporary(), lost: refused.ambiguous(), after: refused.retryAfter}
	case errors.As(err, &transport):
		return retryPolicy{again: !transport.final, lost: transport.sent && !transport.final}
	case errors.As(err, &corrupted):
		return retryPolicy{again: corrupted.op == opUploadPart} // a part can be sent again; an object is already stored
	}
	return retryPolicy{}
}

// temporary reports whether a retry may succeed. Source: COS API documentation,
// "Error Codes".
func (e *Error) temporary() bool {
	switch e.Code {
	case codeSlowDown, codeUnavailable, codeInternal, codeFreqControl, codeKMSInternal,
		"RequestTimeout", "UserNetworkTooSlow", codePathConflict, codeUploadConflict:
		return true
	}
	return e.Status == http.StatusTooManyRequests || e.Status >= 500 && e.Status != http.StatusNotImplemented
}

// ambiguous reports whether the write may have succeeded despite the error. Only
// throttling rules this out. COS's gateway also answers 503 after the work was
// done, and a multipart upload may be complete after a 503, so that its retry
// gets a 409. Source: hadoop-cos, which handles both.
func (e *Error) ambiguous() bool {
	switch e.Code {
	case codeSlowDown, codeFreqControl:
		return false
	case codePathConflict, codeUploadConflict, codeInternal, codeKMSInternal:
		return true
	}
	return e.Status >= 500 && e.Status != http.StatusNotImplemented && e.Status != http.StatusTooManyRequests
}

// ownWork reports whether an error can result from a retry of a write whose first
// attempt succeeded: the object exists, the source no longer matches the
// condition, the upload is closed, or another operation on the object is in
// progress.
func ownWork(err error) bool {
	var refused *Error
	return errors.Is(err, ErrPreconditionFailed) || errors.Is(err, ErrNoSuchUpload) ||
		errors.As(err, &refused) && refused.Status == http.StatusConflict
}

// do sends a request until it succeeds, fails permanently, or was retried
// MaxRetries times.
func (c *Client) do(ctx context.Context, r *request) (*answer, error) {
	if err := c.check(r); err != nil {
		return nil, err
	}
	if c.writing != nil && r.writes() {
		c.writing(r.loc)
	}
	pace := paceOf(ctx)
	var lost, corrected, renewed bool
	for number, retries := 1, 0; ; number++ {
		offset := time.Duration(c.offset.Load())
		creds, err := c.credentials(ctx, r)
		if err != nil {
			return nil, err
		}
		turn, stopped := pace.enter(ctx)
		if stopped != nil {
			return nil, &TransportError{Op: r.op, Location: r.loc, Err: stopped, final: true}
		}
		a, err := c.attempt(ctx, r, creds, offset, number)
		throttled := pace.leave(turn, err)
		if err == nil {
			return a, nil
		}
		v := judge(err)
		if lost && ownWork(err) && r.isThere(ctx) {
			return &answer{recovered: true}, nil
		}
		lost = lost || v.lost
		if throttled {
			continue
		}
		if !corrected && c.correctClock(ctx, err, offset) {
			corrected = true
			continue
		}
		if !renewed && c.expired(err, creds) {
			renewed = true
			continue
		}
		last := !v.again || retries >= c.maxRetries || c.outage.lasts(err)
		if !last {
			retries++
			if stopped := c.outage.sleep(ctx, err, pause(retries, v.after), c.sleep); stopped != nil {
				return nil, &TransportError{Op: r.op, Location: r.loc, Err: &stoppedError{stopped, err}, final: true}
			}
		}
		if v.lost && r.isThere(ctx) {
			return &answer{recovered: true}, nil
		}
		if last {
			c.outage.gaveUp(err)
			return nil, err
		}
	}
}

// expired reports whether COS has refused temporary credentials that can be
// renewed.
func (c *Client) expired(err error, creds credentials.Value) bool {
	if c.forget == nil || creds.SecurityToken == "" {
		return false
	}
	// COS uses either code for temporary credentials. Source: tests of Tencent's
	// Java SDK.
	var refused *Error
	if !errors.Is(err, ErrExpiredToken) && !(errors.As(err, &refused) && refused.says("InvalidAccessKeyId")) {
		return false
	}
	c.forget(creds)
	return true
}

// isThere checks whether a write whose response was lost has succeeded. If this
// is unknown it returns false, since sending the same content again is harmless.
func (r *request) isThere(ctx context.Context) bool {
	if r.landed == nil || ctx.Err() != nil {
		return false
	}
	there, err := r.landed(ctx)
	fields := map[string]any{"operation": r.op, "bucket": r.loc.Bucket, "key": r.loc.Key, "found": there}
	if err != nil {
		fields["error"] = err.Error()
	}
	tflog.Debug(ctx, "COS request without an answer: looked for its result", fields)
	return there && err == nil
}

// pause returns how long to wait before a retry. The first retry is number 1.
func pause(number int, after time.Duration) time.Duration {
	d := maxPause
	if number <= 8 { // larger shifts exceed the maximum anyway
		d = min(maxPause, firstPause<<(number-1))
	}
	d = d/2 + rand.N(d/2+1)
	return max(d, min(after, maxRetryAfter))
}

// stoppedError is returned if the context ends during the wait for a retry. It
// unwraps to both errors.
type stoppedError struct{ stopped, last error }

func (e *stoppedError) Error() string {
	return fmt.Sprintf("%s, while waiting to try again after: %v", plainWords(e.stopped), e.last)
}

func (e *stoppedError) Unwrap() []error { return []error{e.stopped, e.last} }
