package report

import (
	"testing"
	"time"
)

func TestCells(t *testing.T) {
	t.Parallel()
	for name, pair := range map[string][2]string{
		"rate":          {Rate(1<<30, 2*time.Second), "537 MB/s"},
		"twice as fast": {Times(4*time.Second, 2*time.Second), "2.00x"},
		"seconds":       {Seconds(1234 * time.Millisecond), "1.23s"},
		"whole GiB":     {Size(5 << 30), "5 GiB"},
		"part of a GiB": {Size(31<<20 + 5), "31 MiB"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", name, pair[0], pair[1])
		}
	}
}
