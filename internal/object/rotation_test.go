package object_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// encryptions are what an object is rotated between.
var encryptions = map[string]struct {
	argument string
	asked    string
	want     sse.Observed
}{
	"SSE-COS":   {`server_side_encryption = "AES256"`, "AES256", sse.Observed{Mode: sse.ModeAES256}},
	"KMS key 1": {`server_side_encryption = "cos/kms"` + "\n" + `sse_kms_key_id = "` + acctest.KMSKey1 + `"`, "cos/kms", sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}},
	"KMS key 2": {`server_side_encryption = "cos/kms"` + "\n" + `sse_kms_key_id = "` + acctest.KMSKey2 + `"`, "cos/kms", sse.Observed{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2}},
	"SSE-C A":   {`sse_customer_key = "` + acctest.KeyA + `"`, "customer", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5}},
	"SSE-C B":   {`sse_customer_key_name = "b"`, "customer", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyBMD5}},
}

const keyring = `sse_customer_keys = { b = "` + acctest.KeyB + `" }`

// Every pair of encryptions, both ways: one copy that COS makes itself, no
// byte of the body on the wire, and everything else the object has stays.
func TestAccRotation(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	names := slices.Sorted(maps.Keys(encryptions))
	for _, old := range names {
		for _, now := range names {
			if old == now {
				continue
			}
			t.Run(old+" to "+now, func(t *testing.T) {
				t.Parallel()
				ws := acctest.NewWorkspace(t)
				key := fmt.Sprintf("%s to %s.json", old, now)
				config := func(encryption string) {
					ws.Config(w.Provider(keyring), w.Object(key, encryption, `content = "{}"`, `cache_control = "no-store"`,
						`metadata = { owner = "me" }`, `storage_class = "STANDARD_IA"`, `tags = { a = "b" }`, `acl = "private"`))
				}
				config(encryptions[old].argument)
				ws.Apply()
				config(encryptions[now].argument)
				before := len(w.CallsOf(key))
				ws.Apply()
				want := []string{
					headOf(encryptions[old].asked), "GET ?tagging 200", "GET ?acl 200", // refresh
					"PUT copy 200 " + encryptions[now].asked, headOf(encryptions[now].asked),
				}
				if diff := cmp.Diff(want, w.CallsOf(key)[before:]); diff != "" {
					t.Errorf("requests (-want +got):\n%s", diff)
				}
				object, ok := w.Stored(key)
				if !ok {
					t.Fatal("the object is gone")
				}
				got := sse.Observed{Mode: object.Mode, KMSKeyID: object.KMSKeyID, CustomerKeyMD5: object.CustomerKeyMD5}
				if diff := cmp.Diff(encryptions[now].want, got); diff != "" {
					t.Errorf("stored encryption (-want +got):\n%s", diff)
				}
				kept := []any{object.Header.Get("Cache-Control"), object.Header.Get("Content-Type"), object.Header.Get("X-Cos-Meta-Owner"), object.Class, object.Tags, object.OwnACL}
				if diff := cmp.Diff([]any{"no-store", "application/json", "me", "STANDARD_IA", map[string]string{"a": "b"}, true}, kept); diff != "" {
					t.Errorf("what the object has beside its encryption (-want +got):\n%s", diff)
				}
				ws.EmptyPlan()
			})
		}
	}
}

// With another body the rotation is one upload.
func TestAccRotationWithBody(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(keyring), w.Object("a", encryptions["SSE-C A"].argument, `content = "old"`))
	ws.Apply()
	ws.Config(w.Provider(keyring), w.Object("a", encryptions["SSE-C B"].argument, `content = "new!"`))
	w.ResetRequests()
	ws.Apply()
	if diff := cmp.Diff([]string{"HEAD 200 customer", "HEAD 200 customer", "GET ?acl 200", "PUT 200 customer 4 bytes", "HEAD 200 customer"}, w.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	ws.EmptyPlan()
}

// The old key is looked for in the state and in the keyring. Where it is lost,
// the declared body is uploaded instead; without one the apply fails and names
// the key that is missing.
func TestAccRotationWithoutOldKey(t *testing.T) {
	t.Parallel()
	rings := map[string]string{
		"both":  `sse_customer_keys = { a = "` + acctest.KeyA + `", b = "` + acctest.KeyB + `" }`,
		"other": `sse_customer_keys = { kept = "` + acctest.KeyA + `", b = "` + acctest.KeyB + `" }`,
		"lost":  `sse_customer_keys = { b = "` + acctest.KeyB + `" }`,
	}
	start := func(t *testing.T, body string) (*acctest.World, *acctest.Workspace) {
		w := acctest.New(t)
		ws := acctest.NewWorkspace(t)
		ws.Config(w.Provider(rings["both"]), w.Object("a", `sse_customer_key_name = "a"`, `content = "body"`))
		ws.Apply()
		if body == "" {
			ws.Config(w.Provider(rings["both"]), w.Object("a", `sse_customer_key_name = "a"`))
			ws.Apply()
		}
		w.ResetRequests()
		return w, ws
	}
	t.Run("in the keyring under another name", func(t *testing.T) {
		t.Parallel()
		w, ws := start(t, "")
		ws.Config(w.Provider(rings["other"]), w.Object("a", `sse_customer_key_name = "b"`))
		ws.Apply()
		if diff := cmp.Diff([]string{"HEAD 200 customer", "GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"}, w.Calls()); diff != "" {
			t.Errorf("requests (-want +got):\n%s", diff)
		}
		ws.EmptyPlan()
	})
	t.Run("lost, with a body", func(t *testing.T) {
		t.Parallel()
		w, ws := start(t, "body")
		ws.Config(w.Provider(rings["lost"]), w.Object("a", `sse_customer_key_name = "b"`, `content = "body"`))
		ws.Apply()
		if !slices.Contains(w.Calls(), "PUT 200 customer 4 bytes") {
			t.Errorf("the body was not uploaded: %q", w.Calls())
		}
		ws.EmptyPlan()
	})
	t.Run("lost, without a body", func(t *testing.T) {
		t.Parallel()
		w, ws := start(t, "")
		ws.Config(w.Provider(rings["lost"]), w.Object("a", `sse_customer_key_name = "b"`))
		plan := ws.ChangedPlan().Text()
		apply := ws.Fail("apply", "-auto-approve").Text()
		for what, text := range map[string]string{"plan": plan, "apply": apply} {
			if !containsAll(text, acctest.KeyAMD5, "sse_customer_keys") {
				t.Errorf("%s does not name the missing key:\n%s", what, text)
			}
		}
		if object, _ := w.Stored("a"); object.CustomerKeyMD5 != acctest.KeyAMD5 {
			t.Errorf("the object is now under %q", object.CustomerKeyMD5)
		}
		ws.Destroy() // a lost key does not keep the object from being deleted
		if _, ok := w.Stored("a"); ok {
			t.Error("the object is still there")
		}
	})
}

// A bucket with versions keeps the old version under its old encryption. That
// is worth a warning where it had none.
func TestAccEncryptingVersionedObject(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	if err := w.SetVersioning(w.Bucket(), "Enabled"); err != nil {
		t.Fatal(err)
	}
	if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{}); err != nil {
		t.Fatal(err)
	}
	ws.Config(w.Provider(), w.Object("a", `server_side_encryption = "AES256"`, `content = ""`))
	ws.Run("import", "cos_encrypted_object.test", w.Bucket()+"/a")
	if out := ws.Apply().Text(); !containsAll(out, "Unencrypted Version Remains", "still stored without encryption") {
		t.Errorf("no warning about the old version:\n%s", out)
	}
	ws.EmptyPlan()
}
