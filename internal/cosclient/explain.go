package cosclient

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Explain finds out why a HEAD was refused. Because the response has no body, the
// error lacks the code, such as NoSuchBucket or SsecDecryptHeaderInvalid. Explain
// sends one GET of one byte, without retries, and returns the *Error of the HEAD
// with code and message. It returns err itself if it is not such an error, or if
// the GET ends differently. If an origin-pull rule answered, it sends nothing,
// because a GET would make COS fetch the object.
func (c *Client) Explain(ctx context.Context, loc Location, in HeadInput, err error) error {
	var refused *Error
	if !errors.As(err, &refused) || refused.Op != opHead || refused.Code != "" || refused.pulled != originNone {
		return err
	}
	r, invalid := newRequest(opGet, http.MethodGet, loc)
	if invalid != nil {
		return err
	}
	r.version(in.VersionID)
	in.CustomerKey.SetHeaders(r.header)
	r.header.Set("Range", "bytes=0-0")
	r.stream = true
	if c.check(r) != nil {
		return err
	}
	creds, failed := c.credentials(ctx, r)
	if failed != nil {
		return err
	}
	a, failed := c.attempt(ctx, r, creds, time.Duration(c.offset.Load()), 1)
	if failed == nil {
		_ = a.live.Close()
		return err
	}
	c.expired(failed, creds) // the next request uses new credentials
	var reason *Error
	if !errors.As(failed, &reason) || reason.Status != refused.Status || reason.Code == "" && reason.Message == "" {
		return err
	}
	explained := *refused
	explained.Code, explained.Message, explained.words = reason.Code, reason.Message, reason.words
	if explained.RequestID == "" {
		explained.RequestID, explained.TraceID = reason.RequestID, reason.TraceID
	}
	return &explained
}
