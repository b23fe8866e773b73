package cosclient

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// The clock difference from which on a refusal is attributed to the clock. COS
// allows 15 minutes, and the signature's own margins reduce that. A smaller
// difference suffices if the error code names the time. Source: COS API
// documentation, "Error Codes" and "Request Signature".
const (
	skewAssumed = 5 * time.Minute // a refused HEAD has no body that gives the reason
	skewNamed   = 30 * time.Second
	// skewMost is the largest plausible difference: up to 14 hours for a wrong
	// time zone, or one day for a wrong date. A forged response must not make the
	// client create signatures that are valid years from now.
	skewMost = 26 * time.Hour
)

// correctClock checks whether a request was refused because of the time in its
// signature, which was made for a clock that is ahead of the local one by offset.
// If so, it uses the server's time for all further requests.
func (c *Client) correctClock(ctx context.Context, err error, offset time.Duration) bool {
	var e *Error
	if !errors.As(err, &e) || e.Status != http.StatusForbidden || e.ServerTime.IsZero() || !c.Secure() {
		return false // anyone could have sent this response over plain HTTP
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
		return true // another request has already corrected it
	}
	tflog.Info(ctx, "the clock of this machine differs from that of COS; requests are signed with the time of COS",
		map[string]any{"difference": ahead.Round(time.Second).String()})
	return true
}
