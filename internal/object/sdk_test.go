package object_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The official SDK reads exactly the bytes that the provider wrote, with the right
// key if there is one and with nothing else.
func TestAccSDKReads(t *testing.T) {
	t.Parallel()
	// Binary data with every byte value, several chunks of ciphertext, and an odd
	// length.
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
			file := writeFile(t, t.TempDir(), "body.bin", body.String())
			config := acctest.Sensitive("a", "b") + w.Provider("sse_customer_keys = { b = var.b }") +
				w.Object("dir/body.bin", "source = "+acctest.Quote(file), ways[name].argument, `metadata = { owner = "me" }`, `cache_control = "no-store"`)
			keys := acctest.Variables(map[string]string{"a": acctest.KeyA, "b": acctest.KeyB})
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				Steps: []resource.TestStep{
					{
						Config:          config,
						ConfigVariables: keys,
						ConfigStateChecks: []statecheck.StateCheck{
							acctest.StateThat(address, func(state map[string]any) error {
								for key, status := range want {
									got, text, h := w.Read(t, "dir/body.bin", key)
									if got != status {
										return fmt.Errorf("with the key %q: status %d, want %d", key, got, status)
									}
									if status != 200 {
										continue
									}
									if text != body.String() {
										return fmt.Errorf("with the key %q: %d bytes came back that are not those that were stored", key, len(text))
									}
									told := []any{h.Get("X-Cos-Hash-Crc64ecma"), strings.Trim(h.Get("Etag"), `"`), fmt.Sprint(len(text)), h.Get("Content-Type"), "me", "no-store"}
									if err := acctest.Differ("the SDK's answer and the state", told, []any{state["content_crc64"], state["etag"], fmt.Sprint(state["content_length"]),
										state["content_type"], h.Get("X-Cos-Meta-Owner"), h.Get("Cache-Control")}); err != nil {
										return err
									}
								}
								return nil
							}),
							// No plaintext is on disk.
							acctest.Do(func() { checkDisk(t, w.DataDir(), body.String()[1000:1064]) }),
						},
					},
					{ // an object written by the SDK in its place shows as drift
						PreConfig: func() {
							_, err := w.SDK(t).Object.Put(t.Context(), "dir/body.bin", strings.NewReader(body.String()), nil)
							must(t, err)
						},
						Config:             config,
						ConfigVariables:    keys,
						PlanOnly:           true,
						ExpectNonEmptyPlan: true,
					},
				},
			})
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

// Unusual keys are used verbatim: the object is created, read by the SDK, unchanged
// in the next plan, and deleted.
func TestAccOddKeys(t *testing.T) {
	t.Parallel()
	keys := []string{
		"a//b", "/a", "//a//b", ".a/..b/c.", "folder/", "a//", "...", "a b", " a ", "a+b", "a%20b", "100%", "目录/ü/🙂", "a?b=c&d#e", "a=b;c,d@e:f!g~h*i'j(k)l",
		`back\slash`, `"quoted"`, "${notatemplate}", "%{if}", "a\u00a0b", strings.Repeat("k", 850), "a/" + strings.Repeat("ü", 424),
	}
	w := acctest.New(t)
	config := w.Provider()
	var checks []statecheck.StateCheck
	for i, key := range keys {
		body := fmt.Sprint("body ", i)
		config += fmt.Sprintf("resource \"cos_encrypted_object\" \"o%d\" {\n  bucket = %s\n  key = %s\n  content = %q\n  server_side_encryption = \"AES256\"\n}\n",
			i, acctest.Quote(w.Bucket()), acctest.Quote(key), body)
		checks = append(checks,
			acctest.State(fmt.Sprintf("cos_encrypted_object.o%d", i), map[string]any{"key": key}),
			w.Holds(key, body, sse.Observed{Mode: sse.ModeAES256}),
			acctest.Check(func() error {
				status, text, _ := w.Read(t, key, "")
				return acctest.Differ("what the SDK reads of "+key, []any{200, body}, []any{status, text})
			}))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		CheckDestroy:             w.HasKeys().OfState,
		Steps:                    []resource.TestStep{{Config: config, ConfigStateChecks: checks}},
	})
}
