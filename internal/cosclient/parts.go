package cosclient

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
	"golang.org/x/sync/errgroup"
)

// abortTime limits the abort of an upload, which also runs after the caller's
// context is done.
const abortTime = 30 * time.Second

// partSizeOf returns the part size for size bytes: as requested, or larger in
// whole MiB if there would be too many parts.
func partSizeOf(size, asked int64) (int64, error) {
	const unit = 1 << 20
	least := (size + MaxParts - 1) / MaxParts
	least = (least + unit - 1) / unit * unit
	switch partSize := max(asked, least); {
	case asked < MinPartSize || asked > MaxPartSize:
		return 0, fmt.Errorf("parts of %d bytes are not possible: they have from %d to %d", asked, int64(MinPartSize), int64(MaxPartSize))
	case partSize > MaxPartSize:
		return 0, fmt.Errorf("%d bytes are too many: an object has at most %d", size, int64(MaxParts)*MaxPartSize)
	default:
		return partSize, nil
	}
}

// inParallel uploads the parts 1 to count, with up to parallel of them at a time.
// After the first failure it starts no more parts, and it returns when none is
// running.
func (up Upload) inParallel(caller context.Context, op string, count, parallel int, part func(ctx context.Context, number int) (Part, error)) ([]Part, error) {
	parts := make([]Part, count)
	group, ctx := errgroup.WithContext(caller)
	group.SetLimit(parallel)
	for i := range parts {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() (err error) {
			if ctx.Err() == nil { // ctx may be done by the time that the part may start
				parts[i], err = part(ctx, i+1)
			}
			return err
		})
	}
	if err := group.Wait(); err == nil && caller.Err() == nil {
		return parts, nil
	}
	err := context.Cause(ctx) // whichever came first: a failed part or the end of the caller's context
	var transport *TransportError
	var refused *Error
	if !errors.As(err, &transport) && !errors.As(err, &refused) { // the caller's context ended
		err = &TransportError{Op: op, Location: up.Location, Err: err, final: true}
	}
	return nil, err
}

// abandon aborts a failed upload even if ctx is done. It returns the reason of
// the failure and, if the abort fails too, the fact that parts are left.
func (c *Client) abandon(ctx context.Context, up Upload, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTime)
	defer cancel()
	err := c.AbortMultipart(ctx, up)
	if err == nil {
		return why
	}
	tflog.Warn(ctx, "a multipart upload could not be aborted; its parts cost storage until it is",
		map[string]any{"bucket": up.Bucket, "key": up.Key, "upload_id": up.ID, "error": err.Error()})
	return &leftoverError{why, err}
}

// leftoverError is the error of a failed upload that could not be aborted. It
// unwraps to the reason of the failure.
type leftoverError struct{ why, abort error }

func (e *leftoverError) Error() string {
	abort := e.abort.Error()
	var refused *Error
	if errors.As(e.abort, &refused) && errors.Is(refused, ErrForbidden) {
		abort += ", grant the CAM action " + refused.Needs()
	}
	return fmt.Sprintf("%v; the upload could not be aborted, so that its parts stay and cost storage until that is done: %s", e.why, abort)
}

func (e *leftoverError) Unwrap() error { return e.why }
