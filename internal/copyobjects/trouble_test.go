package copyobjects_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/copyobjects"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/credentials"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Lost and delayed responses and transient errors make no object fail, and the
// next run finds everything correct.
func TestPassingTrouble(t *testing.T) {
	t.Parallel()
	for _, kind := range []cosmock.FaultKind{
		cosmock.FaultSlowDown, cosmock.FaultInternalError, cosmock.FaultResetBefore, cosmock.FaultResetAfter, cosmock.FaultTruncate,
		cosmock.FaultErrorIn200, cosmock.FaultUnavailable, cosmock.FaultUnavailableAfter, cosmock.FaultInternalErrorAfter, cosmock.FaultConflictAfter,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := world(t)
			put(t, w, "a/k", cosmock.NewObject{Tags: map[string]string{"a": "b"}})
			must(t, w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "b/k"), Kind: kind}))
			for _, want := range []string{"1 done", "1 right"} {
				run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, nil), nil)
				if len(run.Errors) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], want) {
					t.Error(run)
				}
			}
			if o, _ := w.Server.Object(otherBucket, "b/k"); o.Mode != sse.ModeAES256 || len(o.Tags) != 1 {
				t.Error(o.Mode, o.Tags)
			}
		})
	}
}

// Throttling slows the run down. No object fails, even though requests have no
// retries of their own.
func TestThrottlingFailsNothing(t *testing.T) {
	t.Parallel()
	w := world(t)
	for _, key := range strings.Fields("a b c d e f g h i j k l") {
		put(t, w, "a/"+key, cosmock.NewObject{})
	}
	for method, subresource := range map[string]string{"HEAD": "", "GET": "acl", "PUT": ""} {
		must(t, w.Arm(cosmock.Fault{Match: cosmock.Match{Method: &method, Subresource: &subresource}, Kind: cosmock.FaultSlowDown, Times: 8}))
	}
	run := w.ActionServer(map[string]any{"max_retries": 0}).Invoke(t.Context(), actionName, arguments(w, nil), nil)
	if len(run.Errors) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], "12 done") {
		t.Error(run)
	}
}

// A copy that COS stores without the requested encryption is reported and
// removed. An object that did not exist before is not left unencrypted.
func TestCopyThatIsNotAsAskedFor(t *testing.T) {
	t.Parallel()
	for _, versioning := range []string{cosmock.VersioningNever, cosmock.VersioningEnabled, cosmock.VersioningSuspended} {
		for _, there := range []bool{false, true} {
			t.Run(fmt.Sprintf("versioning %s, occupied %t", versioning, there), func(t *testing.T) {
				t.Parallel()
				w := world(t)
				must(t, w.SetVersioning(otherBucket, versioning))
				put(t, w, "a/k", cosmock.NewObject{})
				if there {
					putIn(t, w, otherBucket, "b/k", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256})
				}
				before, _ := w.Server.Object(otherBucket, "b/k")
				must(t, w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "b/k"), Kind: cosmock.FaultDropEncryption, Times: -1}))
				run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"overwrite": there}), nil)
				if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], "asked for SSE-COS (AES256), found no encryption") {
					t.Errorf("%q", run.Errors)
				}
				after, left := w.Server.Object(otherBucket, "b/k")
				switch {
				case !there && left:
					t.Error("the copy is left")
				case there && versioning == cosmock.VersioningEnabled && after.VersionID != before.VersionID:
					t.Error("the copy is left over what was there")
				}
			})
		}
	}
}

// An interrupted run loses nothing, and the next one completes it.
func TestInterruptAndGoOn(t *testing.T) {
	t.Parallel()
	w := world(t)
	keys := strings.Fields("a b c d e f g h i j k l m n o p q r s t")
	for _, key := range keys {
		put(t, w, "a/"+key, cosmock.NewObject{})
	}
	held := make(chan struct{})
	must(t, w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "b/k"), Kind: cosmock.FaultDelay, Until: held}))
	a, ended := w.ActionServer(nil), make(chan acctest.ActionRun, 1)
	args := arguments(w, map[string]any{"parallelism": 2})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { ended <- a.Invoke(ctx, actionName, args, nil) }()
	for seen := false; !seen; time.Sleep(time.Millisecond) {
		for _, r := range w.Requests() {
			seen = seen || r.Method == "PUT" && r.Key == "b/k"
		}
	}
	cancel()
	close(held)
	if run := <-ended; len(run.Errors) != 1 || !strings.Contains(run.Errors[0], "was interrupted") {
		t.Errorf("%q", run.Errors)
	}
	run := a.Invoke(t.Context(), actionName, args, nil)
	if len(run.Errors) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], "20 objects") {
		t.Error(run)
	}
	for _, key := range keys {
		if o, there := w.Server.Object(otherBucket, "b/"+key); !there || o.Mode != sse.ModeAES256 {
			t.Errorf("%s is not copied", key)
		}
	}
}

// Both sides can use customer keys: the source's comes from the keyring, the
// target's is declared by name. A copy that already has the target's key is
// correct.
func TestCustomerKeysOnBothSides(t *testing.T) {
	t.Parallel()
	w := world(t)
	put(t, w, "a/k", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)})
	put(t, w, "a/l", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)})
	a := w.ActionServer(map[string]any{"sse_customer_keys": map[string]string{"old": acctest.KeyA, "new": acctest.KeyB}})
	for _, want := range []string{"2 done", "2 right"} {
		run := a.Invoke(t.Context(), actionName, arguments(w, map[string]any{"sse_customer_key_name": "new"}), nil)
		if len(run.Errors) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], want) {
			t.Error(run)
		}
	}
	for _, key := range []string{"b/k", "b/l"} {
		if o, _ := w.Server.Object(otherBucket, key); o.CustomerKeyMD5 != acctest.KeyBMD5 {
			t.Errorf("%s is under %q", key, o.CustomerKeyMD5)
		}
	}
}

// A dry run reads but writes nothing, and reports what a run would cost. It also
// detects a missing target bucket.
func TestDryRun(t *testing.T) {
	t.Parallel()
	w := world(t)
	put(t, w, "a/1", cosmock.NewObject{})
	put(t, w, "a/2", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1, Class: "STANDARD_IA"})
	put(t, w, "a/3", cosmock.NewObject{})
	putIn(t, w, otherBucket, "b/3", cosmock.NewObject{Body: strings.NewReader("body of a/3"), Mode: sse.ModeKMS})
	put(t, w, "a/4", cosmock.NewObject{})
	putIn(t, w, otherBucket, "b/4", cosmock.NewObject{})
	args := arguments(w, map[string]any{"dry_run": true, "server_side_encryption": "cos/kms"})
	run := w.ActionServer(nil).Invoke(t.Context(), actionName, args, nil)
	told := strings.Join(run.Progress, "\n")
	for _, want := range []string{
		"4 objects: 2 planned, 1 right, 1 failed", "  - none, STANDARD: 1 object, 11 bytes, 5 requests, about 1 KMS calls",
		"  - cos/kms, STANDARD_IA: 1 object, 11 bytes, 5 requests, about 2 KMS calls\n", "settings of the target bucket: versioning: off",
	} {
		if !strings.Contains(told+"\n", want) {
			t.Errorf("%q is not told:\n%s", want, told)
		}
	}
	if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], "1 object would not be copied to "+otherBucket+"/b/") {
		t.Errorf("%q", run.Errors)
	}
	for _, r := range w.Requests() {
		if r.Method != "GET" && r.Method != "HEAD" {
			t.Errorf("sent: %s %s", r.Method, r.Key)
		}
	}
	args["bucket"] = "none-1250000000"
	if run = w.ActionServer(nil).Invoke(t.Context(), actionName, args, nil); len(run.Errors) != 1 || !strings.Contains(run.Errors[0], "none-1250000000") {
		t.Errorf("no target bucket: %q", run.Errors)
	}
}

// A prefix without objects causes a warning, because a typo would look like
// success.
func TestNothingToCopy(t *testing.T) {
	t.Parallel()
	w := world(t)
	run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, nil), nil)
	if len(run.Errors) > 0 || len(run.Warnings) != 1 || !strings.Contains(run.Warnings[0], `There is nothing to copy: no key begins with "a/"`) {
		t.Error(run)
	}
}

const mebi = 1 << 20

// Above the maximum size of a single copy, COS copies parts, and the source is
// checked again before they are completed.
func TestLargeObjects(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("0123456789abcdef", (2*mebi+mebi/2)/16)
	for name, change := range map[string]func(*acctest.World) error{
		"": nil,
		"changed meanwhile": func(w *acctest.World) error {
			return w.SetHeader(w.Bucket(), "a/k", "Cache-Control", "no-store")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t, func(o *cosmock.Options) { o.Limits.CopySource = mebi })
			header := http.Header{"Content-Type": {"text/csv"}, "X-Cos-Meta-Owner": {"finance"}}
			put(t, w, "a/k", cosmock.NewObject{Body: strings.NewReader(body), Header: header, Class: "STANDARD_IA", Tags: map[string]string{"a": "b"}, Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)})
			endpoint, err := cosclient.ParseEndpoint(w.URL())
			must(t, err)
			data := &providerdata.Data{Region: w.Region(), Keyring: sse.NewKeyring(map[string]sse.CustomerKey{"b": customerKey(t, acctest.KeyB)})}
			must(t, data.Connect(cosclient.Config{
				Endpoint: endpoint, RootCAs: w.CertPool(), RequestTimeout: time.Hour, MaxRetries: 2,
				Credentials: credentials.Static{Value: credentials.Value{SecretID: w.SecretID(), SecretKey: w.SecretKey()}},
			}))
			s := data.Store()
			s.Sizes = store.Sizes{Put: mebi, Copy: mebi, Part: mebi}
			target := copyobjects.Target{
				Source: copyobjects.Place{Region: w.Region(), Bucket: w.Bucket(), Prefix: "a/"}, To: copyobjects.Place{Region: otherRegion, Bucket: otherBucket, Prefix: "b/"},
				Encryption: sse.Settings{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1},
			}
			held := make(chan struct{})
			if change != nil {
				must(t, w.Arm(cosmock.Fault{Match: cosmock.OnSubresource("PUT", "b/k", "uploadId"), Kind: cosmock.FaultResetAfter, Until: held}))
			}
			ended := make(chan bulkaction.Outcome, 1)
			go func() { ended <- target.Run(t.Context(), s, bulkaction.Options{Tell: func(string) {}}) }()
			if change != nil {
				for seen := false; !seen; time.Sleep(time.Millisecond) {
					for _, r := range w.Requests() {
						seen = seen || r.Key == "b/k" && r.Subresource == "uploadId"
					}
				}
				must(t, change(w))
				close(held)
			}
			out := <-ended
			if left := w.Uploads(otherBucket); len(left) > 0 {
				t.Errorf("uploads are left: %v", left)
			}
			o, there := w.Server.Object(otherBucket, "b/k")
			if change != nil {
				if there || out.Err == nil || !strings.Contains(out.Err.Error(), "changed: 1 object") {
					t.Error(there, out.Err)
				}
				return
			}
			if got, err := o.Plaintext(sse.CustomerKey{}); out.Err != nil || err != nil || string(got) != body || o.KMSKeyID != acctest.KMSKey1 {
				t.Fatalf("%v: %d bytes under %s: %v", out.Err, len(got), o.Mode, err)
			}
			if diff := cmp.Diff(header, o.Header); diff != "" || o.Class != "STANDARD_IA" || len(o.Tags) != 1 {
				t.Error(diff, o.Class, o.Tags)
			}
			w.ResetRequests()
			if out = target.Run(t.Context(), s, bulkaction.Options{Tell: func(string) {}}); out.Err != nil {
				t.Error(out.Err)
			}
			for _, r := range w.Requests() {
				if r.Method != "GET" && r.Method != "HEAD" {
					t.Errorf("sent again: %s %s", r.Method, r.Key)
				}
			}
		})
	}
}

// A copy that COS stores without the requested encryption, and whose response is
// lost, is reported as such and not as somebody else's object. It stays, because
// it is not certain whose it is.
func TestLostAnswerOfAnUnencryptedCopy(t *testing.T) {
	t.Parallel()
	for _, versioning := range []string{cosmock.VersioningNever, cosmock.VersioningEnabled, cosmock.VersioningSuspended} {
		t.Run("versioning "+versioning, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			must(t, w.SetVersioning(otherBucket, versioning))
			put(t, w, "a/k", cosmock.NewObject{})
			for _, kind := range []cosmock.FaultKind{cosmock.FaultResetAfter, cosmock.FaultDropEncryption} {
				must(t, w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "b/k"), Kind: kind}))
			}
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, nil), nil)
			for _, want := range []string{"asked for SSE-COS (AES256), found no encryption", "could not be removed again", "response to the write was lost"} {
				if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], want) {
					t.Errorf("%q does not say %q", run.Errors, want)
				}
			}
			run = w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"overwrite": true}), nil)
			if o, _ := w.Server.Object(otherBucket, "b/k"); len(run.Errors) > 0 || o.Mode != sse.ModeAES256 {
				t.Errorf("the next run leaves the encryption %q: %q", o.Mode, run.Errors)
			}
		})
	}
}
