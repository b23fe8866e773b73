package object_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The requests of an object's life, as the server saw them.
func TestAccRequests(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		provider   []string
		encryption []string
		asked      string
		copied     []string // encryption arguments after a change
		copyAsked  string
	}{
		"SSE-COS": {
			encryption: []string{`server_side_encryption = "AES256"`},
			asked:      "AES256",
			copied:     []string{`server_side_encryption = "cos/kms"`},
			copyAsked:  "cos/kms",
		},
		"SSE-COS, spelled as on the SDK page": {
			encryption: []string{`server_side_encryption = "AES-256"`},
			asked:      "AES256",
			copied:     []string{`server_side_encryption = "cos/kms"`},
			copyAsked:  "cos/kms",
		},
		"SSE-KMS with COS's key": {
			encryption: []string{`server_side_encryption = "cos/kms"`},
			asked:      "cos/kms",
			copied:     []string{`server_side_encryption = "cos/kms"`, `sse_kms_key_id = "` + acctest.KMSKey1 + `"`},
			copyAsked:  "cos/kms",
		},
		"SSE-KMS with a key and a context": {
			encryption: []string{`server_side_encryption = "cos/kms"`, `sse_kms_key_id = "` + acctest.KMSKey1 + `"`, `sse_context = base64encode(jsonencode({ a = "b" }))`},
			asked:      "cos/kms",
			copied:     []string{`server_side_encryption = "cos/kms"`, `sse_kms_key_id = "` + acctest.KMSKey1 + `"`, `sse_context = base64encode(jsonencode({ a = "c" }))`},
			copyAsked:  "cos/kms",
		},
		"SSE-C": {
			encryption: []string{`sse_customer_key = "` + acctest.KeyA + `"`},
			asked:      "customer",
			copied:     []string{`sse_customer_key = "` + acctest.KeyB + `"`},
			copyAsked:  "customer",
		},
		"SSE-C, unpadded as on the SDK page": {
			encryption: []string{`sse_customer_key = "` + strings.TrimRight(acctest.KeyA, "=") + `"`},
			asked:      "customer",
			copied:     []string{`sse_customer_key = "` + acctest.KeyB + `"`},
			copyAsked:  "customer",
		},
		"SSE-C by the keyring": {
			provider:   []string{`sse_customer_keys = { a = "` + acctest.KeyA + `", b = "` + acctest.KeyB + `" }`},
			encryption: []string{`sse_customer_key_name = "a"`},
			asked:      "customer",
			copied:     []string{`sse_customer_key_name = "b"`},
			copyAsked:  "customer",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			config := func(encryption []string, lines ...string) {
				ws.Config(w.Provider(tc.provider...), w.Object("a.txt", append(encryption, lines...)...))
			}
			head := func(asked string) string {
				if asked == "customer" {
					return "HEAD 200 customer"
				}
				return "HEAD 200"
			}
			step := func(what string, want []string, do func(args ...string) acctest.Result) {
				t.Helper()
				w.ResetRequests()
				do()
				if diff := cmp.Diff(want, w.Calls()); diff != "" {
					t.Errorf("%s: requests (-want +got):\n%s", what, diff)
				}
			}
			config(tc.encryption, `content = "hello"`)
			step("create", []string{"HEAD 404", "PUT 200 " + tc.asked + " 5 bytes", head(tc.asked)}, ws.Apply)
			step("no change", []string{head(tc.asked)}, ws.EmptyPlan)
			config(tc.encryption, `content = "hello, world"`)
			step("another content", []string{head(tc.asked), head(tc.asked), "GET ?acl 200", "PUT 200 " + tc.asked + " 12 bytes", head(tc.asked)}, ws.Apply)
			step("no change after that", []string{head(tc.asked)}, ws.EmptyPlan)
			config(tc.encryption, `content = "hello, world"`, `cache_control = "no-store"`)
			step("another header", []string{head(tc.asked), "GET ?acl 200", "PUT copy 200 " + tc.asked, head(tc.asked)}, ws.Apply)
			config(tc.copied, `content = "hello, world"`, `cache_control = "no-store"`)
			step("another encryption", []string{head(tc.asked), "GET ?acl 200", "PUT copy 200 " + tc.copyAsked, head(tc.copyAsked)}, ws.Apply)
			step("no change after the rotation", []string{head(tc.copyAsked)}, ws.EmptyPlan)
			step("destroy", []string{head(tc.copyAsked), head(tc.copyAsked), "DELETE 204"}, ws.Destroy)
		})
	}
}

// A body that is the same bytes is never sent again, wherever it comes from.
func TestAccSameBody(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	config := func(body string) {
		ws.Config(w.Provider(), w.Object("a.txt", `server_side_encryption = "AES256"`, body))
	}
	one, two := ws.Write("one.txt", "hello"), ws.Write("two.txt", "hello")
	config("source = " + acctest.Quote(one))
	ws.Apply()

	config("source = " + acctest.Quote(two))
	ws.EmptyPlan()
	if err := os.Chtimes(one, acctest.LongAgo, acctest.LongAgo); err != nil {
		t.Fatal(err)
	}
	config("source = " + acctest.Quote(one))
	ws.EmptyPlan()

	for name, body := range map[string]string{
		"content":        `content = "hello"`,
		"content_base64": `content_base64 = base64encode("hello")`,
		"none":           "",
	} {
		config(body)
		w.ResetRequests()
		ws.Apply()
		if diff := cmp.Diff([]string{"HEAD 200"}, w.Calls()); diff != "" {
			t.Errorf("%s: requests (-want +got):\n%s", name, diff)
		}
		ws.EmptyPlan()
	}

	ws.Write("one.txt", "HELLO")
	config("source = " + acctest.Quote(one))
	w.ResetRequests()
	ws.Apply()
	if diff := cmp.Diff([]string{"HEAD 200", "HEAD 200", "GET ?acl 200", "PUT 200 AES256 5 bytes", "HEAD 200"}, w.Calls()); diff != "" {
		t.Errorf("same length, other bytes: requests (-want +got):\n%s", diff)
	}
}

// The empty object is an object.
func TestAccEmptyObject(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("empty", `server_side_encryption = "AES256"`, `content = ""`))
	ws.Apply()
	ws.EmptyPlan()
	got := ws.Attributes("cos_encrypted_object.test")
	if diff := cmp.Diff([]any{float64(0), "0", "application/octet-stream"}, []any{got["content_length"], got["content_crc64"], got["content_type"]}); diff != "" {
		t.Error(diff)
	}
}
