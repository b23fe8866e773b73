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

// The CLI and the provider are killed at any point between two requests. The next
// apply succeeds, and an object that existed never disappears. Only a create that
// wrote the object without recording it must ask for an import, because the object
// might belong to anybody.
//
// With our runner: the CLI and the provider are killed.
func TestAccKilled(t *testing.T) {
	t.Parallel()
	binary := acctest.Build(t)
	const before, after = cosmock.FaultResetBefore, cosmock.FaultResetAfter
	for name, tc := range map[string]struct {
		first, second []string // arguments before and after; a nil first is a create
		method        string   // method of the request in progress
		nth           int      // counts requests of that method
		fault         cosmock.FaultKind
		hint          bool // the next apply fails with the import hint
		want          string
	}{
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Binary = binary
			if tc.first != nil {
				ws.Config(w.Provider(keyring), w.Object("a", tc.first...))
				ws.Apply()
			}
			stop := watch(t, w, tc.first != nil)
			ws.Config(w.Provider(keyring), w.Object("a", tc.second...))
			ws.ChangedPlan("-out=plan.tfplan")
			killDuring(t, w, ws, tc.method, tc.nth, tc.fault, "apply", "plan.tfplan")
			if tc.hint {
				if out := ws.Fail("apply", "-auto-approve").Text(); !containsAll(out, "Object Exists Already", "terraform import") {
					t.Errorf("the next apply says:\n%s", out)
				}
				ws.Run("import", "cos_encrypted_object.test", w.Bucket()+"/a")
			}
			ws.Apply()
			ws.EmptyPlan()
			stop()
			stored, _ := w.Stored("a")
			key := sse.CustomerKey{}
			if stored.Mode == sse.ModeCustomer {
				key = customerKey(t, acctest.KeyB)
			}
			if body, err := stored.Plaintext(key); err != nil || string(body) != tc.want {
				t.Errorf("stored is %q, %v", body, err)
			}
		})
	}
}

// killDuring runs the CLI, and kills it and its provider while the server delays
// the nth request of a method.
func killDuring(t *testing.T, w *acctest.World, ws *acctest.Workspace, method string, nth int, fault cosmock.FaultKind, args ...string) {
	t.Helper()
	w.ResetRequests()
	arm := func(kind cosmock.FaultKind, method string) (release func()) {
		gate := make(chan struct{})
		if err := w.Arm(cosmock.Fault{Match: cosmock.On(method, "a"), Times: 1, Kind: kind, Until: gate}); err != nil {
			t.Fatal(err)
		}
		return func() { close(gate) }
	}
	was := etag(w)
	var release func()
	if nth > 1 {
		release = arm(cosmock.FaultDelay, "PUT") // released once the fault for the next request is armed
	} else {
		release = arm(fault, method)
	}
	cmd := ws.Command(t.Context(), args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if nth > 1 {
		waitFor(t, w, "PUT", 1)
		held := arm(fault, method)
		release()
		release = held
	}
	waitFor(t, w, method, nth)
	if fault == cosmock.FaultResetAfter {
		// The journal records a request before its body has arrived.
		acctest.Eventually(t, "the server has done its work", func() bool { return etag(w) != was })
	}
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil || strings.Contains(out.String(), "Apply complete") {
		t.Fatalf("the run was not killed:\n%s", out.String())
	}
	release()
	w.Disarm()
}

func stored(w *acctest.World) bool {
	_, ok := w.Stored("a")
	return ok
}

func etag(w *acctest.World) string {
	o, _ := w.Stored("a")
	return o.ETag
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

// watch continuously checks that the object exists.
func watch(t *testing.T, w *acctest.World, expected bool) (stop func()) {
	if !expected {
		return func() {}
	}
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				if !stored(w) {
					t.Error("for a moment there was no object")
					return
				}
			}
		}
	})
	return func() { close(done); watching.Wait() }
}
