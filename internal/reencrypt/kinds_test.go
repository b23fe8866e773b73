package reencrypt_test

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

// report reads a report and returns the result for each key, as "result reason".
func report(t testing.TB, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for line := range strings.Lines(string(text)) {
		var read struct{ Key, Result, Reason string }
		if err := json.Unmarshal([]byte(line), &read); err != nil {
			t.Fatal(err)
		}
		found[read.Key] = strings.TrimSpace(read.Result + " " + read.Reason)
	}
	return found
}

func customerKey(t testing.TB, text string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// everyKind stores an object of each kind. The keyring will contain key b.
func everyKind(t testing.TB, w *acctest.World) {
	t.Helper()
	put(t, w, "none", cosmock.NewObject{})
	put(t, w, "aes", cosmock.NewObject{Mode: sse.ModeAES256})
	put(t, w, "sm4", cosmock.NewObject{Mode: sse.ModeSM4})
	put(t, w, "kms1", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1})
	put(t, w, "kms2", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2})
	put(t, w, "ours", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)})
	put(t, w, "theirs", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)})
	put(t, w, "public", cosmock.NewObject{ACL: "public-read"})
	put(t, w, "archive", cosmock.NewObject{Class: "ARCHIVE"})
	put(t, w, "append", cosmock.NewObject{Header: http.Header{"X-Cos-Object-Type": {"appendable"}}})
	put(t, w, "link", cosmock.NewObject{Header: http.Header{"X-Cos-Object-Type": {"symlink"}}})
	put(t, w, "normal", cosmock.NewObject{Header: http.Header{"X-Cos-Object-Type": {"normal"}}})
	put(t, w, "locked", cosmock.NewObject{})
	if err := w.LockObject(w.Bucket(), "locked", time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	put(t, w, "a/../b", cosmock.NewObject{})
	put(t, w, "dir/", cosmock.NewObject{})
	put(t, w, "ü + %41//", cosmock.NewObject{})
}

// The results for an object of each kind with each target, and the number of
// failures.
func TestEveryKindUnderEveryTarget(t *testing.T) {
	t.Parallel()
	failing := map[string]string{
		"theirs": "failed customer_unknown", "archive": "failed archived", "append": "failed append_or_symlink", "link": "failed append_or_symlink",
		"locked": "failed locked", "a/../b": "failed unaddressable",
	}
	done := map[string]string{}
	for _, key := range []string{"none", "aes", "sm4", "kms1", "kms2", "ours", "public", "normal", "dir/", "ü + %41//"} {
		done[key] = "done"
	}
	for name, tc := range map[string]struct {
		arguments map[string]any
		but       map[string]string
		mode      sse.Mode
	}{
		"AES256":        {map[string]any{"server_side_encryption": "AES256"}, map[string]string{"aes": "right"}, sse.ModeAES256},
		"AES-256":       {map[string]any{"server_side_encryption": "AES-256"}, map[string]string{"aes": "right"}, sse.ModeAES256},
		"SM4":           {map[string]any{"server_side_encryption": "SM4"}, map[string]string{"sm4": "right"}, sse.ModeSM4},
		"any KMS key":   {map[string]any{"server_side_encryption": "cos/kms"}, map[string]string{"kms1": "right", "kms2": "right", "public": "skipped public"}, sse.ModeKMS},
		"one KMS key":   {map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1, "include_public": true}, map[string]string{"kms1": "right"}, sse.ModeKMS},
		"customer key":  {map[string]any{"sse_customer_key_name": "b"}, map[string]string{"ours": "right", "public": "skipped public"}, sse.ModeCustomer},
		"what is plain": {map[string]any{"server_side_encryption": "AES256", "encryption": []string{"none"}}, map[string]string{"aes": "skipped not_selected", "sm4": "skipped not_selected", "kms1": "skipped not_selected", "kms2": "skipped not_selected", "ours": "skipped not_selected", "theirs": "skipped not_selected"}, sse.ModeAES256},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.SM4 = true })
			everyKind(t, w)
			path := filepath.Join(t.TempDir(), "report.jsonl")
			a := w.ActionServer(map[string]any{"sse_customer_keys": map[string]string{"b": acctest.KeyB}})
			arguments := arguments(w, tc.arguments)
			arguments["report_file"] = path
			run := a.Invoke(t.Context(), actionName, arguments, nil)

			want := maps.Clone(done)
			maps.Copy(want, failing)
			maps.Copy(want, tc.but)
			if diff := cmp.Diff(want, report(t, path)); diff != "" {
				t.Error(diff)
			}
			failed := 0
			for key, what := range want {
				o, _ := w.Stored(key)
				switch {
				case what == "done" && o.Mode != tc.mode:
					t.Errorf("%s has the encryption %q", key, o.Mode)
				case strings.HasPrefix(what, "failed"):
					failed++
				}
			}
			if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], fmt.Sprintf("%d objects that were to have", failed)) {
				t.Errorf("%d failed, and the error is %q", failed, run.Errors)
			}
			if warned := len(run.Warnings) == 1; warned != strings.HasPrefix(want["public"], "skipped public") {
				t.Errorf("warnings %q", run.Warnings)
			}
			for _, r := range w.Requests() {
				if r.BodyBytes > 0 {
					t.Errorf("%s %s carries %d bytes", r.Method, r.Key, r.BodyBytes)
				}
			}
		})
	}
}

// A copy keeps headers, metadata, class, tags, ACL and grants in one request.
func TestACopyKeepsWhatTheObjectHas(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	header := http.Header{
		"Content-Type": {"text/csv"}, "Cache-Control": {"no-store"}, "Content-Disposition": {"attachment"}, "Content-Encoding": {"gzip"},
		"Content-Language": {"de"}, "Expires": {"Wed, 21 Oct 2026 07:28:00 GMT"}, "X-Cos-Meta-Owner": {"finance"},
	}
	tags := map[string]string{"a": "b", "c d": "e+f"}
	put(t, w, "k", cosmock.NewObject{Header: header, Class: "STANDARD_IA", Tags: tags, ACL: "private"})
	if err := w.Grant(w.Bucket(), "k", "100000000002", "READ"); err != nil {
		t.Fatal(err)
	}
	put(t, w, "inherits", cosmock.NewObject{})
	put(t, w, "public", cosmock.NewObject{ACL: "public-read"})
	before, _ := w.Stored("k")
	run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
	if len(run.Errors) > 0 {
		t.Fatal(run.Errors)
	}
	got, _ := w.Stored("k")
	if diff := cmp.Diff(header, got.Header); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(tags, got.Tags); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before.Grants, got.Grants); diff != "" || len(got.Grants) == 0 || !got.OwnACL || got.PublicRead {
		t.Error(diff, got.OwnACL, got.PublicRead)
	}
	if got.Class != "STANDARD_IA" || got.Mode != sse.ModeAES256 || got.CRC64 != before.CRC64 {
		t.Error(got.Class, got.Mode)
	}
	if o, _ := w.Stored("inherits"); o.OwnACL {
		t.Error("an ACL of its own was set")
	}
	if o, _ := w.Stored("public"); !o.PublicRead || o.Mode != sse.ModeAES256 {
		t.Error("SSE-COS is served to everybody all the same")
	}
	for _, r := range w.Requests() {
		if r.Method == "PUT" && r.Subresource != "" {
			t.Errorf("a second request: PUT ?%s", r.Subresource)
		}
	}
}
