package reencrypt_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// meanwhile calls do between the HEAD of an object and its copy, when the ACL is
// read.
func meanwhile(t *testing.T, w *acctest.World, key string, invoke func(), do func()) {
	t.Helper()
	reached := make(chan struct{})
	if err := w.Arm(cosmock.Fault{Match: cosmock.OnSubresource("GET", key, "acl"), Kind: cosmock.FaultDelay, Until: reached}); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); invoke() }()
	for {
		seen := false
		for _, r := range w.Requests() {
			seen = seen || r.Key == key && r.Subresource == "acl"
		}
		if seen {
			break
		}
		select {
		case <-ended:
			t.Fatal("the ACL was never asked for")
		case <-time.After(time.Millisecond):
		}
	}
	do()
	close(reached)
	<-ended
}

// An object that someone else writes between HEAD and copy is not overwritten, as
// far as COS's conditions allow.
func TestChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reading cosmock.Undocumented
		body    string // of the other write, one second later
		want    string
	}{
		"another body, the ETag wins":   {cosmock.Undocumented{}, "another body", "failed changed"},
		"another body, the date wins":   {cosmock.Undocumented{UnmodifiedSinceWins: true}, "another body", "failed changed"},
		"another body, both count":      {cosmock.Undocumented{CopyConditionsAll: true}, "another body", "failed changed"},
		"the same bytes, the date wins": {cosmock.Undocumented{UnmodifiedSinceWins: true}, "body of k", "failed changed"},
		"the same bytes, both count":    {cosmock.Undocumented{CopyConditionsAll: true}, "body of k", "failed changed"},
		// COS does not detect this one, and no request could.
		"the same bytes, the ETag wins": {cosmock.Undocumented{}, "body of k", "done"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var late atomic.Int64
			w := acctest.New(t, func(o *cosmock.Options) {
				o.Undocumented = tc.reading
				o.Now = func() time.Time { return time.Now().Add(time.Duration(late.Load())) }
			})
			put(t, w, "k", cosmock.NewObject{})
			path := filepath.Join(t.TempDir(), "report.jsonl")
			a := w.ActionServer(nil)
			var run acctest.ActionRun
			meanwhile(t, w, "k", func() {
				run = a.Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256", "report_file": path}), nil)
			}, func() {
				late.Store(int64(2 * time.Second))
				put(t, w, "k", cosmock.NewObject{Body: strings.NewReader(tc.body)})
			})
			if diff := cmp.Diff(map[string]string{"k": tc.want}, report(t, path)); diff != "" {
				t.Error(diff)
			}
			o, _ := w.Stored("k")
			body, err := o.Plaintext(sse.CustomerKey{})
			if err != nil || string(body) != tc.body {
				t.Errorf("the body is %q: %v", body, err)
			}
			if failed := tc.want != "done"; failed && o.Mode != sse.ModeNone || failed != (len(run.Errors) == 1) {
				t.Errorf("%q, %q", o.Mode, run.Errors)
			}
		})
	}
}

// An object that is deleted at any time is not a failure.
func TestVanishesMeanwhile(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	put(t, w, "k", cosmock.NewObject{})
	a := w.ActionServer(nil)
	var run acctest.ActionRun
	meanwhile(t, w, "k", func() {
		run = a.Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
	}, func() {
		if err := w.DeleteObject(w.Bucket(), "k"); err != nil {
			t.Error(err)
		}
	})
	if len(run.Errors) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], "1 gone") {
		t.Error(run)
	}
	if _, there := w.Stored("k"); there {
		t.Error("it was created again")
	}
}

// A copy that COS stores without the encryption is an error. In a versioned
// bucket, the wrong version is removed again.
func TestCopyThatIsNotAsAskedFor(t *testing.T) {
	t.Parallel()
	for _, versioning := range []string{cosmock.VersioningNever, cosmock.VersioningEnabled, cosmock.VersioningSuspended} {
		t.Run("versioning "+versioning, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			if err := w.SetVersioning(w.Bucket(), versioning); err != nil {
				t.Fatal(err)
			}
			put(t, w, "k", cosmock.NewObject{})
			before, _ := w.Stored("k")
			if err := w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "k"), Kind: cosmock.FaultDropEncryption, Times: -1}); err != nil {
				t.Fatal(err)
			}
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
			if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], "asked for SSE-COS (AES256), found no encryption") {
				t.Error(run.Errors)
			}
			after, there := w.Stored("k")
			if !there || after.CRC64 != before.CRC64 {
				t.Error("the object is lost")
			}
			if versioning == cosmock.VersioningEnabled && after.VersionID != before.VersionID {
				t.Errorf("the version %s is still there", after.VersionID)
			}
		})
	}
}

// A lost or late response or a temporary error does not fail an object, and no
// copy is repeated unnecessarily.
func TestPassingTrouble(t *testing.T) {
	t.Parallel()
	for _, kind := range []cosmock.FaultKind{
		cosmock.FaultSlowDown, cosmock.FaultInternalError, cosmock.FaultResetBefore, cosmock.FaultResetAfter, cosmock.FaultTruncate,
		cosmock.FaultErrorIn200, cosmock.FaultUnavailable, cosmock.FaultUnavailableAfter, cosmock.FaultInternalErrorAfter, cosmock.FaultConflictAfter,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			put(t, w, "k", cosmock.NewObject{Tags: map[string]string{"a": "b"}})
			if err := w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "k"), Kind: kind}); err != nil {
				t.Fatal(err)
			}
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
			if o, _ := w.Stored("k"); len(run.Errors) > 0 || o.Mode != sse.ModeAES256 || len(o.Tags) != 1 {
				t.Error(run.Errors, o.Mode, o.Tags)
			}
		})
	}
}

// Throttling slows the run down but fails no object, although the requests
// themselves are not retried.
func TestThrottlingFailsNothing(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for _, key := range strings.Fields("a b c d e f g h i j k l") {
		put(t, w, key, cosmock.NewObject{})
	}
	for method, subresource := range map[string]string{"HEAD": "", "GET": "acl", "PUT": ""} {
		if err := w.Arm(cosmock.Fault{Match: cosmock.Match{Method: &method, Subresource: &subresource}, Kind: cosmock.FaultSlowDown, Times: 8}); err != nil {
			t.Fatal(err)
		}
	}
	run := w.ActionServer(map[string]any{"max_retries": 0}).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
	if len(run.Errors) > 0 {
		t.Error(run.Errors)
	}
	refused := 0
	for _, r := range w.Requests() {
		if r.Status == 503 {
			refused++
		}
	}
	if refused != 24 {
		t.Errorf("%d requests were refused", refused)
	}
}

// An interrupted run loses nothing, and the next one does the rest.
func TestInterruptAndGoOn(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	keys := strings.Fields("a b c d e f g h i j k l m n o p q r s t")
	for _, key := range keys {
		put(t, w, key, cosmock.NewObject{})
	}
	a := w.ActionServer(nil)
	ctx, cancel := context.WithCancel(t.Context())
	held := make(chan struct{})
	defer close(held)
	if err := w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "k"), Kind: cosmock.FaultDelay, Until: held}); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			for _, r := range w.Requests() {
				if r.Key == "k" && r.Method == "PUT" {
					cancel()
					return
				}
			}
			time.Sleep(time.Millisecond)
		}
	}()
	run := a.Invoke(ctx, actionName, arguments(w, map[string]any{"server_side_encryption": "AES256", "parallelism": 2}), nil)
	if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], "was interrupted") {
		t.Fatal(run.Errors)
	}
	w.Disarm()
	run = a.Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
	if len(run.Errors) > 0 {
		t.Fatal(run.Errors)
	}
	for _, key := range keys {
		if o, _ := w.Stored(key); o.Mode != sse.ModeAES256 {
			t.Errorf("%s has the encryption %q", key, o.Mode)
		}
	}
}
