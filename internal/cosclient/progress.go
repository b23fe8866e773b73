package cosclient

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// reportEvery is how often a long upload tells how far it is.
const reportEvery = 5 * time.Second

// progress counts what has been sent of a body.
type progress struct {
	total int64
	sent  atomic.Int64
	began time.Time
}

func newProgress(total int64) *progress { return &progress{total: total, began: time.Now()} }

// part returns what counts the reading of one part. Reading it again takes
// back what was counted of it before.
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

// counter counts one attempt at a part. net/http may still read when the next
// attempt begins.
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

// report logs at every interval until it is stopped.
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

// fields tell how far the upload is after some time, and how long it will
// take if it goes on like that.
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
