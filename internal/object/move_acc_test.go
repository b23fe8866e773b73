package object_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A changed address is a copy by the server, then the proof, then the removal
// of the old object: in place, and without a byte of the body.
func TestAccMove(t *testing.T) {
	t.Parallel()
	const bucket2 = "other-1250000000"
	for name, tc := range map[string]struct {
		first, second []string // arguments; the key is a, then b
		says          []string // of the plan
		want          []string // requests of the apply, on both keys, after the refresh
		sse           sse.Mode
		kept          bool // the old object stays
	}{
		"nothing else": {
			first: []string{plain, hello}, second: []string{plain, hello},
			says: []string{"updated in-place", `~ id`, `"lab-1250000000/a" -> "lab-1250000000/b"`, "0 to add, 1 to change, 0 to destroy"},
			want: []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 AES256", "b HEAD 200", "a HEAD 200", "a DELETE 204"}, sse: sse.ModeAES256,
		},
		"no declared body": {
			first: []string{plain, hello}, second: []string{plain},
			want: []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 AES256", "b HEAD 200", "a HEAD 200", "a DELETE 204"}, sse: sse.ModeAES256,
		},
		"another encryption": {
			first: []string{byName, hello}, second: []string{`server_side_encryption = "cos/kms"`, hello},
			want: []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 cos/kms", "b HEAD 200", "a HEAD 200 customer", "a DELETE 204"}, sse: sse.ModeKMS,
		},
		"another body": {
			first: []string{plain, `content = "old"`}, second: []string{plain, hello},
			want: []string{"b HEAD 404", "a HEAD 200", "a GET ?acl 200", "b PUT 200 AES256 5 bytes", "b HEAD 200", "a HEAD 200", "a DELETE 204"}, sse: sse.ModeAES256,
		},
		"abandoned": {
			first: []string{plain, hello, `deletion_policy = "abandon"`}, second: []string{plain, hello, `deletion_policy = "abandon"`},
			want: []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 AES256", "b HEAD 200"}, sse: sse.ModeAES256, kept: true,
		},
		"copied from itself": {
			first:  []string{plain, hello},
			second: []string{plain, `copy_source = { bucket = "lab-1250000000", key = "a" }`},
			want:   []string{"b HEAD 404", "a GET ?acl 200", "b PUT copy 200 AES256", "b HEAD 200", "a HEAD 200", "a DELETE 204"}, sse: sse.ModeAES256,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
			ring := "sse_customer_keys = { a = var.key }"
			ws.Config(ephemeralVariable("key"), w.Provider(ring), w.Object("a", tc.first...))
			ws.Apply()
			ws.Config(ephemeralVariable("key"), w.Provider(ring), w.Object("b", tc.second...))
			checkReport(t, ws.ChangedPlan("-out=plan"), append(tc.says, "1 to change, 0 to destroy"), acctest.KeyA)
			w.ResetRequests()
			applyPlan(t, ws)
			var calls []string
			for _, r := range w.Requests() {
				calls = append(calls, r.Key+" "+acctest.Call(r))
			}
			if diff := cmp.Diff(tc.want, calls); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
			if o, ok := w.Stored("b"); !ok || o.Mode != tc.sse {
				t.Errorf("stored at b: %v under %s", ok, o.Mode)
			}
			if _, ok := w.Stored("a"); ok != tc.kept {
				t.Errorf("the old object is there: %v", ok)
			}
			if id := ws.Attributes(testObject)["id"]; id != "lab-1250000000/b" {
				t.Errorf("the id is %v", id)
			}
			ws.EmptyPlan()
			ws.Destroy()
		})
	}
	t.Run("to another bucket", func(t *testing.T) {
		t.Parallel()
		w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{"lab-1250000000", bucket2} })
		ws := acctest.NewWorkspace(t)
		ws.Config(w.Provider(), w.Object("a", plain, hello, `tags = { a = "b" }`, `acl = "private"`))
		ws.Apply()
		ws.Config(w.Provider(), strings.Replace(w.Object("a", plain, hello), w.Bucket(), bucket2, 1))
		ws.Apply()
		o, ok := w.Server.Object(bucket2, "a")
		if !ok || o.Tags["a"] != "b" || o.Mode != sse.ModeAES256 {
			t.Errorf("moved %v: %+v", ok, o)
		}
		ws.EmptyPlan()
	})
}

// A target that is taken is a warning at plan and an error in the apply: nothing
// is overwritten and nothing is lost.
func TestAccMoveOntoAnother(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, hello))
	ws.Apply()
	must(t, w.PutObject(w.Bucket(), "b", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256}))
	ws.Config(w.Provider(), w.Object("b", plain, hello, "overwrite = true"))
	checkReport(t, ws.ChangedPlan(), []string{"Warning: Address Is Taken"})
	checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Unable to Move Encrypted Object", "never overwrites", "6 bytes"})
	for key, length := range map[string]int64{"a": 5, "b": 6} {
		if o, ok := w.Stored(key); !ok || o.Size != length {
			t.Errorf("%s: %v, %d bytes", key, ok, o.Size)
		}
	}
	if id := ws.Attributes(testObject)["id"]; id != "lab-1250000000/a" {
		t.Errorf("the state has %v", id)
	}
	must(t, w.DeleteObject(w.Bucket(), "b"))
	ws.Apply()
	ws.EmptyPlan()
}

// An element that goes away at the front of a count list, by its key: each
// object moves onto the next one's key, which moves on as well.
func TestAccMoveChain(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	chain := func(keys ...string) string {
		text := ""
		for i, key := range keys {
			text += strings.Replace(w.Object(key, plain, fmt.Sprintf("content = %q", fmt.Sprint("body ", i))), `"test"`, fmt.Sprintf("%q", fmt.Sprint("o", i)), 1)
		}
		return text
	}
	ws.Config(w.Provider(), chain("a", "b", "c"))
	ws.Apply()
	ws.Config(w.Provider(), chain("b", "c", "d"))
	for try := range 3 {
		if r := ws.Run("apply", "-auto-approve"); r.Code == 0 {
			break
		} else if try == 2 {
			t.Fatalf("not after three applies:\n%s", r.Output())
		}
	}
	for i, key := range []string{"b", "c", "d"} {
		o, _ := w.Stored(key)
		if body, err := o.Plaintext(sse.CustomerKey{}); err != nil || string(body) != fmt.Sprint("body ", i) {
			t.Errorf("%s holds %q: %v", key, body, err)
		}
	}
	ws.EmptyPlan()
	// Two that change places.
	ws.Config(w.Provider(), chain("c", "b", "d"))
	r := ws.Fail("apply", "-auto-approve")
	checkReport(t, r, []string{"change places", "temporary key"})
	for i, key := range []string{"b", "c", "d"} {
		o, _ := w.Stored(key)
		if body, err := o.Plaintext(sse.CustomerKey{}); err != nil || string(body) != fmt.Sprint("body ", i) {
			t.Errorf("%s holds %q: %v", key, body, err)
		}
	}
}
