package audit

import (
	"fmt"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// BenchmarkAudit is an audit at 20 ms an answer.
func BenchmarkAudit(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, d := world(b, cosmock.Options{Latency: 20 * time.Millisecond})
			for i := range n {
				put(b, s, fmt.Sprintf("o/%05d", i), cosmock.NewObject{Mode: sse.ModeAES256})
			}
			requests := 0
			b.ReportAllocs()
			for b.Loop() {
				s.ResetRequests()
				seen, err := walk(b, s, d, Query{Heads: true})
				if err != nil || len(seen) != n {
					b.Fatal(len(seen), err)
				}
				requests = len(s.Requests())
			}
			b.ReportMetric(float64(requests), "requests")
		})
	}
}
