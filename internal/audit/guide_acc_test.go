package audit_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/protocol"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const (
	guideBucket = "examplebucket-1250000000"
	reencrypt   = "cos_reencrypt_objects"
)

// guide returns the guide's HCL blocks by their first line, and its text.
func guide(t *testing.T) (blocks map[string]string, text string) {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash("../../templates/guides/audit.md"))
	must(t, err)
	published, err := os.ReadFile(filepath.FromSlash("../../docs/guides/audit.md"))
	must(t, err)
	if string(data) != string(published) {
		t.Error("docs/guides is not what templates/guides has: run make generate")
	}
	blocks = map[string]string{}
	for _, block := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
		first, _, _ := strings.Cut(block[1], " {")
		blocks[first] = block[1]
	}
	return blocks, string(data)
}

// guideObjects returns 500 objects of every kind.
func guideObjects(t *testing.T) map[string]cosmock.NewObject {
	t.Helper()
	ours, theirs := customerKey(t, acctest.KeyB), customerKey(t, acctest.KeyA)
	all := map[string]cosmock.NewObject{
		"contracts/2025 final+signed.pdf": {}, "contracts/2026/draft 100%.txt": {}, "contracts/größe.csv": {},
	}
	add := func(n int, key string, o cosmock.NewObject) {
		for i := range n {
			all[fmt.Sprintf(key, i)] = o
		}
	}
	add(157, "data/plain/%03d.csv", cosmock.NewObject{})
	add(50, "data/tagged/%03d", cosmock.NewObject{Tags: map[string]string{"team": "a"}, Header: map[string][]string{"Cache-Control": {"no-store"}, "X-Cos-Meta-Owner": {"b"}}})
	add(10, "data/folder-%d/", cosmock.NewObject{})
	add(10, "archive/%d.tar", cosmock.NewObject{Class: "ARCHIVE"})
	for i, odd := range []string{"a+b %d", "ü/ñ %d", `q"uo'te %d`, "$${x} %d", "a//b/%d", "/leading/%d", "%%2B %d", "100%% & <%d>"} {
		add(5, "odd/"+fmt.Sprint(i)+"/"+odd, cosmock.NewObject{})
	}
	add(100, "data/cos/%d", cosmock.NewObject{Mode: sse.ModeAES256})
	add(10, "data/sm4/%d", cosmock.NewObject{Mode: sse.ModeSM4})
	add(40, "data/kms-1/%d", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey1})
	add(40, "data/kms-2/%d", cosmock.NewObject{Mode: sse.ModeKMS, KMSKeyID: acctest.KMSKey2})
	add(30, "data/ours/%d", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: ours})
	add(10, "data/theirs/%d", cosmock.NewObject{Mode: sse.ModeCustomer, CustomerKey: theirs})
	if len(all) != 500 {
		t.Fatalf("%d objects", len(all))
	}
	return all
}

// The steps of the guide for a bucket of 500 objects: count, find, encrypt by
// import and by the action, and verify.
//
// With our runner: the blocks are the guide's own, one after the other, and
// features of newer CLIs are called over the protocol in between.
func TestAccAuditGuide(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	blocks, text := guide(t)
	w := acctest.New(t, func(o *cosmock.Options) { o.Buckets, o.SM4 = []string{guideBucket}, true })
	objects := guideObjects(t)
	for key, o := range objects {
		if strings.HasSuffix(key, "/") {
			o.Body = strings.NewReader("")
		}
		store(t, w, key, o)
	}
	for first, block := range blocks {
		file := ws.Write("block.tf", block)
		if r := ws.Run("fmt", "-check", "-diff", file); r.Code != 0 {
			t.Errorf("the block %q is not formatted:\n%s", first, r.Output())
		}
		must(t, os.Remove(file))
	}
	keyring := map[string]string{"b": acctest.KeyB}
	apply := func(first string) acctest.Result {
		t.Helper()
		block, ok := blocks[first]
		if !ok {
			t.Fatalf("the guide has no block %q", first)
		}
		var keys []string
		for _, name := range slices.Sorted(maps.Keys(keyring)) {
			keys = append(keys, name+" = "+acctest.Quote(keyring[name]))
		}
		ws.Config(w.Provider("sse_customer_keys = { "+strings.Join(keys, ", ")+" }"), block)
		w.ResetRequests()
		start := time.Now()
		r := ws.Run("apply", "-auto-approve")
		t.Logf("%s: %d requests, %s", first, len(w.Requests()), time.Since(start).Round(time.Millisecond))
		return r
	}
	noBody := func(step string) {
		t.Helper()
		for _, call := range w.Requests() {
			if call.BodyBytes > 0 && call.Method == "PUT" {
				t.Errorf("%s: a body moved: %+v", step, call)
			}
		}
	}

	// Count: the output is that in the guide.
	printed := regexp.MustCompile("(?s)```text\n(.*?)```").FindStringSubmatch(text)
	if r := apply(`data "cos_encrypted_objects" "bucket"`); r.Code != 0 || !strings.Contains(r.Stdout, strings.TrimSpace(printed[1])) {
		t.Fatalf("the counts are not those of the guide:\n%s", r.Output())
	}
	// The check fails as long as an object is not encrypted as required.
	const proof = `data "cos_encrypted_objects" "proof"`
	if r := apply(proof); r.Code == 0 || !strings.Contains(r.Text(), `Not encrypted as required: {"AES256":100,"SM4":10,"cos/kms":80,"customer":30,"customer_unknown":10,"none":270}`) {
		t.Fatalf("the proof did not fail:\n%s", r.Output())
	}
	// Find with the data source and with the list.
	r := apply(`data "cos_encrypted_objects" "unencrypted"`)
	if r.Code != 0 || !strings.Contains(r.Stdout, `"odd/0/a+b 0"`) || strings.Contains(r.Stdout, "data/cos") {
		t.Fatalf("what is not encrypted:\n%s", r.Output())
	}
	provider := map[string]any{"sse_customer_keys": map[string]any{"b": acctest.KeyB}, "default_encryption": map[string]any{"server_side_encryption": "cos/kms"}}
	client := configured(t, w, provider)
	list := constants(t, blocks, `list "cos_encrypted_object" "unencrypted"`)
	limit, _ := list.Arguments["limit"].(int64)
	results, err := client.List(t.Context(), list.Type, list.Config, limit, true)
	must(t, err)
	if len(results) != 270 || len(warnings(results)) > 0 {
		t.Fatalf("%d objects are found, warnings %q", len(results), warnings(results))
	}
	// Import with the blocks of the guide and with generated configuration. With depends_on, the proof of the same
	// configuration does not stop the apply that makes it true.
	blocks["locals"] += strings.Replace(blocks[proof], "  counts_only = true\n",
		"  counts_only = true\n  prefix = \"contracts/\"\n  depends_on = [cos_encrypted_object.contracts]\n", 1)
	if r := apply("locals"); r.Code != 0 || !strings.Contains(r.Text(), "3 imported, 0 added, 3 changed, 0 destroyed") {
		t.Fatalf("the import:\n%s", r.Output())
	}
	noBody("import")
	ws.EmptyPlan()
	must(t, os.Remove(filepath.Join(ws.Dir, "terraform.tfstate"))) // managed elsewhere from here on
	results, err = client.List(t.Context(), list.Type, list.Config, limit, true)
	must(t, err)
	if len(results) != 267 {
		t.Fatalf("%d objects are found after the import", len(results))
	}
	w.ResetRequests()
	if client.HasAction(reencrypt) {
		// Archived objects are skipped and counted.
		action := constants(t, blocks, `action "cos_reencrypt_objects" "bucket"`)
		action.Config["report_file"] = filepath.Join(ws.Dir, "reencrypted.jsonl")
		start := time.Now()
		_, err := client.Invoke(t.Context(), reencrypt, action.Config)
		t.Logf("action: %d requests, %s", len(w.Requests()), time.Since(start).Round(time.Millisecond))
		if err == nil || !strings.Contains(err.Error(), "archived") || !strings.Contains(err.Error(), "10") {
			t.Fatalf("the action ends in %v", err)
		}
		noBody("action")
		restore(t, w, objects)
		_, err = client.Invoke(t.Context(), reencrypt, action.Config)
		must(t, err)
	} else {
		restore(t, w, objects)
		encryptByImport(t, client, results)
		noBody("generated configuration")
	}
	// Add the missing key, and check again.
	if r := apply(proof); r.Code == 0 || !strings.Contains(r.Text(), `"customer_unknown":10,"none":0}`) {
		t.Fatalf("the proof did not fail for the customer key:\n%s", r.Output())
	}
	keyring["a"] = acctest.KeyA
	if r := apply(proof); r.Code != 0 {
		t.Fatalf("the proof failed:\n%s", r.Output())
	}
	checkGuideObjects(t, w, objects)
}

// constants returns a list or action block of the guide.
func constants(t *testing.T, blocks map[string]string, first string) protocol.Block {
	t.Helper()
	all, err := protocol.Blocks(blocks[first])
	if err != nil || len(all) != 1 {
		t.Fatalf("%q: %d blocks, %v", first, len(all), err)
	}
	return all[0]
}

// restore makes archived objects readable, as if they had been restored and then
// copied to another class.
func restore(t *testing.T, w *acctest.World, objects map[string]cosmock.NewObject) {
	t.Helper()
	for key, o := range objects {
		if o.Class == "ARCHIVE" {
			store(t, w, key, cosmock.NewObject{})
		}
	}
}

// encryptByImport imports the results with their generated configuration, and
// applies it.
func encryptByImport(t *testing.T, client *protocol.Client, results []protocol.Listed) {
	t.Helper()
	for _, r := range results {
		instance, err := client.Import(t.Context(), listed, r.Identity)
		must(t, err)
		config := client.Generate(listed, r.Resource)
		delete(config, "storage_class") // set for archived objects
		plan, err := instance.Plan(t.Context(), config)
		must(t, err)
		must(t, plan.Apply(t.Context()))
	}
}

// checkGuideObjects checks that all objects are unchanged except for their
// encryption.
func checkGuideObjects(t *testing.T, w *acctest.World, objects map[string]cosmock.NewObject) {
	t.Helper()
	if diff := cmp.Diff(slices.Sorted(maps.Keys(objects)), slices.Sorted(slices.Values(w.Keys(w.Bucket())))); diff != "" {
		t.Error(diff)
	}
	for key, was := range objects {
		o, _ := w.Stored(key)
		want := was.Mode
		if want == sse.ModeNone {
			want = sse.ModeKMS
		}
		size := int64(1)
		if strings.HasSuffix(key, "/") {
			size = 0
		}
		if o.Mode != want || was.KMSKeyID != "" && o.KMSKeyID != was.KMSKeyID || o.Size != size || len(o.Tags) != len(was.Tags) ||
			was.Header != nil && (o.Header.Get("Cache-Control") != "no-store" || o.Header.Get("X-Cos-Meta-Owner") != "b") {
			t.Errorf("%s is %+v", key, o)
		}
	}
}
