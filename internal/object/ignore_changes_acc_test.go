package object_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// What a configuration ignores is neither applied nor touched by an update of
// something else: not in the object, not in the state, and the next plan is
// empty. The CLI does not apply ignore_changes to what an apply reads.
func TestAccIgnoreChanges(t *testing.T) {
	t.Parallel()
	const kms = `server_side_encryption = "cos/kms"`
	keyID := func(id string) string { return "sse_kms_key_id = " + acctest.Quote(id) }
	for name, tc := range map[string]struct {
		ignored       string
		first, second []string // arguments: applied, and then declared while the ignored ones are ignored
		prepare       func(ws *acctest.Workspace)
		same          []string // attributes of the state that stay
	}{
		"content":                 {"content", []string{plain, `content = "hello"`}, []string{plain, `content = "other"`}, nil, []string{"content", "content_crc64"}},
		"content_base64":          {"content_base64", []string{plain, `content_base64 = "aGVsbG8="`}, []string{plain, `content_base64 = "b3RoZXI="`}, nil, []string{"content_base64", "content_crc64"}},
		"source, another file":    {"source", []string{plain, `source = "FILE"`}, []string{plain, `source = "OTHER"`}, nil, []string{"source", "content_crc64"}},
		"source, leading nowhere": {"source", []string{plain, `source = "FILE"`}, []string{plain, `source = "NOWHERE"`}, nil, []string{"source", "content_crc64"}},
		"source, deleted": {"source", []string{plain, `source = "FILE"`}, []string{plain, `source = "FILE"`},
			func(ws *acctest.Workspace) { _ = os.Remove(filepath.Join(ws.Dir, "file")) }, []string{"source", "content_crc64"}},
		"source, deleted and another": {"source", []string{plain, `source = "FILE"`}, []string{plain, `source = "NOWHERE"`},
			func(ws *acctest.Workspace) { _ = os.Remove(filepath.Join(ws.Dir, "file")) }, []string{"source", "content_crc64"}},
		"content_wo_version":     {"content_wo_version", []string{plain, `content_wo = "hello"`, "content_wo_version = 1"}, []string{plain, `content_wo = "other"`, "content_wo_version = 2"}, nil, []string{"content_wo_version", "content_length"}},
		"content_wo":             {"content_wo, content_wo_version", []string{plain, `content_wo = "hello"`, "content_wo_version = 1"}, []string{plain, `content_wo = "other"`, "content_wo_version = 2"}, nil, []string{"content_wo_version", "content_length"}},
		"sse_customer_key_name":  {"sse_customer_key_name", []string{`sse_customer_key_name = "one"`, hello}, []string{`sse_customer_key_name = "two"`, hello}, nil, []string{"sse_customer_key_name", "sse_customer_key_md5"}},
		"sse_customer_key":       {"sse_customer_key", []string{"sse_customer_key = " + acctest.Quote(acctest.KeyA), hello}, []string{"sse_customer_key = " + acctest.Quote(acctest.KeyB), hello}, nil, []string{"sse_customer_key", "sse_customer_key_md5"}},
		"sse_customer_key_wo":    {"sse_customer_key_wo", []string{"sse_customer_key_wo = " + acctest.Quote(acctest.KeyA), hello}, []string{"sse_customer_key_wo = " + acctest.Quote(acctest.KeyB), hello}, nil, []string{"sse_customer_key_md5"}},
		"server_side_encryption": {"server_side_encryption, sse_kms_key_id", []string{kms, keyID(acctest.KMSKey1), hello}, []string{plain, hello}, nil, []string{"server_side_encryption", "sse_kms_key_id"}},
		"sse_kms_key_id":         {"sse_kms_key_id", []string{kms, keyID(acctest.KMSKey1), hello}, []string{kms, keyID(acctest.KMSKey2), hello}, nil, []string{"sse_kms_key_id"}},
		"sse_context":            {"sse_context", []string{kms, `sse_context = "eyJhIjoiYiJ9"`, hello}, []string{kms, `sse_context = "eyJhIjoiYyJ9"`, hello}, nil, []string{"sse_context"}},
		"content_type":           {"content_type", []string{plain, hello, `content_type = "text/html"`}, []string{plain, hello, `content_type = "text/css"`}, nil, []string{"content_type"}},
		"metadata":               {"metadata", []string{plain, hello, `metadata = { a = "1" }`}, []string{plain, hello, `metadata = { a = "2" }`}, nil, []string{"metadata"}},
		"tags":                   {"tags", []string{plain, hello, `tags = { a = "1" }`}, []string{plain, hello, `tags = { a = "2" }`}, nil, []string{"tags"}},
		"acl":                    {"acl", []string{plain, hello, `acl = "private"`}, []string{plain, hello, `acl = "public-read"`}, nil, []string{"acl"}},
		"key":                    {"key", []string{plain, hello}, []string{plain, hello, "key = \"b\""}, nil, []string{"key", "id"}},
		"several": {"content, sse_customer_key_name, metadata, tags", []string{`sse_customer_key_name = "one"`, `content = "hello"`, `metadata = { a = "1" }`, `tags = { a = "1" }`},
			[]string{`sse_customer_key_name = "two"`, `content = "other"`, `metadata = { a = "2" }`, `tags = { a = "2" }`}, nil, []string{"content", "sse_customer_key_md5", "metadata", "tags"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			files := strings.NewReplacer("FILE", ws.Write("file", "hello"), "OTHER", ws.Write("other", "other"), "NOWHERE", filepath.Join(ws.Dir, "nowhere"))
			config := func(lines []string, more ...string) {
				object := w.Object("a", append(append([]string{"lifecycle {\n    ignore_changes = [" + tc.ignored + "]\n  }"}, lines...), more...)...)
				if strings.Contains(object, `key = "b"`) {
					object = strings.Replace(object, `key    = "a"`, "", 1)
				}
				ws.Config(w.Provider(twoKeys), files.Replace(object))
			}
			config(tc.first)
			ws.Apply()
			before, state := everythingOf(t, w), ws.Attributes(testObject)
			if tc.prepare != nil {
				tc.prepare(ws)
			}
			// Ignored changes alone are none.
			config(tc.second)
			ws.EmptyPlan()
			for _, other := range []string{`cache_control = "no-store"`, `overwrite = true`} {
				config(tc.second, `cache_control = "no-store"`, other)
				if other == `cache_control = "no-store"` {
					config(tc.second, other)
				}
				w.ResetRequests()
				ws.Apply()
				for _, r := range w.Requests() {
					if r.BodyBytes > 0 || r.Method == "PUT" && other == `overwrite = true` {
						t.Errorf("%s: sent %s", other, acctest.Call(r))
					}
				}
				if diff := cmp.Diff(before, everythingOf(t, w)); diff != "" {
					t.Errorf("%s: the object (-before +after):\n%s", other, diff)
				}
				after := ws.Attributes(testObject)
				for _, attribute := range tc.same {
					if diff := cmp.Diff(state[attribute], after[attribute]); diff != "" {
						t.Errorf("%s: %s in the state (-before +after):\n%s", other, attribute, diff)
					}
				}
				ws.EmptyPlan()
			}
			ws.Destroy()
		})
	}
}

// Everything is ignored, with a key and a body that only the first run has.
func TestAccIgnoreAll(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	config := func(key string, lines ...string) {
		ws.Env = []string{"TF_VAR_key=" + key}
		ws.Config(ephemeralVariable("key"), w.Provider(), w.Object("a", append(lines, "lifecycle {\n    ignore_changes = all\n  }", "sse_customer_key_wo = var.key")...))
	}
	config(acctest.KeyA, hello)
	ws.Apply()
	config(acctest.KeyB, `content = "other"`, `cache_control = "no-store"`)
	ws.EmptyPlan()
	o, _ := w.Stored("a")
	if o.CustomerKeyMD5 != acctest.KeyAMD5 || o.Size != 5 {
		t.Errorf("stored: %+v", o)
	}
	ws.Destroy()
}

// everythingOf is what the server holds under the key a, but for what every write changes
// and for Cache-Control.
func everythingOf(t *testing.T, w *acctest.World) map[string]any {
	t.Helper()
	o, ok := w.Stored("a")
	if !ok {
		t.Fatal("the object is gone")
	}
	header := o.Header.Clone()
	header.Del("Cache-Control")
	body := ""
	if o.Mode != sse.ModeCustomer {
		text, err := o.Plaintext(sse.CustomerKey{})
		if err != nil {
			t.Fatal(err)
		}
		body = string(text)
	}
	return map[string]any{
		"crc": o.CRC64, "header": header, "class": o.Class, "tags": o.Tags, "public": o.PublicRead, "own ACL": o.OwnACL, "body": body,
		"mode": o.Mode, "kms": o.KMSKeyID, "context": o.KMSContext, "md5": o.CustomerKeyMD5,
	}
}
