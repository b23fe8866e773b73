package copyobjects_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	actionName  = "cos_copy_objects"
	otherBucket = "other-1250000000"
	otherRegion = "ap-shanghai"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world returns a server with a second bucket in another region.
func world(t *testing.T, options ...func(*cosmock.Options)) *acctest.World {
	t.Helper()
	w := acctest.New(t, options...)
	must(t, w.CreateBucket(otherBucket, otherRegion))
	return w
}

func put(t testing.TB, w *acctest.World, key string, o cosmock.NewObject) {
	t.Helper()
	putIn(t, w, w.Bucket(), key, o)
}

func putIn(t testing.TB, w *acctest.World, bucket, key string, o cosmock.NewObject) {
	t.Helper()
	if o.Body == nil {
		o.Body = strings.NewReader("body of " + key)
	}
	must(t, w.PutObject(bucket, key, o))
}

func customerKey(t testing.TB, text string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(text)
	must(t, err)
	return key
}

// arguments returns those of a copy from a/ to b/ in the other bucket.
func arguments(w *acctest.World, more map[string]any) map[string]any {
	all := map[string]any{"source_bucket": w.Bucket(), "source_prefix": "a/", "bucket": otherBucket, "region": otherRegion, "prefix": "b/"}
	if _, given := more["sse_customer_key_name"]; !given {
		all["server_side_encryption"] = "AES256"
	}
	maps.Copy(all, more)
	return all
}

// report reads a report and returns the result of each key as "result reason".
func report(t testing.TB, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	found := map[string]string{}
	for line := range strings.Lines(string(text)) {
		var read struct{ Key, Result, Reason string }
		must(t, json.Unmarshal([]byte(line), &read))
		found[read.Key] = strings.TrimSpace(read.Result + " " + read.Reason)
	}
	return found
}

func callsIn(w *acctest.World, bucket, key string) []string {
	var calls []string
	for _, r := range w.Requests() {
		if r.Bucket == bucket && r.Key == key {
			calls = append(calls, acctest.Call(r))
		}
	}
	return calls
}

// Between buckets and regions, a first run takes five requests per object. A
// second run takes two and copies nothing.
func TestCopy(t *testing.T) {
	t.Parallel()
	for name, place := range map[string]map[string]any{
		"another region": nil,
		"another prefix": {"bucket": "", "region": nil},
		"another bucket": {"bucket": "second-1250000000", "region": nil, "prefix": "a/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			must(t, w.CreateBucket("second-1250000000", w.Region()))
			put(t, w, "a/k", cosmock.NewObject{})
			put(t, w, "c", cosmock.NewObject{})
			args := arguments(w, place)
			if args["bucket"] == "" {
				args["bucket"] = w.Bucket()
			}
			to, _ := args["bucket"].(string)
			key := args["prefix"].(string) + "k"
			for number, want := range []struct{ source, target, told string }{
				{"HEAD 200, GET ?acl 200", "HEAD 404, PUT copy 200 AES256, HEAD 200", "1 object: 1 done"},
				{"HEAD 200", "HEAD 200", "1 object: 1 right"},
			} {
				w.ResetRequests()
				run := w.ActionServer(nil).Invoke(t.Context(), actionName, args, nil)
				if len(run.Errors)+len(run.Warnings) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], want.told) {
					t.Fatal(number, run)
				}
				if diff := cmp.Diff(want.source, strings.Join(callsIn(w, w.Bucket(), "a/k"), ", ")); diff != "" {
					t.Error(number, diff)
				}
				if diff := cmp.Diff(want.target, strings.Join(callsIn(w, to, key), ", ")); diff != "" {
					t.Error(number, diff)
				}
			}
			o, there := w.Server.Object(to, key)
			if body, err := o.Plaintext(sse.CustomerKey{}); !there || err != nil || string(body) != "body of a/k" || o.Mode != sse.ModeAES256 {
				t.Errorf("%q under %s: %v", body, o.Mode, err)
			}
			if source, _ := w.Stored("a/k"); source.Mode != sse.ModeNone {
				t.Error("the source has changed")
			}
		})
	}
}

// Each kind of object is copied, skipped or refused as documented, under each
// target encryption.
func TestEveryKind(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments map[string]any
		mode      sse.Mode
	}{
		"AES256":       {nil, sse.ModeAES256},
		"SM4":          {map[string]any{"server_side_encryption": "SM4"}, sse.ModeSM4},
		"KMS":          {map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1, "sse_context": "eyJhIjoiYiJ9"}, sse.ModeKMS},
		"customer key": {map[string]any{"sse_customer_key_name": "b"}, sse.ModeCustomer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t, func(o *cosmock.Options) { o.SM4 = true })
			for key, o := range map[string]cosmock.NewObject{
				"none": {}, "aes": {Mode: sse.ModeAES256}, "kms": {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2},
				"ours": {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}, "theirs": {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)},
				"archive": {Class: "ARCHIVE"}, "tiered": {Class: "INTELLIGENT_TIERING", Tier: "ARCHIVE_ACCESS"}, "restored": {Class: "ARCHIVE"}, "link": {Header: http.Header{"X-Cos-Object-Type": {"symlink"}}},
				"../b": {}, "dir/": {}, "ü + %41//": {}, "taken": {}, "under a key": {},
			} {
				put(t, w, "a/"+key, o)
			}
			put(t, w, "a/", cosmock.NewObject{})
			must(t, w.RestoreObject(w.Bucket(), "a/restored"))
			putIn(t, w, otherBucket, "taken", cosmock.NewObject{Mode: sse.ModeAES256})
			putIn(t, w, otherBucket, "under a key", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)})
			want := map[string]string{
				"a/theirs": "failed customer_unknown", "a/archive": "failed archived", "a/tiered": "failed archived", "a/link": "failed append_or_symlink", "a/../b": "failed unaddressable",
				"a/": "skipped no_key", "a/taken": "failed exists", "a/under a key": "failed exists",
			}
			for _, key := range []string{"none", "aes", "kms", "ours", "restored", "dir/", "ü + %41//"} {
				want["a/"+key] = "done"
			}
			path := filepath.Join(t.TempDir(), "report.jsonl")
			args := arguments(w, tc.arguments)
			args["report_file"], args["prefix"] = path, nil
			run := w.ActionServer(map[string]any{"sse_customer_keys": map[string]string{"b": acctest.KeyB}}).Invoke(t.Context(), actionName, args, nil)
			if diff := cmp.Diff(want, report(t, path)); diff != "" {
				t.Error(diff)
			}
			failed := 0
			for key, what := range want {
				if strings.HasPrefix(what, "failed") {
					failed++
				}
				if o, _ := w.Server.Object(otherBucket, strings.TrimPrefix(key, "a/")); what == "done" && o.Mode != tc.mode {
					t.Errorf("%s has the encryption %q", key, o.Mode)
				}
			}
			if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], fmt.Sprintf("%d objects are not copied to %s/", failed, otherBucket)) {
				t.Errorf("%d failed, and the error is %q", failed, run.Errors)
			}
			if text, err := os.ReadFile(path); err != nil || !strings.Contains(string(text), `"key":"a/none","target":"none","result":"done"`) {
				t.Errorf("%s, %v", text, err)
			}
			for _, r := range w.Requests() {
				if strings.HasSuffix(r.CopySource, "tiered") {
					t.Error("a copy that COS refuses was sent")
				}
				if r.BodyBytes > 0 {
					t.Errorf("%s %s carries %d bytes", r.Method, r.Key, r.BodyBytes)
				}
			}
		})
	}
}

// A copy keeps headers, metadata, storage class, tags, ACL and grants with a
// single request. The storage class can be changed.
func TestACopyKeepsWhatTheObjectHas(t *testing.T) {
	t.Parallel()
	for class, want := range map[string]string{"": "STANDARD_IA", "STANDARD": "STANDARD"} {
		t.Run("class "+class, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			header := http.Header{
				"Content-Type": {"text/csv"}, "Cache-Control": {"no-store"}, "Content-Disposition": {"attachment"}, "Content-Encoding": {"gzip"},
				"Content-Language": {"de"}, "Expires": {"Wed, 21 Oct 2026 07:28:00 GMT"}, "X-Cos-Meta-Owner": {"finance"},
			}
			tags := map[string]string{"a": "b", "c d": "e+f"}
			put(t, w, "a/k", cosmock.NewObject{Header: header, Class: "STANDARD_IA", Tags: tags, ACL: "private"})
			must(t, w.Grant(w.Bucket(), "a/k", "100000000002", "READ"))
			put(t, w, "a/inherits", cosmock.NewObject{})
			before, _ := w.Stored("a/k")
			args := arguments(w, nil)
			if class != "" {
				args["storage_class"] = class
			}
			for _, told := range []string{"2 done", "2 right"} {
				run := w.ActionServer(nil).Invoke(t.Context(), actionName, args, nil)
				if len(run.Errors) > 0 || !strings.Contains(run.Progress[len(run.Progress)-1], told) {
					t.Fatal(run)
				}
			}
			got, _ := w.Server.Object(otherBucket, "b/k")
			if diff := cmp.Diff(header, got.Header) + cmp.Diff(tags, got.Tags) + cmp.Diff(before.Grants, got.Grants); diff != "" || len(got.Grants) == 0 || !got.OwnACL {
				t.Error(diff, got.OwnACL)
			}
			if got.Class != want || got.CRC64 != before.CRC64 {
				t.Error(got.Class)
			}
			if o, _ := w.Server.Object(otherBucket, "b/inherits"); o.OwnACL {
				t.Error("an ACL of its own was set")
			}
			for _, r := range w.Requests() {
				if r.Method == "PUT" && r.Subresource != "" {
					t.Errorf("a second request: PUT ?%s", r.Subresource)
				}
			}
		})
	}
}

// A different object at the target is kept unless overwrite is set, which
// replaces it regardless of the difference.
func TestOverwrite(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]cosmock.NewObject{
		"body":          {Body: strings.NewReader("another"), Mode: sse.ModeAES256},
		"encryption":    {Body: strings.NewReader("body of a/k")},
		"Cache-Control": {Body: strings.NewReader("body of a/k"), Mode: sse.ModeAES256, Header: http.Header{"Cache-Control": {"no-store"}}},
		"metadata x":    {Body: strings.NewReader("body of a/k"), Mode: sse.ModeAES256, Header: http.Header{"X-Cos-Meta-X": {"y"}}},
		"storage class": {Body: strings.NewReader("body of a/k"), Mode: sse.ModeAES256, Class: "STANDARD_IA"},
		"tags":          {Body: strings.NewReader("body of a/k"), Mode: sse.ModeAES256, Tags: map[string]string{"a": "b"}},
		"customer key":  {Body: strings.NewReader("body of a/k"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			put(t, w, "a/k", cosmock.NewObject{})
			putIn(t, w, otherBucket, "b/k", o)
			before, _ := w.Server.Object(otherBucket, "b/k")
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, nil), nil)
			if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], "exists: 1 object") || !strings.Contains(run.Errors[0], name) || !strings.Contains(run.Errors[0], "overwrite = true") {
				t.Errorf("%q", run.Errors)
			}
			if after, _ := w.Server.Object(otherBucket, "b/k"); after.ETag != before.ETag || after.Mode != before.Mode || !after.Modified.Equal(before.Modified) {
				t.Error("it was replaced")
			}
			run = w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"overwrite": true}), nil)
			after, _ := w.Server.Object(otherBucket, "b/k")
			if body, err := after.Plaintext(sse.CustomerKey{}); len(run.Errors) > 0 || err != nil || string(body) != "body of a/k" || after.Mode != sse.ModeAES256 || len(after.Tags) > 0 {
				t.Error(run.Errors, after.Mode, string(body), err)
			}
		})
	}
}

// An object that another client creates at the target in the meantime is not
// replaced either.
func TestTakenMeanwhile(t *testing.T) {
	t.Parallel()
	w := world(t)
	put(t, w, "a/k", cosmock.NewObject{})
	meanwhile(t, w, func() { putIn(t, w, otherBucket, "b/k", cosmock.NewObject{Body: strings.NewReader("theirs")}) }, "failed exists")
	if o, _ := w.Server.Object(otherBucket, "b/k"); o.Size != int64(len("theirs")) {
		t.Errorf("%d bytes", o.Size)
	}
}

// If the source changes between its HEAD and the copy, it is not copied.
func TestSourceChangesMeanwhile(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*testing.T, *acctest.World)
		want   string
	}{
		"written": {func(t *testing.T, w *acctest.World) {
			t.Helper()
			put(t, w, "a/k", cosmock.NewObject{Body: strings.NewReader("another")})
		}, "failed changed"},
		"deleted": {func(t *testing.T, w *acctest.World) {
			t.Helper()
			must(t, w.DeleteObject(w.Bucket(), "a/k"))
		}, "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			put(t, w, "a/k", cosmock.NewObject{})
			meanwhile(t, w, func() { tc.change(t, w) }, tc.want)
			if _, there := w.Server.Object(otherBucket, "b/k"); there {
				t.Error("it was copied")
			}
		})
	}
}

// meanwhile runs do while the ACL of a/k is read, between the HEADs and the copy.
func meanwhile(t *testing.T, w *acctest.World, do func(), want string) {
	t.Helper()
	reached := make(chan struct{})
	must(t, w.Arm(cosmock.Fault{Match: cosmock.OnSubresource("GET", "a/k", "acl"), Kind: cosmock.FaultDelay, Until: reached}))
	a, path, ended := w.ActionServer(nil), filepath.Join(t.TempDir(), "report.jsonl"), make(chan struct{})
	args := arguments(w, map[string]any{"report_file": path})
	go func() { defer close(ended); a.Invoke(t.Context(), actionName, args, nil) }()
	for asked := false; !asked; {
		for _, r := range w.Requests() {
			asked = asked || r.Key == "a/k" && r.Subresource == "acl"
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
	if diff := cmp.Diff(map[string]string{"a/k": want}, report(t, path)); diff != "" {
		t.Error(diff)
	}
}

// If COS has no CRC64 for an object, the ETag verifies its copy. If the
// encryption changes the ETag, the copy cannot be verified, and the error says
// so.
func TestWithoutACRC64(t *testing.T) {
	t.Parallel()
	for mode, fails := range map[string]string{"AES256": "", "cos/kms": "COS has no CRC64 of it"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			put(t, w, "a/k", cosmock.NewObject{})
			must(t, w.ForgetCRC64(w.Bucket(), "a/k"))
			args := arguments(w, map[string]any{"server_side_encryption": mode})
			if run := w.ActionServer(nil).Invoke(t.Context(), actionName, args, nil); len(run.Errors) > 0 {
				t.Fatal(run)
			}
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, args, nil)
			if said := strings.Join(run.Errors, ""); fails == "" && (said != "" || !strings.Contains(run.Progress[len(run.Progress)-1], "1 right")) || !strings.Contains(said, fails) {
				t.Error(run)
			}
		})
	}
}
