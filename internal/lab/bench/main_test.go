package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMiddle(t *testing.T) {
	t.Parallel()
	for name, pair := range map[string][2]time.Duration{
		"odd":    {middle(runs(9, 1, 5)).took, 5},
		"single": {middle(runs(7)).took, 7},
		"by the transfer, where that is measured": {middle([]measured{{took: 1, transfer: 9}, {took: 2, transfer: 1}, {took: 3, transfer: 5}}).took, 3},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
}

// runs returns measurements with these durations.
func runs(took ...time.Duration) (all []measured) {
	for _, d := range took {
		all = append(all, measured{took: d})
	}
	return all
}

func TestParseNumbers(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]int{"": nil, "10": {10}, "10, 200": {10, 200}} {
		got, err := parseNumbers(list)
		if err != nil {
			t.Errorf("%q: %v", list, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", list, diff)
		}
	}
	for _, list := range []string{"0", "-1", "many", "1;2"} {
		if got, err := parseNumbers(list); err == nil {
			t.Errorf("%q is taken for the numbers %v", list, got)
		}
	}
}
