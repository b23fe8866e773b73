package bucketencryption

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// Delays before a change becomes visible. An SDK's live tests wait two seconds.
// The pauses double up to maxPause; waitAtMost is their sum.
const (
	firstPause = 200 * time.Millisecond
	maxPause   = 3 * time.Second
	waitAtMost = time.Minute
)

// errNotShown is returned if COS accepted a change that does not become visible.
var errNotShown = errors.New("COS accepted the change and does not show it")

// waitFor reads the bucket's encryption until it has the mode and key, or until
// there is none if the mode is sse.ModeNone.
func (r *Resource) waitFor(ctx context.Context, m model, mode sse.Mode, key string) (cosclient.BucketEncryption, error) {
	pause := firstPause
	for waited := time.Duration(0); ; {
		e, err := r.data.Client.BucketEncryption(ctx, m.Region.ValueString(), m.Bucket.ValueString())
		none := errors.Is(err, cosclient.ErrNoBucketEncryption)
		switch {
		case none && mode == sse.ModeNone:
			return e, nil
		case err != nil && !none:
			return e, err
		case err == nil && mode != sse.ModeNone && e.Matches(mode, key):
			return e, nil
		case waited >= waitAtMost:
			return e, fmt.Errorf("%w: after %s, GET answers %s", errNotShown, waitAtMost, e.Observed())
		}
		if err := r.sleep(ctx, pause); err != nil {
			return e, fmt.Errorf("waiting for the change to show: %w", err)
		}
		waited += pause
		pause = min(2*pause, maxPause)
	}
}
