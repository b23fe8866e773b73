package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCells(t *testing.T) {
	t.Parallel()
	for name, pair := range map[string][2]string{
		"rate":            {rate(1<<30, 2*time.Second), "537 MB/s"},
		"twice as fast":   {times(4*time.Second, 2*time.Second), "2.00x"},
		"seconds":         {seconds(1234 * time.Millisecond), "1.23s"},
		"whole GiB":       {inUnits(5 << 30), "5 GiB"},
		"part of a GiB":   {inUnits(31<<20 + 5), "31 MiB"},
		"odd median":      {middle([]time.Duration{9, 1, 5}).String(), "5ns"},
		"a single median": {middle([]time.Duration{7}).String(), "7ns"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %q, want %q", name, pair[0], pair[1])
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]numbers{"": nil, "10": {10}, "10, 200": {10, 200}} {
		n := numbers{7}
		if err := n.Set(list); err != nil {
			t.Errorf("%q: %v", list, err)
		}
		if diff := cmp.Diff(want, n); diff != "" {
			t.Errorf("%q: %s", list, diff)
		}
	}
	for _, list := range []string{"0", "-1", "many", "1;2"} {
		if err := new(numbers).Set(list); err == nil {
			t.Errorf("%q is taken for numbers of objects", list)
		}
	}
	if got := (&numbers{10, 200}).String(); got != "10,200" {
		t.Errorf("written as %q", got)
	}
}

func TestOwnProcessorTime(t *testing.T) {
	t.Parallel()
	if spent := ownProcessorTime(); spent < 0 || spent > 24*time.Hour {
		t.Errorf("this process has spent %v", spent)
	}
}
