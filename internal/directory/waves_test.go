package directory

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// With a server that rarely accepts a request, all files wait and none fails.
func TestThrottlingUsesUpPatienceOfOneFile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p pause
		var refused, taken, failed atomic.Int32
		open := time.Now().Add(20 * time.Second) // everything is refused until then
		each(t.Context(), 200, func() bool { return false }, func(int) {
			err := p.patiently(t.Context(), func() error {
				time.Sleep(20 * time.Millisecond)
				if time.Now().Before(open) {
					refused.Add(1)
					return fmt.Errorf("refused: %w", cosclient.ErrThrottled)
				}
				taken.Add(1)
				return nil
			})
			if err != nil {
				failed.Add(1)
			}
		})
		if taken.Load() != 200 || failed.Load() != 0 {
			t.Errorf("%d were taken and %d failed", taken.Load(), failed.Load())
		}
		// All workers wait for the same pause and send no requests meanwhile.
		if n := refused.Load(); n > 8*maxInFlight {
			t.Errorf("%d requests went to a server that asks to slow down", n)
		}
	})
}

func TestThrottlingNeverEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p pause
		var failed failures
		began := time.Now()
		each(t.Context(), 2*maxInFlight, failed.stopped, func(i int) {
			if err := p.patiently(t.Context(), func() error { return cosclient.ErrThrottled }); err != nil {
				failed.add(fmt.Sprint(i), err)
			}
		})
		if len(failed.all) != 2*maxInFlight || !errors.Is(failed.all[0].err, cosclient.ErrThrottled) {
			t.Errorf("%d failed", len(failed.all))
		}
		if took := time.Since(began); took < time.Minute || took > 10*time.Minute {
			t.Errorf("it took %v to give up", took)
		}
	})
}

func TestThrottledApplyCannotBeInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var p pause
		began := time.Now()
		err := p.patiently(ctx, func() error {
			time.AfterFunc(10*time.Millisecond, cancel)
			return cosclient.ErrThrottled
		})
		if err == nil || time.Since(began) > time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}
