package tfcli

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchChildren observes the children of a process, which are a CLI's providers, until the returned function is called.
// That function returns the largest resident size of a child and of the process itself, in bytes, or 0 on a system
// without /proc.
func watchChildren(parent int) (peak func() (children, own int64)) {
	done, result := make(chan struct{}), make(chan [2]int64)
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		var most, own int64
		for {
			most, own = max(most, peakOfChildren(parent)), max(own, PeakOf(strconv.Itoa(parent)))
			select {
			case <-done:
				result <- [2]int64{most, own}
				return
			case <-tick.C:
			}
		}
	}()
	return func() (children, own int64) {
		close(done)
		both := <-result
		return both[0], both[1]
	}
}

func peakOfChildren(parent int) (most int64) {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	for _, list := range lists {
		children, _ := os.ReadFile(list)
		for pid := range strings.FieldsSeq(string(children)) {
			most = max(most, PeakOf(pid))
		}
	}
	return most
}

// PeakOf is the largest resident size of a process, "self" for this one, in bytes; 0 on a system without /proc.
func PeakOf(pid string) int64 {
	status, _ := os.ReadFile("/proc/" + pid + "/status")
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	var kilobytes int64
	_, _ = fmt.Sscan(line, &kilobytes)
	return kilobytes << 10
}

// OwnProcessorTime returns the processor time of this process, in multiples of 10 ms. It returns 0 on systems without
// /proc.
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
