package object_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// planLines are the lines of a plan that say what becomes of an attribute.
var planLines = regexp.MustCompile(`(?m)^ +([~+-] \w.*|# .*)$`)

// Each kind of drift under each mode: what the plan prints of it. Run with -v
// for the whole of the lines.
func TestAccDriftUnderEachMode(t *testing.T) {
	t.Parallel()
	modes := map[string]struct {
		argument string
		object   cosmock.NewObject
		restored string // what is printed of an encryption that was dropped
	}{
		"SSE-COS": {plain, cosmock.NewObject{Mode: sse.ModeAES256}, `+ server_side_encryption = "AES256"`},
		"SSE-KMS": {"server_side_encryption = \"cos/kms\"\nsse_kms_key_id = \"" + acctest.KMSKey1 + `"`, cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}, `+ sse_kms_key_id = "` + acctest.KMSKey1 + `"`},
		"SSE-C":   {`sse_customer_key_name = "b"`, cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}, `+ sse_customer_key_name = "b"`},
	}
	kinds := map[string]struct {
		change func(w *acctest.World, o cosmock.NewObject) error
		want   func(restored string) []string
	}{
		"another body": {
			func(w *acctest.World, o cosmock.NewObject) error {
				o.Body = strings.NewReader("HELLO")
				return w.PutObject(w.Bucket(), "a", o)
			},
			func(string) []string { return []string{"updated in-place", `~ content_crc64 = "`, `~ etag = "`} },
		},
		"another header": {
			func(w *acctest.World, o cosmock.NewObject) error {
				o.Header.Set("Cache-Control", "public")
				return w.PutObject(w.Bucket(), "a", o)
			},
			func(string) []string { return []string{"updated in-place", `~ cache_control = "public" -> "no-store"`} },
		},
		"not encrypted": {
			func(w *acctest.World, o cosmock.NewObject) error {
				o.Mode, o.KMSKeyID, o.CustomerKey = sse.ModeNone, "", sse.CustomerKey{}
				return w.PutObject(w.Bucket(), "a", o)
			},
			func(restored string) []string { return []string{"updated in-place", restored} },
		},
		"under a delete marker": {
			func(w *acctest.World, _ cosmock.NewObject) error {
				if err := w.SetVersioning(w.Bucket(), "Enabled"); err != nil {
					return err
				}
				return w.DeleteObject(w.Bucket(), "a")
			},
			func(string) []string { return []string{"will be created"} },
		},
		"gone": {
			func(w *acctest.World, _ cosmock.NewObject) error { return w.DeleteObject(w.Bucket(), "a") },
			func(string) []string { return []string{"will be created"} },
		},
	}
	for _, mode := range slices.Sorted(maps.Keys(modes)) {
		for _, kind := range slices.Sorted(maps.Keys(kinds)) {
			t.Run(mode+", "+kind, func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t)
				ws := acctest.NewWorkspace(t)
				ws.Config(w.Provider(keyring), w.Object("a", modes[mode].argument, `content = "hello"`, `content_type = "text/plain"`, `cache_control = "no-store"`))
				ws.Apply()
				o := modes[mode].object
				o.Body, o.Header = strings.NewReader("hello"), http.Header{"Content-Type": {"text/plain"}, "Cache-Control": {"no-store"}}
				if err := kinds[kind].change(w, o); err != nil {
					t.Fatal(err)
				}
				plan := ws.ChangedPlan()
				t.Logf("\n%s", strings.Join(planLines.FindAllString(plan.Stdout, -1), "\n"))
				if want := kinds[kind].want(modes[mode].restored); !containsAll(plan.Text(), want...) {
					t.Errorf("the plan does not say %q:\n%s", want, plan.Output())
				}
				ws.Apply()
				ws.EmptyPlan()
			})
		}
	}
}

// Objects that are older than COS's CRC64 are compared by their ETag where it
// is an MD5. Where nothing can be compared the body is uploaded once, and has
// a CRC64 then.
func TestAccWithoutCRC64(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		argument string
		uploads  int
	}{
		"SSE-COS": {plain, 0},
		"SSE-KMS": {`server_side_encryption = "cos/kms"`, 1},
		"SSE-C":   {`sse_customer_key_name = "b"`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Config(w.Provider(keyring), w.Object("a", tc.argument, `content = "hello"`))
			ws.Apply()
			if err := w.ForgetCRC64(w.Bucket(), "a"); err != nil {
				t.Fatal(err)
			}
			ws.EmptyPlan() // COS leaves it out at times: the object is the same
			ws.Run("state", "rm", "cos_encrypted_object.test")
			ws.Run("import", "cos_encrypted_object.test", w.Bucket()+"/a")
			w.ResetRequests()
			ws.Apply()
			uploads := 0
			for _, call := range w.Calls() {
				if strings.HasSuffix(call, "5 bytes") {
					uploads++
				}
			}
			if uploads != tc.uploads {
				t.Errorf("%d uploads, want %d: %q", uploads, tc.uploads, w.Calls())
			}
			ws.EmptyPlan()
			ws.Config(w.Provider(keyring), w.Object("a", tc.argument, `content = "HELLO"`))
			ws.Apply()
			ws.EmptyPlan()
		})
	}
}

// A bucket that vanished, or that was never where it is looked for, says nothing
// of its objects: they stay in the state.
func TestAccVanishedBucket(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, `content = "hello"`))
	ws.Apply()
	if err := w.DeleteObject(w.Bucket(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.SDK(t).Bucket.Delete(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"plan"}, {"apply", "-auto-approve"}, {"apply", "-refresh-only", "-auto-approve"}, {"destroy", "-auto-approve"}, {"destroy", "-auto-approve", "-refresh=false"}} {
		w.ResetRequests()
		if out := ws.Fail(command...).Text(); !strings.Contains(out, "There is no such bucket in this region") {
			t.Errorf("%q:\n%s", command, out)
		}
		if asked := count(w)["HEAD 404"]; asked > 2 {
			t.Errorf("%q asked %d times: %q", command, asked, w.Calls())
		}
		if ws.Attributes(testObject) == nil {
			t.Fatalf("%q: the object has left the state", command)
		}
	}
}

// COS copies no archived object. One with a declared body is uploaded again; of
// another one it is explained.
func TestAccArchivedObject(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	config := func(lines ...string) {
		ws.Config(w.Provider(), w.Object("a", append(lines, plain, `storage_class = "ARCHIVE"`)...))
	}
	config(`content = "hello"`)
	ws.Apply()
	ws.EmptyPlan()
	config(`content = "hello"`, `cache_control = "no-store"`)
	if out := ws.ChangedPlan().Text(); !containsAll(out, "Warning: Archived Object Is Uploaded Again", "minimum storage time") {
		t.Errorf("plan:\n%s", out)
	}
	w.ResetRequests()
	ws.Apply()
	if diff := cmp.Diff([]string{"HEAD 200", "HEAD 200", "GET ?acl 200", "PUT 200 AES256 5 bytes", "HEAD 200"}, w.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	ws.EmptyPlan()
	config(`cache_control = "no-store"`)
	ws.Apply()
	config(`cache_control = "public"`)
	if out := ws.Fail("apply", "-auto-approve").Text(); !containsAll(out, "InvalidObjectState", "The object is archived: restore it first") {
		t.Errorf("got:\n%s", out)
	}
	ws.Destroy()
}
