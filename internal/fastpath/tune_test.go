package fastpath

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestEnvironmentSays(t *testing.T) {
	t.Parallel()
	for environ, want := range map[string]bool{
		"":                            false,
		"HOME=/ PATH=/bin":            false,
		"TF_LOG=":                     false,
		"TF_LOG=TRACE":                true,
		"TF_LOG_PROVIDER=DEBUG":       true,
		"TF_LOG_PROVIDER_COS=DEBUG":   true,
		"TF_LOG_SDK_PROTO=OFF":        true,
		"TF_LOG_CORE=ERROR":           true,
		"TF_LOG_PATH=/tmp/log":        true,
		"GOGC=50":                     true,
		"GOMEMLIMIT=1GiB":             true,
		"MY_TF_LOG=TRACE GOGCX=1":     false,
		"PATH=/bin TF_LOG_SDK=TRACE ": true,
	} {
		if got := environmentSays(strings.Fields(environ)); got != want {
			t.Errorf("%q: %v", environ, got)
		}
	}
}

// The test restores the settings of the process, which other tests share.
func TestTune(t *testing.T) {
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "TF_LOG") || name == "GOGC" || name == "GOMEMLIMIT" {
			t.Setenv(name, "")
		}
	}
	for _, name := range quiet {
		t.Setenv(name, "")
	}
	percent, limit := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	defer func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}()

	t.Setenv("GOGC", "100")
	if tuned, err := Tune(); tuned || err != nil || os.Getenv(quiet[0]) != "" || debug.SetMemoryLimit(-1) != limit {
		t.Errorf("tuned over GOGC: %v, %v", tuned, err)
	}
	t.Setenv("GOGC", "")
	if tuned, err := Tune(); !tuned || err != nil {
		t.Fatalf("not tuned: %v", err)
	}
	for _, name := range quiet {
		if os.Getenv(name) != "OFF" {
			t.Errorf("%s is %q", name, os.Getenv(name))
		}
	}
	if got := debug.SetGCPercent(100); got != gcPercent || debug.SetMemoryLimit(-1) != memoryLimit {
		t.Errorf("the garbage collector is at %d %%, %d bytes", got, debug.SetMemoryLimit(-1))
	}

	// With much live data, the limit is high enough that the collector does not
	// run all the time.
	large := make([]byte, 2*memoryLimit)
	for debug.SetMemoryLimit(-1) < 3*memoryLimit {
		if t.Context().Err() != nil {
			t.Fatal("the limit does not follow")
		}
		runtime.GC()
		runtime.Gosched()
	}
	runtime.KeepAlive(large)
}

func TestLimitFor(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int64{
		0:               memoryLimit,
		memoryLimit / 2: memoryLimit,
		memoryLimit:     memoryLimit / 4 * 7,
		400 << 20:       700 << 20,
	} {
		if got := limitFor(live); got != want {
			t.Errorf("%d bytes in use: %d, want %d", live, got, want)
		}
	}
}
