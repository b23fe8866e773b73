package listing

import (
	"fmt"
	"testing"
)

// BenchmarkRefresh measures the cost of a refresh apart from its requests.
func BenchmarkRefresh(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			f := newFake(numbered("o/%05d", n))
			ours := shuffled(f.objects)
			for b.Loop() {
				refresh(New(f), ours, 10)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/object")
		})
	}
}
