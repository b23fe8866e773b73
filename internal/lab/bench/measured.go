package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
)

// measured holds the measurements of one command.
type measured struct {
	size      int // of what was measured: a number of objects, or of bytes
	took, cpu time.Duration
	transfer  time.Duration // the part of took in which bodies were sent, if it was measured
	peak      int64         // bytes used by the provider
	peakCLI   int64         // bytes used by the CLI
	requests  int
	sent      int64  // body bytes
	state     int64  // bytes of the state
	private   int64  // bytes of the private state in it
	shown     string // what the CLI printed
}

// bodies is the time in which bodies were sent, or all of it if that was not measured.
func (m measured) bodies() time.Duration {
	if m.transfer > 0 {
		return m.transfer
	}
	return m.took
}

// timed measures what is no run of a CLI.
func timed(do func() error) measured {
	began := time.Now()
	program.Check(do())
	return measured{took: time.Since(began)}
}

// settle waits until a listing may be believed about what was just written; see internal/listing.
func settle() { time.Sleep(3 * time.Second) }

// median calls run several times and returns the measurement with the median duration.
func median(times int, run func() measured) measured {
	var all []measured
	for range times {
		all = append(all, run())
	}
	return middle(all)
}

func middle(all []measured) measured {
	all = slices.SortedFunc(slices.Values(all), func(a, b measured) int {
		return cmp.Or(cmp.Compare(a.transfer, b.transfer), cmp.Compare(a.took, b.took))
	})
	return all[len(all)/2]
}
