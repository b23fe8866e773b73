package cosclient

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// reportEvery is how often a long upload logs its progress.
const reportEvery = 5 * time.Second

// progress counts the sent bytes of a body.
type progress struct {
	total int64
	sent  atomic.Int64
	began time.Time
}

func newProgress(total int64) *progress { return &progress{total: total, began: time.Now()} }

// part returns a function that wraps the reader of a part to count it. A second
// call for the same part subtracts what the previous attempt counted.
func (p *progress) part() func(io.Reader) io.Reader {
	var current *counter
	return func(r io.Reader) io.Reader {
		if current != nil {
			current.end()
		}
		current = &counter{Reader: r, progress: p}
		return current
	}
}

// counter counts one attempt at a part. net/http may still be reading when the
// next attempt begins.
type counter struct {
	io.Reader
	progress *progress
	mu       sync.Mutex
	counted  int64
	ended    bool
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended {
		c.counted += int64(n)
		c.progress.sent.Add(int64(n))
	}
	return n, err
}

func (c *counter) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	c.progress.sent.Add(-c.counted)
}

// report logs the progress at every interval until stop is called.
func (p *progress) report(ctx context.Context, loc Location, interval time.Duration) (stop func()) {
	done := make(chan struct{})
	var reporting sync.WaitGroup
	reporting.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				fields := p.fields(time.Since(p.began))
				fields["bucket"], fields["key"] = loc.Bucket, loc.Key
				tflog.Info(ctx, "uploading to COS", fields)
			case <-done:
				return
			}
		}
	})
	return func() { close(done); reporting.Wait() }
}

// fields returns the log fields for the progress after some time, including an
// estimate of the remaining time.
func (p *progress) fields(after time.Duration) map[string]any {
	sent := p.sent.Load()
	fields := map[string]any{"bytes": sent, "total_bytes": p.total}
	if seconds := after.Seconds(); seconds > 0 && sent > 0 {
		rate := float64(sent) / seconds
		fields["bytes_per_second"] = int64(rate)
		fields["remaining"] = time.Duration(float64(p.total-sent) / rate * float64(time.Second)).Round(time.Second).String()
	}
	return fields
}
