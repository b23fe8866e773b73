package directory

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// reportEvery is how often an apply reports its progress.
const reportEvery = 5 * time.Second

// progress counts what an apply has done.
type progress struct {
	files, bytes       atomic.Int64
	allFiles, allBytes int64
	home               string
}

// report logs the progress periodically until done is called.
func (p *progress) report(ctx context.Context) (done func()) {
	began := time.Now()
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(reportEvery)
		defer ticker.Stop()
		for {
			select {
			case <-end:
				return
			case <-ticker.C:
				tflog.Info(ctx, "Writing encrypted directory", p.line(time.Since(began)))
			}
		}
	}()
	return func() { close(end); <-ended }
}

// line returns the progress and an estimate of the total time.
func (p *progress) line(passed time.Duration) map[string]any {
	files, bytes := p.files.Load(), p.bytes.Load()
	line := map[string]any{"directory": p.home, "files": files, "of_files": p.allFiles, "bytes": bytes, "of_bytes": p.allBytes}
	if seconds := passed.Seconds(); seconds > 0 && files > 0 {
		line["bytes_per_second"] = int64(float64(bytes) / seconds)
		line["remaining"] = (time.Duration(float64(passed) / float64(files) * float64(p.allFiles-files))).Round(time.Second).String()
	}
	return line
}
