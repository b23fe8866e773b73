package fastpath

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
)

const (
	// gcPercent lets the heap grow to five times of what is in use before it
	// is collected. What a call of the CLI leaves behind is garbage at once, so
	// collections find little in use, and are most of what a plan costs.
	gcPercent = 400
	// memoryLimit, in bytes, is where memory begins to count more than time: up
	// to it gcPercent holds, beyond it the heap may grow by three quarters of
	// what is in use. A limit that stayed would make the collector run without
	// end once that much is in use, as by the audit of a large bucket.
	memoryLimit = 80 << 20
)

// quiet are the variables by which the SDK's loggers get their levels: the
// SDK's own, the protocol's, the framework's, and the provider's. Unset, each
// writes everything: the CLI drops it, but only after it has read each line.
var quiet = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER"}

// Tune turns off logs that were not requested, and sets the garbage
// collector. It leaves alone what the environment sets:
// TF_LOG and its like, GOGC, GOMEMLIMIT. It reports whether it did.
func Tune() (bool, error) {
	if environmentSays(os.Environ()) {
		return false, nil
	}
	for _, name := range quiet {
		if err := os.Setenv(name, "OFF"); err != nil {
			return false, err
		}
	}
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryLimit)
	followHeap()
	return true, nil
}

// limitFor is the memory limit while so many bytes are in use.
func limitFor(live uint64) int64 {
	return max(memoryLimit, int64(min(live+live/4*3, math.MaxInt64)))
}

// cycle is an object that nothing refers to, so that each collection finds it.
type cycle struct{ _ *cycle }

// followHeap sets the memory limit anew after each collection.
func followHeap() {
	runtime.AddCleanup(&cycle{}, func(struct{}) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() == metrics.KindUint64 {
			debug.SetMemoryLimit(limitFor(live[0].Value.Uint64()))
		}
		followHeap()
	}, struct{}{})
}

// environmentSays reports whether somebody has set a log or the garbage collector.
// An empty variable is none.
func environmentSays(environ []string) bool {
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if value != "" && (strings.HasPrefix(name, "TF_LOG") || name == "GOGC" || name == "GOMEMLIMIT") {
			return true
		}
	}
	return false
}
