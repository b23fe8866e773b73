package object_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func customerKey(t *testing.T, text string) sse.CustomerKey {
	t.Helper()
	key, err := sse.ParseCustomerKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// An import in every spelling, of each encryption. It writes nothing: the
// first apply only records where the body comes from.
func TestAccImport(t *testing.T) {
	t.Parallel()
	ring := `sse_customer_keys = { other = "` + acctest.KeyB + `", mine = "` + acctest.KeyA + `" }`
	for name, tc := range map[string]struct {
		id       func(w *acctest.World) string
		object   cosmock.NewObject
		argument string
		imported []string // requests
		later    string   // the HEAD afterwards
		provider []string
	}{
		"bucket/key, SSE-COS": {
			id:       func(w *acctest.World) string { return w.Bucket() + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeAES256},
			argument: `server_side_encryption = "AES256"`,
			imported: []string{"HEAD 200"}, later: "HEAD 200",
		},
		"cos://bucket/key, SSE-KMS": {
			id:       func(w *acctest.World) string { return "cos://" + w.Bucket() + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1},
			argument: `server_side_encryption = "cos/kms"`,
			imported: []string{"HEAD 200"}, later: "HEAD 200",
		},
		"region:bucket/key, SSE-C": {
			id:       func(w *acctest.World) string { return w.Region() + ":" + w.Bucket() + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)},
			argument: `sse_customer_key_name = "mine"`,
			imported: []string{"HEAD 400", "HEAD 200 customer"}, later: "HEAD 200 customer",
			provider: []string{ring},
		},
		"SSE-C, the second key of the ring": {
			id:       func(w *acctest.World) string { return w.Bucket() + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
			argument: `sse_customer_key_name = "other"`,
			imported: []string{"HEAD 400", "HEAD 400 customer", "HEAD 200 customer"}, later: "HEAD 200 customer",
			provider: []string{ring},
		},
		"SSE-C, declared by the key itself": {
			id:       func(w *acctest.World) string { return w.Bucket() + "/a:b/c d" },
			object:   cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)},
			argument: `sse_customer_key = "` + acctest.KeyA + `"`,
			imported: []string{"HEAD 400", "HEAD 200 customer"}, later: "HEAD 200 customer",
			provider: []string{ring},
		},
	} {
		for _, way := range []string{"command", "block"} {
			t.Run(name+", by "+way, func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t)
				ws := acctest.NewWorkspace(t)
				object := tc.object
				object.Body = strings.NewReader("hello")
				object.Header = http.Header{"Content-Type": {"text/x-own"}, "Cache-Control": {"no-store"}}
				if err := w.PutObject(w.Bucket(), "a:b/c d", object); err != nil {
					t.Fatal(err)
				}
				config := []string{w.Provider(tc.provider...), w.Object("a:b/c d", tc.argument, `content = "hello"`, `cache_control = "no-store"`)}
				w.ResetRequests()
				if way == "command" {
					ws.Config(config...)
					if r := ws.Run("import", "cos_encrypted_object.test", tc.id(w)); r.Code != 0 {
						t.Fatal(r.Output())
					}
					if diff := cmp.Diff(tc.imported, w.Calls()); diff != "" {
						t.Errorf("requests of the import (-want +got):\n%s", diff)
					}
				} else {
					ws.Config(append(config, "import {\n  to = cos_encrypted_object.test\n  id = "+acctest.Quote(tc.id(w))+"\n}\n")...)
				}
				ws.Apply()
				for _, call := range w.Calls() {
					if !strings.HasPrefix(call, "HEAD ") {
						t.Errorf("the import sent %s", call)
					}
				}
				w.ResetRequests()
				ws.EmptyPlan()
				if diff := cmp.Diff([]string{tc.later}, w.Calls()); diff != "" {
					t.Errorf("requests of the plan after it (-want +got):\n%s", diff)
				}
				if got := ws.Attributes("cos_encrypted_object.test"); got["content_type"] != "text/x-own" {
					t.Errorf("the content type is %v", got["content_type"])
				}
			})
		}
	}
}

// An object that is imported without a body keeps the one it has; what is
// declared otherwise is changed by one copy.
func TestAccImportWithoutBody(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello")}); err != nil {
		t.Fatal(err)
	}
	ws.Config(w.Provider(), w.Object("a", `server_side_encryption = "AES256"`))
	if r := ws.Run("import", "cos_encrypted_object.test", w.Bucket()+"/a"); r.Code != 0 {
		t.Fatal(r.Output())
	}
	w.ResetRequests()
	ws.Apply()
	if diff := cmp.Diff([]string{"HEAD 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, w.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	ws.EmptyPlan()
	stored, _ := w.Stored("a")
	if body, err := stored.Plaintext(sse.CustomerKey{}); err != nil || string(body) != "hello" {
		t.Errorf("the body is %q, %v", body, err)
	}
}

// COS never returns an encryption context: after an import one copy sets it.
func TestAccImportWithContext(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1}); err != nil {
		t.Fatal(err)
	}
	ws.Config(w.Provider(), w.Object("a", `server_side_encryption = "cos/kms"`, `sse_context = base64encode("{\"a\": \"b\"}")`))
	if r := ws.Run("import", "cos_encrypted_object.test", w.Bucket()+"/a"); r.Code != 0 {
		t.Fatal(r.Output())
	}
	ws.Apply()
	ws.EmptyPlan()
	if stored, _ := w.Stored("a"); stored.KMSContext != `{"a": "b"}` || stored.KMSKeyID != acctest.KMSKey1 {
		t.Errorf("stored with the context %s and the key %s", stored.KMSContext, stored.KMSKeyID)
	}
}

func TestAccImportErrors(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	if err := w.PutObject(w.Bucket(), "secret", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		id   string
		want []string
	}{
		"no key":            {w.Bucket(), []string{"Invalid Import ID", "bucket/key"}},
		"nothing":           {"/", []string{"Invalid Import ID"}},
		"no region":         {":" + w.Bucket() + "/a", []string{"Invalid Import ID"}},
		"bucket, no appid":  {"bucket/a", []string{"Invalid Bucket", "name-appid"}},
		"key that can not":  {w.Bucket() + "/a/../b", []string{"Invalid Object Key"}},
		"not there":         {w.Bucket() + "/none", []string{"Cannot import non-existent remote object"}},
		"a key nobody has":  {w.Bucket() + "/secret", []string{"Unable to Import", "none of the 1 keys of the keyring", "sse_customer_keys"}},
		"another region":    {"ap-beijing:" + w.Bucket() + "/secret", nil},
		"cos:// and region": {"cos://" + w.Region() + ":" + w.Bucket() + "/none", []string{"Cannot import non-existent"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := acctest.NewWorkspace(t)
			ws.Config(w.Provider(keyring), w.Object("a", `server_side_encryption = "AES256"`, `content = ""`))
			out := ws.Fail("import", "cos_encrypted_object.test", tc.id).Text()
			if !containsAll(out, tc.want...) {
				t.Errorf("got:\n%s", out)
			}
			if strings.Contains(out, acctest.KeyB) {
				t.Error("a key was printed")
			}
		})
	}
}

// At most 16 keys are sent to find the one that fits.
func TestAccImportTriesSixteenKeys(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)}); err != nil {
		t.Fatal(err)
	}
	ws.Config(w.Provider(`sse_customer_keys = merge({ for i in range(20) : format("k%02d", i) => base64encode(format("%032d", i)) }, { z = "`+acctest.KeyA+`" })`),
		w.Object("a", `sse_customer_key_name = "z"`))
	ws.Fail("import", "cos_encrypted_object.test", w.Bucket()+"/a")
	tried := 0
	for _, call := range w.Calls() {
		if call == "HEAD 400 customer" {
			tried++
		}
	}
	if tried != 16 {
		t.Errorf("%d keys were tried", tried)
	}
}
