package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// watchMemory notes the most memory that any process of a program has had in
// use, until the function it returns is called.
func watchMemory(program string) (peak func() int64) {
	done, result := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		for {
			select {
			case <-done:
				result <- most
				return
			case <-time.After(20 * time.Millisecond):
				most = max(most, peakOf(program))
			}
		}
	}()
	return func() int64 { close(done); return <-result }
}

func peakOf(program string) int64 {
	var most int64
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != program {
			continue
		}
		status, _ := os.ReadFile(filepath.Join(filepath.Dir(link), "status"))
		for line := range bytes.Lines(status) {
			if text, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
				kib, _ := strconv.ParseInt(string(bytes.TrimSpace(bytes.TrimSuffix(bytes.TrimSpace(text), []byte("kB")))), 10, 64)
				most = max(most, kib<<10)
			}
		}
	}
	return most
}

// own is the processor time of this process.
func own() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
