package cosclient

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Explain learns why a HEAD was refused: its answer has no body, so that
// neither NoSuchBucket nor SsecDecryptHeaderInvalid can be seen. It sends one
// GET of one byte, without retries, and returns the *Error of the HEAD with
// code and message. It returns err itself where err is no such error, or where
// the GET ends in another way than the HEAD did. Where an origin-pull rule answered,
// a GET would make COS fetch the object: nothing is sent.
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
	c.expired(failed, creds) // the next request gets others
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
