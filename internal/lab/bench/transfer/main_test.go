package main

import (
	"testing"
	"time"
)

func TestCells(t *testing.T) {
	t.Parallel()
	for name, pair := range map[string][2]string{
		"rate":            {rate(1<<30, 2*time.Second), "537 MB/s"},
		"twice as fast":   {ratio(4*time.Second, 2*time.Second), "2.00"},
		"whole GiB":       {inUnits(5 << 30), "5 GiB"},
		"part of a GiB":   {inUnits(31<<20 + 5), "31 MiB"},
		"odd median":      {median([]time.Duration{9, 1, 5}).String(), "5ns"},
		"a single median": {median([]time.Duration{7}).String(), "7ns"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", name, pair[0], pair[1])
		}
	}
}
