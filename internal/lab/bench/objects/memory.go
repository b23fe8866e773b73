package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// peakOfChildren watches the children of a process, which are its providers,
// and returns the largest resident size of one of them, in bytes. It is 0 where
// the system has no /proc to tell.
func peakOfChildren(ctx context.Context, parent int) (peak int64) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, status := range childrenOf(parent) {
			peak = max(peak, 1024*field(status, "VmHWM:"))
		}
		select {
		case <-ctx.Done():
			return peak
		case <-tick.C:
		}
	}
}

// childrenOf returns the status of each child of a process.
func childrenOf(parent int) (statuses []string) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, list := range lists {
		children, _ := os.ReadFile(list)
		for pid := range strings.FieldsSeq(string(children)) {
			if status, err := os.ReadFile("/proc/" + pid + "/status"); err == nil {
				statuses = append(statuses, string(status))
			}
		}
	}
	return statuses
}

// field is the number in a line of a status.
func field(status, name string) int64 {
	_, rest, _ := strings.Cut(status, name)
	text, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}
