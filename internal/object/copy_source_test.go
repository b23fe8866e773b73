package object_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// COS copies, whatever encrypts the source and the destination.
func TestAccCopySource(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{"one-1250000000", "two-1250000000"} })
	sources := map[string]cosmock.NewObject{
		"plain":   {},
		"SSE-COS": {Mode: sse.ModeAES256},
		"SSE-KMS": {Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1},
		"SSE-C":   {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
	}
	for from, object := range sources {
		object.Body = strings.NewReader("hello")
		object.Header = http.Header{"Content-Type": {"text/x-own"}, "X-Cos-Meta-A": {"b"}}
		object.Tags = map[string]string{"t": "u"}
		if err := w.PutObject("two-1250000000", from, object); err != nil {
			t.Fatal(err)
		}
		for to, encryption := range encryptions {
			t.Run(from+" to "+to, func(t *testing.T) {
				t.Parallel()
				ws := acctest.NewWorkspace(t)
				key := from + " to " + to
				name, reads := "", "HEAD 200"
				if from == "SSE-C" {
					name, reads = `sse_customer_key_name = "b"`, "HEAD 200 customer"
				}
				source := fmt.Sprintf("copy_source = {\n bucket = \"two-1250000000\"\n key = %q\n %s\n}", from, name)
				ws.Config(w.Provider(keyring), w.Object(key, encryption.argument, source))
				ws.Apply()
				want := []string{"HEAD 404", "PUT copy 200 " + encryption.asked, headOf(encryption.asked)}
				if diff := cmp.Diff(want, w.CallsOf(key)); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
				if calls := w.CallsOf(from); calls[len(calls)-1] != reads {
					t.Errorf("the source was read by %q", calls)
				}
				stored, _ := w.Stored(key)
				got := sse.Observed{Mode: stored.Mode, KMSKeyID: stored.KMSKeyID, CustomerKeyMD5: stored.CustomerKeyMD5}
				if diff := cmp.Diff(encryption.want, got); diff != "" {
					t.Errorf("stored encryption (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff([]any{"text/x-own", "", 0}, []any{stored.Header.Get("Content-Type"), stored.Header.Get("X-Cos-Meta-A"), len(stored.Tags)}); diff != "" {
					t.Errorf("what came with it (-want +got):\n%s", diff)
				}
				ws.EmptyPlan()
			})
		}
	}
}

// The object is copied again when the arguments change, and then only.
func TestAccCopySourceChanges(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	put := func(body string) string {
		if err := w.PutObject(w.Bucket(), "source", cosmock.NewObject{Body: strings.NewReader(body)}); err != nil {
			t.Fatal(err)
		}
		stored, _ := w.Stored("source")
		return stored.ETag
	}
	config := func(lines ...string) {
		ws.Config(w.Provider(), w.Object("copy", plain, fmt.Sprintf("copy_source = {\n bucket = %q\n key = \"source\"\n %s\n}", w.Bucket(), strings.Join(lines, "\n"))))
	}
	body := func() string {
		stored, _ := w.Stored("copy")
		text, err := stored.Plaintext(sse.CustomerKey{})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := put("one")
	config()
	ws.Apply()
	second := put("two!")
	ws.EmptyPlan()
	config(fmt.Sprintf("etag = %q", second))
	ws.Apply()
	if got := body(); got != "two!" {
		t.Errorf("after the arguments changed the copy is %q", got)
	}
	ws.EmptyPlan()
	config(fmt.Sprintf(`etag = "\"%s\""`, first))
	if out := ws.Fail("apply", "-auto-approve").Text(); !containsAll(out, "Copy Source Changed", first, second) {
		t.Errorf("another ETag:\n%s", out)
	}
	if got := body(); got != "two!" {
		t.Errorf("after a refused copy it is %q", got)
	}
	config(fmt.Sprintf("etag = %q", second), `region = "ap-guangzhou"`)
	w.ResetRequests()
	ws.Apply()
	if diff := cmp.Diff([]string{"HEAD 200"}, w.CallsOf("copy")); diff != "" {
		t.Errorf("the same bytes by other arguments (-want +got):\n%s", diff)
	}
	ws.EmptyPlan()
}

func TestAccCopySourceErrors(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	if err := w.PutObject(w.Bucket(), "secret", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		source string
		want   []string
	}{
		"not there":       {`bucket = "` + w.Bucket() + `", key = "none"`, []string{"Unable to Read Copy Source", "none"}},
		"no such bucket":  {`bucket = "none-1250000000", key = "none"`, []string{"Unable to Read Copy Source", "NoSuchBucket"}},
		"without its key": {`bucket = "` + w.Bucket() + `", key = "secret"`, []string{"Unable to Read Copy Source", "customer key"}},
		"with another":    {`bucket = "` + w.Bucket() + `", key = "secret", sse_customer_key_name = "b"`, []string{"Unable to Read Copy Source"}},
		"unknown name":    {`bucket = "` + w.Bucket() + `", key = "secret", sse_customer_key_name = "x"`, []string{`no key named "x"`, "It has: b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := acctest.NewWorkspace(t)
			ws.Config(w.Provider(keyring), w.Object("to/"+name, plain, "copy_source = { "+tc.source+" }"))
			if out := ws.Fail("apply", "-auto-approve").Text(); !containsAll(out, tc.want...) {
				t.Errorf("got:\n%s", out)
			}
			if _, ok := w.Stored("to/" + name); ok {
				t.Error("something was written")
			}
		})
	}
}

// Somebody else's body in the place of a copy is seen, and copied over.
func TestAccCopyDrift(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	if err := w.PutObject(w.Bucket(), "source", cosmock.NewObject{Body: strings.NewReader("original")}); err != nil {
		t.Fatal(err)
	}
	ws.Config(w.Provider(), w.Object("copy", plain, fmt.Sprintf("copy_source = {\n bucket = %q\n key = \"source\"\n}", w.Bucket())))
	ws.Apply()
	ws.EmptyPlan()
	if err := w.PutObject(w.Bucket(), "copy", cosmock.NewObject{Body: strings.NewReader("TAMPERED"), Mode: sse.ModeAES256}); err != nil {
		t.Fatal(err)
	}
	if out := ws.ChangedPlan().Text(); !strings.Contains(out, "+ copy_source") {
		t.Errorf("the plan does not show it:\n%s", out)
	}
	ws.Apply()
	ws.EmptyPlan()
	stored, _ := w.Stored("copy")
	if body, err := stored.Plaintext(sse.CustomerKey{}); err != nil || string(body) != "original" {
		t.Errorf("the copy is %q, %v", body, err)
	}
}
