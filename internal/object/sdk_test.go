package object_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The official SDK reads what the provider wrote, byte for byte: with the
// right key where there is one, and with nothing else.
func TestAccSDKReads(t *testing.T) {
	t.Parallel()
	// No text: every byte, more than one chunk of the ciphertext, and an odd end.
	var body strings.Builder
	for i := range 200_003 {
		body.WriteByte(byte(i * 7 >> (i % 3)))
	}
	const nosuch = http.StatusBadRequest
	for name, want := range map[string]map[string]int{ // status by key
		"SSE-COS":            {"": 200, acctest.KeyA: nosuch},
		"SSE-KMS with a key": {"": 200, acctest.KeyA: nosuch},
		"SSE-C":              {"": nosuch, acctest.KeyA: 200, acctest.KeyB: nosuch},
		"SSE-C by name":      {"": nosuch, acctest.KeyA: nosuch, acctest.KeyB: 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			file := ws.Write("body.bin", body.String())
			ws.Config(secretVariables(ws, map[string]string{"a": acctest.KeyA, "b": acctest.KeyB}), w.Provider("sse_customer_keys = { b = var.b }"),
				w.Object("dir/body.bin", "source = "+acctest.Quote(file), ways[name].argument, `metadata = { owner = "me" }`, `cache_control = "no-store"`))
			ws.Apply()
			for key, status := range want {
				got, text, h := w.Read(t, "dir/body.bin", key)
				if got != status {
					t.Errorf("with the key %q: status %d, want %d", key, got, status)
				}
				if status != 200 {
					continue
				}
				if text != body.String() {
					t.Errorf("with the key %q: %d bytes came back that are not those that were stored", key, len(text))
				}
				state := ws.Attributes(testObject)
				told := []any{h.Get("X-Cos-Hash-Crc64ecma"), strings.Trim(h.Get("Etag"), `"`), float64(len(text)), h.Get("Content-Type")}
				if diff := cmp.Diff(told, []any{state["content_crc64"], state["etag"], state["content_length"], state["content_type"]}); diff != "" {
					t.Errorf("the SDK's answer and the state (-sdk +state):\n%s", diff)
				}
				if diff := cmp.Diff([]string{"me", "no-store"}, []string{h.Get("X-Cos-Meta-Owner"), h.Get("Cache-Control")}); diff != "" {
					t.Errorf("headers (-want +got):\n%s", diff)
				}
			}
			// On the disk there is no plaintext.
			checkDisk(t, w.DataDir(), body.String()[1000:1064])

			// What the SDK writes in its place shows as drift.
			if _, err := w.SDK(t).Object.Put(t.Context(), "dir/body.bin", strings.NewReader(body.String()), nil); err != nil {
				t.Fatal(err)
			}
			ws.ChangedPlan()
		})
	}
}

func checkDisk(t *testing.T, dir, plaintext string) {
	t.Helper()
	size := 0
	must(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		size += len(data)
		if strings.Contains(string(data), plaintext) {
			t.Errorf("%s holds plaintext", path)
		}
		return err
	}))
	if size < 200_003 {
		t.Errorf("only %d bytes are on the disk: the search looks at the wrong place", size)
	}
}

// Keys are taken as they are: created, found, read by the SDK, unchanged in the
// next plan, deleted.
func TestAccOddKeys(t *testing.T) {
	t.Parallel()
	keys := []string{
		"a//b", "/a", "//a//b", ".a/..b/c.", "folder/", "a//", "...", "a b", " a ", "a+b", "a%20b", "100%", "目录/ü/🙂", "a?b=c&d#e", "a=b;c,d@e:f!g~h*i'j(k)l",
		`back\slash`, `"quoted"`, "${notatemplate}", "%{if}", "a\u00a0b", strings.Repeat("k", 850), "a/" + strings.Repeat("ü", 424),
	}
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	text := w.Provider()
	for i, key := range keys {
		text += fmt.Sprintf("resource \"cos_encrypted_object\" \"o%d\" {\n  bucket = %s\n  key = %s\n  content = \"body %d\"\n  server_side_encryption = \"AES256\"\n}\n",
			i, acctest.Quote(w.Bucket()), acctest.Quote(key), i)
	}
	ws.Config(text)
	ws.Apply("-parallelism=30")
	ws.EmptyPlan("-parallelism=30")
	for i, key := range keys {
		if diff := cmp.Diff(key, ws.Attributes(fmt.Sprintf("cos_encrypted_object.o%d", i))["key"]); diff != "" {
			t.Errorf("key in the state (-want +got):\n%s", diff)
		}
		if _, ok := w.Stored(key); !ok {
			t.Errorf("the server has no object %q", key)
			continue
		}
		checkStored(t, w, key, fmt.Sprintf("body %d", i), sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{})
		if status, body, _ := w.Read(t, key, ""); status != 200 || body != fmt.Sprintf("body %d", i) {
			t.Errorf("the SDK reads %q as %d %q", key, status, body)
		}
	}
	ws.Destroy("-parallelism=30")
	if left := w.Keys(w.Bucket()); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
