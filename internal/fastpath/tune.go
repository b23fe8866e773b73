package fastpath

import (
	"os"
	"runtime/debug"
	"strings"
)

const (
	// gcPercent lets the heap grow to five times of what is in use before it
	// is collected. What a call of the CLI leaves behind is garbage at once, so
	// collections find little in use, and are most of what a plan costs.
	gcPercent = 400
	// memoryLimit is from where on memory counts more than time again.
	memoryLimit = 80 << 20
)

// quiet are the variables by which the SDK's loggers get their levels: the
// SDK's own, the protocol's, the framework's, and the provider's. Unset, each
// writes everything: the CLI drops it, but only after it has read each line.
var quiet = []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER"}

// Tune turns the log off that nobody asked for, and sets the garbage
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
	return true, nil
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
