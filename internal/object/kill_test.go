//go:build unix

package object_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// killed is an operation that a kill interrupts.
type killed struct {
	first, second []string // arguments before and after; a nil first is a create
	method        string   // method of the request in progress
	nth           int      // counts requests of that method
	fault         cosmock.FaultKind
	hint          bool // the next apply fails with the import hint
	want          string
}

// The CLI and the provider are killed at any point between two requests. The next
// apply succeeds, and an object that existed never disappears. Only a create that
// wrote the object without recording it must ask for an import, because the object
// might belong to anybody.
//
// With our runner: the CLI and the provider are killed.
func TestAccKilled(t *testing.T) {
	t.Parallel()
	const before, after = cosmock.FaultResetBefore, cosmock.FaultResetAfter
	table := map[string]killed{
		"create, looking":              {nil, []string{plain, `content = "new"`}, "HEAD", 1, before, false, "new"},
		"create, not written":          {nil, []string{plain, `content = "new"`}, "PUT", 1, before, false, "new"},
		"create, written":              {nil, []string{plain, `content = "new"`}, "PUT", 1, after, true, "new"},
		"create, proving":              {nil, []string{plain, `content = "new"`}, "HEAD", 2, before, true, "new"},
		"upload, looking":              {[]string{plain, `content = "old"`}, []string{plain, `content = "new"`}, "HEAD", 1, before, false, "new"},
		"upload, not written":          {[]string{plain, `content = "old"`}, []string{plain, `content = "new"`}, "PUT", 1, before, false, "new"},
		"upload, written":              {[]string{plain, `content = "old"`}, []string{plain, `content = "new"`}, "PUT", 1, after, false, "new"},
		"upload, proving":              {[]string{plain, `content = "old"`}, []string{plain, `content = "new"`}, "HEAD", 2, before, false, "new"},
		"rotation, not written":        {[]string{plain, `content = "old"`}, []string{`sse_customer_key_name = "b"`, `content = "old"`}, "PUT", 1, before, false, "old"},
		"rotation, written":            {[]string{plain, `content = "old"`}, []string{`sse_customer_key_name = "b"`, `content = "old"`}, "PUT", 1, after, false, "old"},
		"rotation, proving":            {[]string{plain, `content = "old"`}, []string{`sse_customer_key_name = "b"`, `content = "old"`}, "HEAD", 1, before, false, "old"},
		"rotation from SSE-C, proving": {[]string{`sse_customer_key_name = "b"`, `content = "old"`}, []string{plain, `content = "old"`}, "HEAD", 1, before, false, "old"},
	}
	c := newCases(t, table)
	ws := acctest.NewWorkspace(t)
	ws.Binary = acctest.Build(t)
	config := func(lines func(killed) []string) {
		parts := []string{c.Provider(keyring)}
		for name, tc := range table {
			if lines(tc) != nil {
				parts = append(parts, c.object(name, "a", lines(tc)...))
			}
		}
		ws.Config(parts...)
	}
	config(func(tc killed) []string { return tc.first })
	ws.Apply()
	var existing []string
	for name, tc := range table {
		if tc.first != nil {
			existing = append(existing, name)
		}
	}
	stop := c.watch(t, existing)
	config(func(tc killed) []string { return tc.second })
	ws.ChangedPlan("-out=plan.tfplan")
	c.kill(t, table, ws, "apply", "-parallelism=20", "plan.tfplan")
	out, hints := ws.Fail("apply", "-auto-approve").Text(), 0
	for name, tc := range table {
		if said := strings.Contains(out, "with "+c.address(name)+","); said != tc.hint {
			t.Errorf("%s: the next apply fails: %v, want %v:\n%s", name, said, tc.hint, out)
		}
		if tc.hint {
			hints++
			ws.Run("import", c.address(name), c.bucket(name)+"/a")
		}
	}
	for _, part := range []string{"Error: Object Exists Already", "terraform import"} {
		if n := strings.Count(out, part); n < hints || part != "terraform import" && n != hints {
			t.Errorf("the next apply says %q %d times, want %d:\n%s", part, n, hints, out)
		}
	}
	ws.Apply()
	ws.EmptyPlan()
	stop()
	for name, tc := range table {
		stored, key := c.stored(name, "a"), sse.CustomerKey{}
		if stored.Mode == sse.ModeCustomer {
			key = customerKey(t, acctest.KeyB)
		}
		if body, err := stored.Plaintext(key); err != nil || string(body) != tc.want {
			t.Errorf("%s: stored is %q, %v", name, body, err)
		}
	}
}

// kill runs the CLI. Once each row waits for the server at its request, it kills
// the CLI and its provider.
func (c *cases) kill(t *testing.T, table map[string]killed, ws *acctest.Workspace, args ...string) {
	t.Helper()
	c.ResetRequests()
	release, was := make(chan struct{}), map[string]string{}
	for name, tc := range table {
		fault := cosmock.Fault{Match: cosmock.On(tc.method, "a"), Skip: tc.nth - 1, Times: 1, Kind: tc.fault, Until: release}
		bucket := c.bucket(name)
		fault.Match.Bucket = &bucket
		must(t, c.Arm(fault))
		was[name] = c.stored(name, "a").ETag
	}
	cmd := ws.Command(t.Context(), args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	must(t, cmd.Start())
	for name, tc := range table {
		acctest.Eventually(t, fmt.Sprintf("%s: there is a %s number %d", name, tc.method, tc.nth), func() bool {
			n := 0
			for _, r := range c.Requests() {
				if r.Bucket == c.bucket(name) && r.Key == "a" && r.Method == tc.method {
					n++
				}
			}
			// The journal records a request before its body has arrived.
			return n >= tc.nth && (tc.fault != cosmock.FaultResetAfter || c.stored(name, "a").ETag != was[name])
		})
	}
	must(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL))
	if err := cmd.Wait(); err == nil || strings.Contains(out.String(), "Apply complete") || strings.Contains(out.String(), "Creation complete") || strings.Contains(out.String(), "Modifications complete") {
		t.Fatalf("the run was not killed, or not everywhere:\n%s", out.String())
	}
	close(release)
	c.Disarm()
}

func waitFor(t *testing.T, w *acctest.World, method string, nth int) {
	t.Helper()
	acctest.Eventually(t, fmt.Sprintf("there is a %s number %d", method, nth), func() bool {
		n := 0
		for _, r := range w.Requests() {
			if r.Method == method {
				n++
			}
		}
		return n >= nth
	})
}

// watch continuously checks that the objects exist.
func (c *cases) watch(t *testing.T, names []string) (stop func()) {
	t.Helper()
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				for _, name := range names {
					if _, ok := c.Server.Object(c.bucket(name), "a"); !ok {
						t.Errorf("%s: for a moment there was no object", name)
						return
					}
				}
			}
		}
	})
	return func() { close(done); watching.Wait() }
}
