package directory_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// fresh is a server, a site of these files, and who drives a directory of it.
func fresh(t *testing.T, names ...string) (*acctest.World, site, *driver) {
	t.Helper()
	w := acctest.New(t)
	return w, newSite(t, names...), drive(t, w)
}

// applied is fresh after the first apply.
func applied(t *testing.T, names ...string) (*acctest.World, site, *driver) {
	t.Helper()
	w, s, d := fresh(t, names...)
	must(t, d.apply(s.args(w, nil)))
	return w, s, d
}

// stores checks the keys of everything that is stored.
func stores(t *testing.T, w *acctest.World, want ...string) {
	t.Helper()
	if keys := w.Keys(w.Bucket()); !slices.Equal(keys, want) {
		t.Errorf("stored: %q, want %q", keys, want)
	}
}

// requests are numbers of requests by what they are.
type requests map[string]int

// sends checks how many requests of some kinds a run sends.
func sends(t *testing.T, w *acctest.World, run func(), want requests) {
	t.Helper()
	calls := since(w, run)
	for what, n := range want {
		if calls[what] != n {
			t.Errorf("%d requests %s, want %d, in %v", calls[what], what, n, calls)
		}
	}
}

func since(w *acctest.World, run func()) map[string]int {
	before := counted(w)
	run()
	calls := map[string]int{}
	for what, n := range counted(w) {
		if n -= before[what]; n > 0 {
			calls[what] = n
		}
	}
	return calls
}

// order returns the keys that were written or deleted since an index in the
// journal.
func order(w *acctest.World, from int) []string {
	var keys []string
	for _, r := range w.Requests()[from:] {
		if (r.Method == "PUT" || r.Method == "DELETE") && r.Key != "" {
			keys = append(keys, r.Method+" "+r.Key)
		}
	}
	return keys
}

func put(t *testing.T, w *acctest.World, key, text string, mode sse.Mode) {
	t.Helper()
	if err := w.PutObject(w.Bucket(), key, cosmock.NewObject{Body: strings.NewReader(text), Mode: mode}); err != nil {
		t.Fatal(err)
	}
}

func arm(t *testing.T, w *acctest.World, f cosmock.Fault) {
	t.Helper()
	if err := w.Arm(f); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}
