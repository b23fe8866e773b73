package report

import (
	"fmt"
	"time"
)

// Seconds formats a duration.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.2fs", d.Seconds()) }

// Times formats the ratio of two durations.
func Times(one, other time.Duration) string {
	return fmt.Sprintf("%.2fx", one.Seconds()/other.Seconds())
}

// Rate writes how fast bytes went.
func Rate(size int, took time.Duration) string {
	return fmt.Sprintf("%.0f MB/s", float64(size)/1e6/took.Seconds())
}

// Size formats a number of bytes.
func Size(n int64) string {
	if n >= 1<<30 && n%(1<<30) == 0 {
		return fmt.Sprintf("%d GiB", n>>30)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
