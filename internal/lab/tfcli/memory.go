package tfcli

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchChildren observes the children of a process, which are a CLI's providers, until the function that it returns is
// called. That returns the largest resident size of one of them, in bytes, or 0 on a system without /proc.
func watchChildren(parent int) (peak func() int64) {
	done, result := make(chan struct{}), make(chan int64)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		var most int64
		for {
			most = max(most, peakOfChildren(parent))
			select {
			case <-done:
				result <- most
				return
			case <-tick.C:
			}
		}
	}()
	return func() int64 { close(done); return <-result }
}

func peakOfChildren(parent int) (most int64) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, list := range lists {
		children, _ := os.ReadFile(list)
		for pid := range strings.FieldsSeq(string(children)) {
			status, _ := os.ReadFile("/proc/" + pid + "/status")
			_, line, _ := strings.Cut(string(status), "VmHWM:")
			var kilobytes int64
			_, _ = fmt.Sscan(line, &kilobytes)
			most = max(most, kilobytes<<10)
		}
	}
	return most
}

// OwnProcessorTime is the processor time of this process, in the hundredths of a second that Linux counts; 0 elsewhere.
func OwnProcessorTime() time.Duration {
	stat, _ := os.ReadFile("/proc/self/stat")
	_, afterName, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(afterName)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}
