package reencrypt_test

import (
	"fmt"
	"net/http"
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

// A dry run writes nothing and reports what a run would cost and cause.
func TestDryRun(t *testing.T) {
	t.Parallel()
	rules := func(root string) string {
		return "<" + root + "><Rule><ID>1</ID><Status>Enabled</Status></Rule></" + root + ">"
	}
	for name, tc := range map[string]struct {
		arguments map[string]any
		change    func(*testing.T, *acctest.World)
		says      []string
	}{
		"KMS": {
			map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1}, nil,
			[]string{
				"8 objects: 5 planned, 1 right, 1 failed, 1 skipped as public",
				"  - AES256, STANDARD_IA: 1 object, 9 bytes, 4 requests, about 1 KMS calls, 1 before the least time of the class is over",
				"  - cos/kms, STANDARD: 1 object, 11 bytes, 4 requests, about 2 KMS calls",
				"  - customer, STANDARD: 1 object, 12 bytes, 5 requests, about 1 KMS calls",
				"  - none, STANDARD: 2 objects, 18 bytes, 8 requests, about 2 KMS calls",
				"versioning: off; lifecycle rules: off; replication: off; event functions: unknown",
			},
		},
		"with rules": {
			map[string]any{"server_side_encryption": "AES256"},
			func(t *testing.T, w *acctest.World) {
				must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
				must(t, w.SetRules(w.Bucket(), "lifecycle", rules("LifecycleConfiguration")))
				must(t, w.SetRules(w.Bucket(), "replication", rules("ReplicationConfiguration")))
			},
			[]string{"versioning: on, so that the versions there are now stay, and cost, under their old encryption; lifecycle rules: on; replication: on; event functions: unknown"},
		},
		"where it may not look": {
			map[string]any{"server_side_encryption": "AES256"},
			func(t *testing.T, w *acctest.World) {
				must(t, w.SetPolicy(`{"version":"2.0","statement":[{"effect":"allow","action":["name/cos:GetBucket","name/cos:HeadObject"],"resource":["*"]}]}`))
			},
			[]string{"versioning: unknown; lifecycle rules: unknown; replication: unknown; event functions: unknown"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			put(t, w, "a", cosmock.NewObject{})
			put(t, w, "b", cosmock.NewObject{})
			put(t, w, "ia", cosmock.NewObject{Body: strings.NewReader("body infr"), Mode: sse.ModeAES256, Class: "STANDARD_IA"})
			put(t, w, "kms", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2})
			put(t, w, "right", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1})
			put(t, w, "ours", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)})
			put(t, w, "archive", cosmock.NewObject{Class: "ARCHIVE"})
			put(t, w, "public", cosmock.NewObject{ACL: "public-read"})
			must(t, w.DeleteObject(w.Bucket(), "gone"))
			if tc.change != nil {
				tc.change(t, w)
			}
			args := arguments(w, tc.arguments)
			args["dry_run"] = true
			run := w.ActionServer(map[string]any{"sse_customer_keys": map[string]string{"b": acctest.KeyB}}).Invoke(t.Context(), actionName, args, nil)
			told := strings.Join(run.Progress, "\n")
			if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], "1 object would not get") {
				t.Errorf("what would fail is no error: %q", run.Errors)
			}
			for _, want := range tc.says {
				if !strings.Contains(told, want) {
					t.Errorf("%q is not told:\n%s", want, told)
				}
			}
			for _, r := range w.Requests() {
				if r.Method != "GET" && r.Method != "HEAD" {
					t.Errorf("sent: %s %s", r.Method, r.Key)
				}
			}
		})
	}
}

// Objects written at or after the time are skipped; older ones are rewritten even
// if they have the required encryption; a second run with the same time finds
// nothing to do.
func TestModifiedBefore(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]map[string]any{
		"a context":    {"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1, "sse_context": "eyJhIjoiYiJ9"},
		"the same key": {"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ago atomic.Int64
			w := acctest.New(t, func(o *cosmock.Options) {
				o.Now = func() time.Time { return time.Now().Add(-time.Duration(ago.Load())) }
			})
			ago.Store(int64(10 * time.Minute))
			put(t, w, "old plain", cosmock.NewObject{})
			put(t, w, "old right", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1})
			ago.Store(0)
			put(t, w, "new plain", cosmock.NewObject{})
			put(t, w, "new right", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1})
			args := arguments(w, more)
			args["modified_before"] = time.Now().Add(-5 * time.Minute).Format(time.RFC3339)
			a := w.ActionServer(nil)
			for number, want := range []map[string]string{
				{"old plain": "done", "old right": "done", "new plain": "skipped newer", "new right": "right"},
				{"old plain": "right", "old right": "right", "new plain": "skipped newer", "new right": "right"},
			} {
				path := filepath.Join(t.TempDir(), fmt.Sprint(number, ".jsonl"))
				args["report_file"] = path
				run := a.Invoke(t.Context(), actionName, args, nil)
				if diff := cmp.Diff(want, report(t, path)); diff != "" || len(run.Errors) > 0 {
					t.Error(number, run.Errors, diff)
				}
				if len(run.Warnings) != 1 || !strings.Contains(run.Warnings[0], "1 object that are not under") && !strings.Contains(run.Warnings[0], "modified_before") {
					t.Errorf("%q", run.Warnings)
				}
			}
			o, _ := w.Stored("old right")
			if want := map[string]string{"a context": `{"a":"b"}`}[name]; o.KMSContext != want {
				t.Errorf("the context is %q", o.KMSContext)
			}
		})
	}
}

// A restored object of an archive class is copied and keeps its class.
func TestRestoredObject(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	put(t, w, "k", cosmock.NewObject{Class: "ARCHIVE"})
	must(t, w.RestoreObject(w.Bucket(), "k"))
	run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
	if o, _ := w.Stored("k"); len(run.Errors) > 0 || o.Mode != sse.ModeAES256 || o.Class != "ARCHIVE" {
		t.Error(run.Errors, o.Mode, o.Class)
	}
}

// Old versions are not changed. The run reports this, and their number if asked.
func TestOldVersionsStay(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.Limits.ListMaxKeys = 2 })
	must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
	for range 3 {
		put(t, w, "in/a", cosmock.NewObject{})
		put(t, w, "in/b", cosmock.NewObject{})
		put(t, w, "out", cosmock.NewObject{})
	}
	must(t, w.DeleteObject(w.Bucket(), "in/b"))
	run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256", "prefix": "in/", "count_old_versions": true}), nil)
	if len(run.Errors) > 0 || len(run.Warnings) != 1 || !strings.Contains(run.Warnings[0], "keeps versions") {
		t.Error(run)
	}
	// a: two old versions and the replaced one; b: three behind a delete marker.
	if told := strings.Join(run.Progress, "\n"); !strings.Contains(told, "6 versions are not the current ones") {
		t.Error(told)
	}
}

// Customer keys are rotated with the old ones in the keyring. An object with an
// unknown key does not stop the others.
func TestRotateCustomerKeys(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	const third = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc="
	for _, key := range strings.Fields("a b c d e f g h") {
		put(t, w, key, cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)})
	}
	put(t, w, "lost", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, third)})
	run := w.ActionServer(map[string]any{"sse_customer_keys": map[string]string{"old": acctest.KeyA, "new": acctest.KeyB}}).
		Invoke(t.Context(), actionName, arguments(w, map[string]any{"sse_customer_key_name": "new"}), nil)
	if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], `customer_unknown: 1 object ("lost")`) || !strings.Contains(run.Errors[0], "SSE-C with the key of MD5 "+acctest.KeyBMD5) {
		t.Error(run.Errors)
	}
	for _, key := range strings.Fields("a b c d e f g h") {
		if o, _ := w.Stored(key); o.CustomerKeyMD5 != acctest.KeyBMD5 {
			t.Errorf("%s is under %s", key, o.CustomerKeyMD5)
		}
	}
}

// The bucket's public ACL applies to objects without an ACL of their own.
func TestPublicBucket(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments map[string]any
		want      map[string]string
	}{
		"KMS":            {map[string]any{"server_side_encryption": "cos/kms"}, map[string]string{"inherits": "skipped public", "private": "done", "public": "skipped public"}},
		"KMS, all":       {map[string]any{"server_side_encryption": "cos/kms", "include_public": true}, map[string]string{"inherits": "done", "private": "done", "public": "done"}},
		"SSE-COS serves": {map[string]any{"server_side_encryption": "AES256"}, map[string]string{"inherits": "done", "private": "done", "public": "done"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			must(t, w.SetBucketACL(w.Bucket(), "public-read"))
			put(t, w, "inherits", cosmock.NewObject{})
			put(t, w, "private", cosmock.NewObject{ACL: "private"})
			put(t, w, "public", cosmock.NewObject{ACL: "public-read"})
			args, path := arguments(w, tc.arguments), filepath.Join(t.TempDir(), "r.jsonl")
			args["report_file"] = path
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, args, nil)
			if diff := cmp.Diff(tc.want, report(t, path)); diff != "" || len(run.Errors) > 0 {
				t.Error(diff, run.Errors)
			}
		})
	}
}

// A header that COS imposes is not stored with the copy, because the object's own
// would be lost.
func TestImposedHeader(t *testing.T) {
	t.Parallel()
	for _, shown := range []bool{false, true} {
		t.Run(fmt.Sprintf("by HEAD %v", shown), func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.ForceDownload, o.Undocumented.ForceDownloadHead = true, shown })
			put(t, w, "k", cosmock.NewObject{Header: http.Header{"Content-Disposition": {"inline"}}})
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
			if failed := len(run.Errors) > 0; failed != shown {
				t.Error(run.Errors)
			}
			if o, _ := w.Stored("k"); o.Header.Get("Content-Disposition") != "inline" {
				t.Errorf("the header is %q", o.Header.Get("Content-Disposition"))
			}
		})
	}
}
