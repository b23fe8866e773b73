package cosclient

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// From which difference on a clock is taken for the reason of a refusal. COS
// allows 15 minutes, minus what a signature is short of at either end; where
// it says that the time is the matter, less will do. Source: COS API
// documentation, "Error Codes" and "Request Signature".
const (
	skewAssumed = 5 * time.Minute // a refused HEAD has no body to say why
	skewNamed   = 30 * time.Second
	// skewMost is the most that a clock is wrong by itself: a time zone that was
	// taken for another is 14 hours at most, and one day covers a wrong date. A
	// forged answer must not make the client sign what is good years from now.
	skewMost = 26 * time.Hour
)

// correctClock looks whether a request was refused because its signature, made
// for a clock that is offset ahead of ours, has the wrong time. It then
// remembers the server's time for all that follows.
func (c *Client) correctClock(ctx context.Context, err error, offset time.Duration) bool {
	var e *Error
	if !errors.As(err, &e) || e.Status != http.StatusForbidden || e.ServerTime.IsZero() || !c.Secure() {
		return false // over http anybody may have said so
	}
	least := skewNamed
	switch {
	case errors.Is(e, ErrClockSkew), errors.Is(e, ErrExpiredSignature):
	case e.Code == "":
		least = skewAssumed
	default:
		return false
	}
	ahead := e.ServerTime.Sub(c.now())
	if (ahead-offset).Abs() < least || ahead.Abs() > skewMost {
		return false
	}
	if before := time.Duration(c.offset.Swap(int64(ahead))); (ahead - before).Abs() < least {
		return true // another request found it out first
	}
	tflog.Info(ctx, "the clock of this machine differs from that of COS; requests are signed with the time of COS",
		map[string]any{"difference": ahead.Round(time.Second).String()})
	return true
}
