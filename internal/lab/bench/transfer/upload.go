package main

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"sort"
	"strconv"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// upload sends a file by an apply and by curl, in turns, to the same server
// over TLS under SSE-KMS, for which the server computes no MD5. The
// provider's time is from its first HEAD to its last; all of the apply comes
// in another column.
func upload(size int64) measure {
	return func(ctx context.Context, l *lab, row func(cells ...string)) error {
		path, err := l.file(size)
		if err != nil {
			return err
		}
		ways := []string{fmt.Sprintf(inOne, min(size, cosclient.MaxPartSize)>>20), "upload_concurrency = 1", ""}
		var curl tally
		provider := make([]tally, len(ways))
		for range l.pairs {
			if err := l.curl(ctx, path, &curl); err != nil {
				return err
			}
			for i, way := range ways {
				if err := l.apply(ctx, path, way, &provider[i]); err != nil {
					return err
				}
			}
		}
		base := median(curl.took)
		row("upload of "+inUnits(size)+" over TLS, curl -T", rate(size, base), "1.00", seconds(median(curl.processor)), "", "")
		for i, p := range provider {
			name := ways[i]
			switch i {
			case 0:
				name = "in one request"
			case len(ways) - 1:
				name = fmt.Sprintf("as it comes, %d at a time", cosclient.DefaultParallel)
			}
			took := median(p.took)
			row("  provider, "+name, rate(size, took), ratio(base, took), seconds(median(p.processor)), inUnits(p.peak), seconds(median(p.whole)))
		}
		return nil
	}
}

// inOne is a provider that sends a file in one request: a file that is no
// longer than a part is not cut.
const inOne = "part_size = %d"

// tally is what was measured of one way, each time it was taken.
type tally struct {
	took, processor, whole []time.Duration
	peak                   int64
}

// apply creates the object by the provider, and removes it again.
func (l *lab) apply(ctx context.Context, path, provider string, r *tally) error {
	w, err := l.workspace()
	if err != nil {
		return err
	}
	if err := w.object(provider, "server_side_encryption = \"cos/kms\"\n  source = "+quote(path)); err != nil {
		return err
	}
	l.journal.take()
	began := time.Now()
	peak, busy, err := w.run(ctx, "apply", "-auto-approve")
	if err != nil {
		return err
	}
	r.took, r.processor, r.whole = append(r.took, l.journal.take()), append(r.processor, busy), append(r.whole, time.Since(began))
	r.peak = max(r.peak, peak)
	return l.server.DeleteObject(l.server.Bucket(), "bench")
}

// curl uploads the file by a presigned URL.
func (l *lab) curl(ctx context.Context, path string, r *tally) error {
	loc := cosclient.Location{Region: l.server.Region(), Bucket: l.server.Bucket(), Key: "curl"}
	signed, err := l.client.Presign(ctx, loc, cosclient.PresignInput{
		Method: http.MethodPut, Life: time.Hour, Encryption: sse.Settings{Mode: sse.ModeKMS, KMSKeyID: cosmock.DefaultKMSKeyID},
	})
	if err != nil {
		return err
	}
	args := []string{"-sS", "--fail", "--cacert", l.server.CAFile(), "-T", path, "-w", "%{time_total}", "-o", "/dev/null", "-H", "Expect:"}
	for name, value := range signed.Header {
		args = append(args, "-H", name+": "+value)
	}
	cmd := exec.CommandContext(ctx, "curl", append(args, signed.URL)...)
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("curl: %w\n%s", err, out)
	}
	total, err := strconv.ParseFloat(string(out), 64)
	if err != nil {
		return err
	}
	took := time.Duration(total * float64(time.Second))
	r.took, r.processor, r.whole = append(r.took, took), append(r.processor, processor(cmd)), append(r.whole, took)
	return l.server.DeleteObject(l.server.Bucket(), "curl")
}

func median(all []time.Duration) time.Duration {
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all[len(all)/2]
}

func rate(size int64, took time.Duration) string {
	return fmt.Sprintf("%.0f MB/s", float64(size)/1e6/took.Seconds())
}

// ratio is how many times as fast as the first the second is.
func ratio(first, second time.Duration) string {
	return fmt.Sprintf("%.2f", first.Seconds()/second.Seconds())
}

func seconds(d time.Duration) string { return d.Round(10 * time.Millisecond).String() }

func inUnits(n int64) string {
	if n >= 1<<30 && n%(1<<30) == 0 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
