package restore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/restore"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const actionName = "cos_restore_objects"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, w *acctest.World, key string, o cosmock.NewObject) {
	t.Helper()
	o.Body = strings.NewReader("body of " + key)
	must(t, w.PutObject(w.Bucket(), key, o))
}

func customerKey(t testing.TB, text string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(text)
	must(t, err)
	return key
}

// arguments returns those of an action on the server's bucket.
func arguments(w *acctest.World, more map[string]any) map[string]any {
	all := map[string]any{"bucket": w.Bucket(), "days": 7}
	maps.Copy(all, more)
	return all
}

// report reads a report and returns all results of each key as "result reason".
func report(t testing.TB, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	found := map[string]string{}
	for line := range strings.Lines(string(text)) {
		var read struct{ Key, Result, Reason string }
		must(t, json.Unmarshal([]byte(line), &read))
		what := strings.TrimSpace(read.Result + " " + read.Reason)
		if before := found[read.Key]; before != "" {
			what = before + ", " + what
		}
		found[read.Key] = what
	}
	return found
}

// An archived object takes two requests, any other none. In a second run, an
// archived object takes one.
func TestRestore(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.RestoreDelay = time.Hour })
	put(t, w, "cold", cosmock.NewObject{Class: "ARCHIVE", Mode: sse.ModeAES256})
	put(t, w, "warm", cosmock.NewObject{})
	run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, nil), nil)
	if len(run.Errors)+len(run.Warnings) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], "1 requested, 1 skipped as not_archived") {
		t.Error(run)
	}
	if diff := cmp.Diff([]string{"HEAD 200", "POST ?restore 202 105 bytes"}, w.CallsOf("cold")); diff != "" {
		t.Error(diff)
	}
	if calls := w.CallsOf("warm"); len(calls) > 0 {
		t.Errorf("sent for what is not archived: %q", calls)
	}
	w.ResetRequests()
	run = w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, nil), nil)
	if len(run.Errors)+len(run.Warnings) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], "1 under way") {
		t.Error(run)
	}
	if diff := cmp.Diff([]string{"HEAD 200"}, w.CallsOf("cold")); diff != "" {
		t.Error(diff)
	}
}

// Each kind of object is restored, skipped or refused as documented.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	for tier, but := range map[string]map[string]string{
		"Standard":  nil,
		"Bulk":      nil,
		"Expedited": {"deep": "failed tier_not_offered"},
	} {
		t.Run(tier, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.Undocumented.RestoreStrict = true })
			put(t, w, "archive", cosmock.NewObject{Class: "ARCHIVE", Mode: sse.ModeKMS})
			put(t, w, "deep", cosmock.NewObject{Class: "DEEP_ARCHIVE"})
			put(t, w, "maz", cosmock.NewObject{Class: "MAZ_ARCHIVE"})
			put(t, w, "restored", cosmock.NewObject{Class: "ARCHIVE"})
			must(t, w.RestoreObject(w.Bucket(), "restored"))
			put(t, w, "tiered", cosmock.NewObject{Class: "INTELLIGENT_TIERING", Tier: "ARCHIVE_ACCESS"})
			put(t, w, "frequent", cosmock.NewObject{Class: "INTELLIGENT_TIERING"})
			put(t, w, "standard", cosmock.NewObject{})
			put(t, w, "infrequent", cosmock.NewObject{Class: "STANDARD_IA"})
			put(t, w, "ours", cosmock.NewObject{Class: "ARCHIVE", Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)})
			put(t, w, "theirs", cosmock.NewObject{Class: "ARCHIVE", Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)})
			put(t, w, "a/../b", cosmock.NewObject{Class: "ARCHIVE"})
			put(t, w, "ü + %41//", cosmock.NewObject{Class: "ARCHIVE"})
			path := filepath.Join(t.TempDir(), "report.jsonl")
			run := w.ActionServer(map[string]any{"sse_customer_keys": map[string]string{"b": acctest.KeyB}}).
				Invoke(t.Context(), actionName, arguments(w, map[string]any{"tier": tier, "report_file": path}), nil)
			want := map[string]string{
				"archive": "requested", "deep": "requested", "maz": "requested", "restored": "right", "tiered": "requested", "frequent": "skipped not_archived", "standard": "skipped not_archived", "infrequent": "skipped not_archived",
				"ours": "requested", "theirs": "failed customer_unknown", "a/../b": "failed unaddressable", "ü + %41//": "requested",
			}
			maps.Copy(want, but)
			if diff := cmp.Diff(want, report(t, path)); diff != "" {
				t.Error(diff)
			}
			failed := 0
			for _, what := range want {
				if strings.HasPrefix(what, "failed") {
					failed++
				}
			}
			for _, key := range []string{"frequent", "standard", "infrequent"} {
				if calls := w.CallsOf(key); len(calls) > 0 {
					t.Errorf("sent for %s: %q", key, calls)
				}
			}
			if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], fmt.Sprintf("%d objects cannot be restored", failed)) {
				t.Errorf("%q", run.Errors)
			}
			if len(run.Warnings) != 1 || !strings.Contains(run.Warnings[0], "1 object had been restored before") {
				t.Errorf("%q", run.Warnings)
			}
			if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), `"restored_until":"2`) || !strings.Contains(string(text), `"storage_class":"DEEP_ARCHIVE"`) {
				t.Errorf("%s, %v", text, err)
			}
		})
	}
}

// stage returns a server whose clock only advances with pauses, and the provider
// data for a run.
func stage(t *testing.T, delay time.Duration) (*acctest.World, *providerdata.Data, restore.Options, *atomic.Int64) {
	t.Helper()
	var passed atomic.Int64
	began := time.Now()
	now := func() time.Time { return began.Add(time.Duration(passed.Load())) }
	w := acctest.New(t, func(o *cosmock.Options) { o.RestoreDelay, o.Now = delay, now })
	endpoint, err := cosclient.ParseEndpoint(w.URL())
	must(t, err)
	data := &providerdata.Data{Region: w.Region(), Keyring: sse.NewKeyring(nil)}
	must(t, data.Connect(cosclient.Config{
		Endpoint: endpoint, RootCAs: w.CertPool(), RequestTimeout: time.Hour, MaxRetries: 2,
		Credentials: credentials.Static{Value: credentials.Value{SecretID: w.SecretID(), SecretKey: w.SecretKey()}},
	}))
	return w, data, restore.Options{
		Options: bulkaction.Options{Tell: func(string) {}, Now: now, Parallelism: 1},
		Pause: func(ctx context.Context, d time.Duration) error {
			passed.Add(int64(d))
			return ctx.Err()
		},
	}, &passed
}

// A wait lasts until the last object is restored, and checks one object at a
// time.
func TestWait(t *testing.T) {
	t.Parallel()
	w, data, o, _ := stage(t, 10*time.Minute)
	for _, key := range []string{"a", "b", "c"} {
		put(t, w, key, cosmock.NewObject{Class: "ARCHIVE"})
	}
	put(t, w, "warm", cosmock.NewObject{})
	var told []string
	o.Tell = func(line string) { told = append(told, line) }
	o.ReportFile = filepath.Join(t.TempDir(), "report.jsonl")
	target := restore.Target{Region: w.Region(), Bucket: w.Bucket(), Days: 1, Tier: restore.Standard, Wait: true, Timeout: time.Hour}
	out := target.Run(t.Context(), data.Inspector(), o)
	if out.Err != nil {
		t.Fatal(out.Err)
	}
	want := map[string]string{"a": "requested, done", "b": "requested, done", "c": "requested, done", "warm": "skipped not_archived"}
	if diff := cmp.Diff(want, report(t, o.ReportFile)); diff != "" {
		t.Error(diff)
	}
	heads := 0
	for _, r := range w.Requests() {
		if r.Method == "HEAD" {
			heads++
		}
	}
	// Each object is checked before and after, and the first one every two
	// minutes.
	if heads != 3+3+5 {
		t.Errorf("%d HEADs", heads)
	}
	if text := strings.Join(told, "\n"); !strings.Contains(text, "Waiting for COS to restore") || !strings.Contains(text, "Restored: 3 objects: 3 done") {
		t.Error(text)
	}
}

// Restoring an object of intelligent tiering ends with its move out of the archive
// tier, after which nothing shows that it was restored.
func TestWaitForAnArchiveTier(t *testing.T) {
	t.Parallel()
	w, data, o, _ := stage(t, 10*time.Minute)
	for _, key := range []string{"tiered", "under way"} {
		put(t, w, key, cosmock.NewObject{Class: "INTELLIGENT_TIERING", Tier: "DEEP_ARCHIVE_ACCESS"})
	}
	put(t, w, "frequent", cosmock.NewObject{Class: "INTELLIGENT_TIERING"})
	must(t, data.Client.Restore(t.Context(), cosclient.Location{Region: w.Region(), Bucket: w.Bucket(), Key: "under way"}, cosclient.RestoreInput{Days: 1, Tier: restore.Bulk}))
	target := restore.Target{Region: w.Region(), Bucket: w.Bucket(), Days: 1, Tier: restore.Standard, Wait: true, Timeout: time.Hour}
	for number, want := range []map[string]string{
		{"tiered": "requested, done", "under way": "under_way, done", "frequent": "skipped not_archived"},
		{"tiered": "skipped not_archived", "under way": "skipped not_archived", "frequent": "skipped not_archived"},
	} {
		o.ReportFile = filepath.Join(t.TempDir(), "report.jsonl")
		if out := target.Run(t.Context(), data.Inspector(), o); out.Err != nil {
			t.Error(number, out.Err)
		}
		if diff := cmp.Diff(want, report(t, o.ReportFile)); diff != "" {
			t.Error(number, diff)
		}
	}
}

// If the wait times out, the run fails, and the next one continues the wait.
func TestWaitEnds(t *testing.T) {
	t.Parallel()
	w, data, o, _ := stage(t, 10*time.Minute)
	put(t, w, "a", cosmock.NewObject{Class: "ARCHIVE"})
	put(t, w, "b", cosmock.NewObject{Class: "ARCHIVE"})
	target := restore.Target{Region: w.Region(), Bucket: w.Bucket(), Days: 1, Tier: restore.Standard, Wait: true, Timeout: 5 * time.Minute}
	out := target.Run(t.Context(), data.Inspector(), o)
	if out.Err == nil || !strings.Contains(out.Err.Error(), "COS has not restored 2 objects within 5m0s") {
		t.Error(out.Err)
	}
	target.Timeout = time.Hour
	if out = target.Run(t.Context(), data.Inspector(), o); out.Err != nil {
		t.Error(out.Err)
	}
	posts := 0
	for _, r := range w.Requests() {
		if r.Method == "POST" {
			posts++
		}
	}
	if posts != 2 {
		t.Errorf("%d requests to restore", posts)
	}
}

// A failed object does not prevent waiting for the others, and is reported once.
func TestWaitForTheOthers(t *testing.T) {
	t.Parallel()
	w, data, o, _ := stage(t, time.Minute)
	put(t, w, "a", cosmock.NewObject{Class: "ARCHIVE"})
	put(t, w, "lost", cosmock.NewObject{Class: "ARCHIVE", Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)})
	put(t, w, "deep", cosmock.NewObject{Class: "DEEP_ARCHIVE"})
	o.ReportFile = filepath.Join(t.TempDir(), "report.jsonl")
	target := restore.Target{Region: w.Region(), Bucket: w.Bucket(), Days: 1, Tier: restore.Expedited, Wait: true, Timeout: time.Hour}
	out := target.Run(t.Context(), data.Inspector(), o)
	if out.Err == nil || !strings.Contains(out.Err.Error(), "2 objects cannot be restored") {
		t.Error(out.Err)
	}
	want := map[string]string{"a": "requested, done", "lost": "failed customer_unknown", "deep": "failed tier_not_offered"}
	if diff := cmp.Diff(want, report(t, o.ReportFile)); diff != "" {
		t.Error(diff)
	}
}

// Interrupting a wait loses nothing: COS continues, and so does the next run.
func TestInterruptWait(t *testing.T) {
	t.Parallel()
	w, data, o, passed := stage(t, 10*time.Minute)
	put(t, w, "a", cosmock.NewObject{Class: "ARCHIVE"})
	ctx, cancel := context.WithCancel(t.Context())
	pause := o.Pause
	o.Pause = func(ctx context.Context, d time.Duration) error {
		cancel()
		return pause(ctx, d)
	}
	target := restore.Target{Region: w.Region(), Bucket: w.Bucket(), Days: 1, Tier: restore.Standard, Wait: true, Timeout: time.Hour}
	out := target.Run(ctx, data.Inspector(), o)
	if !errors.Is(out.Err, context.Canceled) {
		t.Error(out.Err)
	}
	passed.Add(int64(10 * time.Minute))
	o.Pause = pause
	if out = target.Run(t.Context(), data.Inspector(), o); out.Err != nil {
		t.Error(out.Err)
	}
	if diff := cmp.Diff([]string{"HEAD 200", "POST ?restore 202 105 bytes", "HEAD 200", "HEAD 200", "HEAD 200"}, w.CallsOf("a")); diff != "" {
		t.Error(diff)
	}
}

// A prefix without archived objects causes a warning, because a typo would look
// like success.
func TestNothingToRestore(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	put(t, w, "warm", cosmock.NewObject{})
	for _, prefix := range []string{"", "nothing/"} {
		run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"prefix": prefix}), nil)
		if len(run.Errors) > 0 || len(run.Warnings) != 1 || !strings.Contains(run.Warnings[0], "There is nothing to restore") {
			t.Error(prefix, run)
		}
	}
}

// A dry run reads, starts nothing, and reports what would be restored.
func TestDryRun(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	put(t, w, "a", cosmock.NewObject{Class: "ARCHIVE"})
	put(t, w, "b", cosmock.NewObject{Class: "DEEP_ARCHIVE"})
	put(t, w, "c", cosmock.NewObject{})
	for tier, says := range map[string][]string{
		"Bulk":      {"2 planned, 1 skipped as not_archived", "  - ARCHIVE: 1 object, 9 bytes, 1 requests, 5 to 12 hours", "  - DEEP_ARCHIVE: 1 object, 9 bytes, 1 requests, 24 to 48 hours"},
		"Expedited": {"1 planned, 1 failed", "  - ARCHIVE: 1 object, 9 bytes, 1 requests, 1 to 5 minutes"},
	} {
		run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"tier": tier, "dry_run": true, "wait": true}), nil)
		if failed := tier == "Expedited"; failed != (len(run.Errors) == 1 && strings.Contains(run.Errors[0], "1 object would not be restored") && strings.Contains(run.Errors[0], "Set another tier")) {
			t.Errorf("%q", run.Errors)
		}
		for _, want := range says {
			if told := strings.Join(run.Progress, "\n"); !strings.Contains(told, want) {
				t.Errorf("%q is not told:\n%s", want, told)
			}
		}
	}
	for _, r := range w.Requests() {
		if r.Method != "GET" && r.Method != "HEAD" {
			t.Errorf("sent: %s %s", r.Method, r.Key)
		}
	}
}

// Transient errors and lost responses make no object fail, and throttling slows
// the run down.
func TestPassingTrouble(t *testing.T) {
	t.Parallel()
	for _, kind := range []cosmock.FaultKind{
		cosmock.FaultSlowDown, cosmock.FaultInternalError, cosmock.FaultResetBefore, cosmock.FaultResetAfter,
		cosmock.FaultUnavailable, cosmock.FaultUnavailableAfter, cosmock.FaultInternalErrorAfter,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.RestoreDelay = time.Hour })
			put(t, w, "k", cosmock.NewObject{Class: "ARCHIVE"})
			must(t, w.Arm(cosmock.Fault{Match: cosmock.OnSubresource("POST", "k", "restore"), Kind: kind}))
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, nil), nil)
			again := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, nil), nil)
			if len(run.Errors)+len(again.Errors) > 0 || !strings.Contains(again.Progress[len(again.Progress)-1], "1 under way") {
				t.Error(run, again)
			}
		})
	}
}

func TestThrottlingFailsNothing(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	keys := strings.Fields("a b c d e f g h i j k l")
	for _, key := range keys {
		put(t, w, key, cosmock.NewObject{Class: "ARCHIVE"})
	}
	method, subresource := "POST", "restore"
	must(t, w.Arm(cosmock.Fault{Match: cosmock.Match{Method: &method, Subresource: &subresource}, Kind: cosmock.FaultSlowDown, Times: 8}))
	run := w.ActionServer(map[string]any{"max_retries": 0}).Invoke(t.Context(), actionName, arguments(w, nil), nil)
	if len(run.Errors) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], "12 requested") {
		t.Error(run)
	}
}
