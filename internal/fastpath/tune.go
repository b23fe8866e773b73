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
	// gcPercent lets the heap grow to five times the live data between
	// collections. A call of the CLI leaves only garbage behind, so collections
	// find little live data, and they would take most of the time of a plan.
	gcPercent = 400
	// memoryLimit is the size in bytes up to which gcPercent applies. Beyond it,
	// the heap may grow by three quarters of the live data. A fixed limit would
	// make the collector run continuously once the live data reaches it, such as
	// in the audit of a large bucket.
	memoryLimit = 80 << 20
)

// quiet are the variables that set the levels of the SDK's loggers: the SDK's
// own, the protocol's, the framework's and the provider's. If they are not set,
// the loggers write everything, and the CLI reads every line before it drops it.
var quiet = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_COS"}

// Tune disables logs that were not requested and configures the garbage
// collector. It changes nothing if the environment configures either of them
// (TF_LOG and the like, GOGC, GOMEMLIMIT), and reports whether it did.
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

// limitFor returns the memory limit for a number of live bytes.
func limitFor(live uint64) int64 {
	return max(memoryLimit, int64(min(live+live/4*3, math.MaxInt64)))
}

// cycle is an unreachable object, which each collection therefore finds.
type cycle struct{ _ *cycle }

// followHeap updates the memory limit after each collection.
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

// environmentSays reports whether the environment configures a log or the garbage
// collector. An empty variable does not count.
func environmentSays(environ []string) bool {
	for _, kv := range environ {
		name, value, _ := strings.Cut(kv, "=")
		if value != "" && (strings.HasPrefix(name, "TF_LOG") || name == "GOGC" || name == "GOMEMLIMIT") {
			return true
		}
	}
	return false
}
