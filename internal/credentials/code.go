package credentials

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
)

// mfaCode is the code that an MFA device shows, or "" where there is none. It
// is sent to STS once, whatever comes of it: a verifier accepts a one-time
// password once (RFC 6238, section 5.2).
type mfaCode struct {
	code string
	// gone is what the code came to, once it has been sent.
	gone atomic.Pointer[error]
}

// errUnanswered is what a code came to whose answer nobody waited for.
var errUnanswered = errors.New("the code of the MFA device (token_code) was sent to STS, and its answer did not arrive: run again with the next code")

// usable returns why the code cannot be sent.
func (c *mfaCode) usable() error {
	if gone := c.gone.Load(); gone != nil {
		return *gone
	}
	return nil
}

// sent takes down what a call came to, and returns its error. Once the session
// that it opened has ended, that is used.
func (c *mfaCode) sent(x *exchange, err, used error) error {
	switch {
	case c.code == "" || !x.sent.Load():
	case err == nil:
		c.gone.Store(&used)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded): // the caller gave up
		c.gone.Store(&errUnanswered)
	default:
		err = fmt.Errorf("%w; the code of the MFA device (token_code) has been sent and is not sent again: run again with the next code", err)
		c.gone.Store(&err)
	}
	return err
}
