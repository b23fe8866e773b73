package examples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// guideExamples lists the files that each guide shows.
var guideExamples = map[string][]string{
	"getting-started":     {"versions.tf", "cos.tf", "object.tf"},
	"choosing-encryption": {"provider.tf", "objects.tf", "policy.tf"},
	"rotating-keys":       {"provider.tf", "1-aes256.tf", "2-kms.tf", "3-kms-key.tf", "4-customer.tf", "5-customer-key.tf", "reused-name.tf"},
	"official-provider":   {"before.tf", "after.tf", "moved.tf"},
	"importing":           {"adopt.tf", "renamed.tf", "directory.tf", "forget.tf"},
	"large-files":         {"large.tf", "built.tf", "folder.tf"},
	"cdktf":               {"cdk.tf.json"},
}

func guideExample(guide, file string) string { return "guides/" + guide + "/" + file }

// guideFiles returns the paths of guideExamples.
func guideFiles() []string {
	var paths []string
	for guide, names := range guideExamples {
		for _, name := range names {
			paths = append(paths, guideExample(guide, name))
		}
	}
	return paths
}

// The guides show exactly the files that these tests run.
func TestGuidesShowTheirExamples(t *testing.T) {
	t.Parallel()

	var all strings.Builder
	pages, err := filepath.Glob(filepath.FromSlash("../templates/guides/*.tmpl"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for _, path := range guideFiles() {
		if !strings.Contains(all.String(), "\"examples/"+path+"\" }}") {
			t.Errorf("no guide shows examples/%s", path)
		}
	}
}

// texts returns the plain text blocks of a guide.
func texts(t *testing.T, guide string) []string {
	t.Helper()
	page, err := os.ReadFile(filepath.FromSlash("../templates/guides/" + guide + ".md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, block := range regexp.MustCompile("(?s)```text\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		found = append(found, strings.TrimSpace(block[1]))
	}
	return found
}

// says fails the test unless the output contains each line of text in order.
func says(t *testing.T, r acctest.Result, text string) {
	t.Helper()
	rest := r.Text()
	for line := range strings.Lines(text) {
		words := strings.Join(strings.Fields(line), " ")
		at := strings.Index(rest, words)
		if at < 0 {
			t.Fatalf("the guide shows %q, which is not in:\n%s", words, r.Output())
		}
		rest = rest[at+len(words):]
	}
}

// lead writes an override file that redirects an example for the real COS to the test server.
func lead(world *acctest.World, w *acctest.Workspace) {
	w.Write("override.tf", acctest.ProviderBlock("endpoint = "+acctest.Quote(world.URL()), "ca_certificate_file = "+acctest.Quote(world.CAFile())))
	w.Env = append(w.Env, "TENCENTCLOUD_SECRET_ID="+world.SecretID(), "TENCENTCLOUD_SECRET_KEY="+world.SecretKey())
}

// required declares the provider for examples that call its functions or omit the block.
const required = "terraform {\n  required_providers {\n    cos = { source = \"cos-terraform/cos\" }\n  }\n}\n"

func remove(t *testing.T, w *acctest.Workspace, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.Remove(filepath.Join(w.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// noBody fails the test if a body was sent since the requests were reset.
func noBody(t *testing.T, world *acctest.World, step string) {
	t.Helper()
	for _, r := range world.Requests() {
		if r.BodyBytes > 0 {
			t.Errorf("%s: a body moved: %s %s", step, r.Key, acctest.Call(r))
		}
	}
}

// The files of each guide work as the guide describes.
//
// With our runner: the examples are directories of files. Some need the provider as a separate process, another
// provider's state, or the guide's plan output.
func TestAccGuides(t *testing.T) {
	t.Parallel()
	for name, guide := range map[string]func(*testing.T){
		"GettingStarted":     gettingStartedGuide,
		"ChoosingEncryption": choosingEncryptionGuide,
		"RotatingKeys":       rotatingKeysGuide,
		"OfficialProvider":   officialProviderGuide,
		"Importing":          importingGuide,
		"LargeFiles":         largeFilesGuide,
		"CDKTF":              cdktfGuide,
	} {
		t.Run(name, guide)
	}
}

// The example is a directory of files, and the provider runs as a separate process.
func gettingStartedGuide(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
	use(t, w, guideExample("getting-started", "versions.tf"))
	use(t, w, guideExample("getting-started", "object.tf"))
	w.Write("cosmock.tf", world.Provider()) // cosmock writes such a block
	w.Apply()
	if got, want := strings.Join(world.Calls(), "\n"), texts(t, "how-it-works")[0]; got != want {
		t.Errorf("the guide How it works shows these requests:\n%s\nThey are:\n%s", want, got)
	}
	says(t, w.EmptyPlan(), texts(t, "getting-started")[0])

	// The provider block for COS takes the credentials from the environment.
	remove(t, w, "cosmock.tf")
	use(t, w, guideExample("getting-started", "cos.tf"))
	lead(world, w)
	w.EmptyPlan()
	w.Destroy()
}

// The example is a directory of files.
func choosingEncryptionGuide(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	w.Write("versions.tf", required)
	use(t, w, guideExample("choosing-encryption", "provider.tf"))
	use(t, w, guideExample("choosing-encryption", "objects.tf"))
	w.Write("override.tf", world.Provider())
	w.Env = append(w.Env, `TF_VAR_customer_keys={"backup":"`+acctest.KeyA+`"}`)
	w.Apply()
	for key, want := range map[string]sse.Mode{"site/robots.txt": sse.ModeAES256, "reports/2026.csv": sse.ModeKMS, "backup/2026.sql": sse.ModeCustomer} {
		if o, ok := world.Server.Object(exampleBucket, key); !ok || o.Mode != want {
			t.Errorf("%s is stored under %q, want %q", key, o.Mode, want)
		}
	}

	remove(t, w, "provider.tf")
	use(t, w, guideExample("choosing-encryption", "policy.tf"))
	w.Write("objects.tf", `resource "cos_encrypted_object" "page" {
  bucket                 = "examplebucket-1250000000"
  key                    = "site/robots.txt"
  text                   = "User-agent: *\n"
  server_side_encryption = "AES256"
}
`)
	if r := w.Fail("plan"); !strings.Contains(r.Text(), "Encryption Not Allowed") {
		t.Errorf("the policy does not forbid AES256:\n%s", r.Output())
	}
}

// The plans are compared with the guide's output.
func rotatingKeysGuide(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	w.Write("versions.tf", required)
	use(t, w, guideExample("rotating-keys", "provider.tf"))
	w.Write("override.tf", world.Provider())
	w.Env = append(w.Env, `TF_VAR_customer_keys={"reports-2026":"`+acctest.KeyA+`","reports-2027":"`+acctest.KeyB+`"}`)
	plans := texts(t, "rotating-keys")
	for i, step := range []struct {
		file string
		want string
	}{
		{"1-aes256.tf", "AES256"},
		{"2-kms.tf", "cos/kms " + acctest.KMSKey1},
		{"3-kms-key.tf", "cos/kms " + acctest.KMSKey2},
		{"4-customer.tf", "SSE-C " + acctest.KeyAMD5},
		{"5-customer-key.tf", "SSE-C " + acctest.KeyBMD5},
	} {
		w.Write("report.tf", read(t, guideExample("rotating-keys", step.file)))
		world.ResetRequests()
		r := w.Apply()
		o, _ := world.Server.Object(exampleBucket, "reports/2026.csv")
		if got := strings.TrimSpace(fmt.Sprintf("%s %s%s", o.Mode, o.KMSKeyID, o.CustomerKeyMD5)); got != step.want {
			t.Errorf("after %s the object is under %q, want %q", step.file, got, step.want)
		}
		if i > 0 {
			says(t, r, plans[i-1])
			noBody(t, world, step.file)
		}
	}

	// The same name now stands for a different key.
	remove(t, w, "provider.tf", "report.tf")
	use(t, w, guideExample("rotating-keys", "reused-name.tf"))
	w.Env = append(w.Env, "TF_VAR_key="+acctest.KeyA, "TF_VAR_key_before="+acctest.KeyA)
	w.Apply()
	w.Env = append(w.Env, "TF_VAR_key="+acctest.KeyB, "TF_VAR_key_before="+acctest.KeyA)
	world.ResetRequests()
	w.Apply()
	noBody(t, world, "another key under the same name")
	if o, _ := world.Server.Object(exampleBucket, "reports/summary.csv"); o.CustomerKeyMD5 != acctest.KeyBMD5 {
		t.Errorf("the object is under the key of MD5 %q", o.CustomerKeyMD5)
	}
}

// officialState is a state as the official provider writes it for the guide's first configuration.
const officialState = `{
  "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "7f1f9d0e-0000-0000-0000-000000000000", "outputs": {},
  "resources": [{
    "mode": "managed", "type": "tencentcloud_cos_bucket_object", "name": "report",
    "provider": "provider[\"registry.terraform.io/tencentcloudstack/tencentcloud\"]",
    "instances": [{"schema_version": 0, "sensitive_attributes": [], "attributes": {
      "id": "examplebucket-1250000000reports/2026.csv", "bucket": "examplebucket-1250000000", "key": "reports/2026.csv",
      "content": "customer,amount\n", "source": null, "acl": "private", "cache_control": "no-store", "content_disposition": "",
      "content_encoding": "", "content_type": "text/csv", "etag": "0", "storage_class": "STANDARD", "tags": {}
    }}]
  }],
  "check_results": null
}`

// Another provider wrote the state, and a stand-in for that provider is attached.
func officialProviderGuide(t *testing.T) {
	t.Parallel()

	w := acctest.NewWorkspace(t)
	w.Others = acctest.Official()
	world := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{exampleBucket} })
	use(t, w, guideExample("official-provider", "before.tf"))
	if r := w.Run("validate"); r.Code != 0 {
		t.Errorf("the configuration before:\n%s", r.Output())
	}
	put(t, world, "reports/2026.csv", cosmock.NewObject{
		Body: strings.NewReader("customer,amount\n"), Header: map[string][]string{"Content-Type": {"text/csv"}, "Cache-Control": {"no-store"}},
	})
	w.Write("terraform.tfstate", officialState)

	remove(t, w, "before.tf")
	use(t, w, guideExample("official-provider", "after.tf"))
	use(t, w, guideExample("official-provider", "moved.tf"))
	w.Write("override.tf", world.Provider())
	if r := w.Apply(); !strings.Contains(r.Text(), "0 added, 1 changed, 0 destroyed") {
		t.Errorf("another change than the guide tells:\n%s", r.Output())
	}
	noBody(t, world, "the move")
	if o, _ := world.Server.Object(exampleBucket, "reports/2026.csv"); o.Mode != sse.ModeAES256 || o.Header.Get("Content-Type") != "text/csv" {
		t.Errorf("the object is %+v", o)
	}
	w.EmptyPlan()
}

func put(t *testing.T, world *acctest.World, key string, o cosmock.NewObject) {
	t.Helper()
	if err := world.PutObject(exampleBucket, key, o); err != nil {
		t.Fatal(err)
	}
}

// The example is a directory of files.
func importingGuide(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
	w.Write("versions.tf", required+world.Provider())
	for _, key := range []string{"contracts/2025.csv", "contracts/2026.csv", "templates/letter.txt"} {
		put(t, world, key, cosmock.NewObject{Body: strings.NewReader(key)})
	}
	use(t, w, guideExample("importing", "adopt.tf"))
	says(t, w.Apply(), texts(t, "importing")[0])
	noBody(t, world, "import")

	remove(t, w, "adopt.tf")
	use(t, w, guideExample("importing", "renamed.tf"))
	world.ResetRequests()
	w.Apply()
	for _, call := range world.Calls() {
		if !strings.HasPrefix(call, "HEAD ") && !strings.HasPrefix(call, "GET ") {
			t.Errorf("renaming a resource sent %s", call)
		}
	}

	remove(t, w, "renamed.tf")
	use(t, w, guideExample("importing", "forget.tf"))
	w.Write("templates/letter.txt", "templates/letter.txt")
	use(t, w, guideExample("importing", "directory.tf"))
	world.ResetRequests()
	w.Apply()
	noBody(t, world, "adopting a folder")
	for _, key := range []string{"contracts/2025.csv", "contracts/2026.csv", "templates/letter.txt"} {
		if o, ok := world.Server.Object(exampleBucket, key); !ok || o.Mode != sse.ModeAES256 {
			t.Errorf("%s: there %v, under %q", key, ok, o.Mode)
		}
	}
	if strings.Contains(w.State(), "contracts/2025.csv") {
		t.Error("the objects that were let go are in the state")
	}
}

// A provisioner writes the file in the workspace's directory.
func largeFilesGuide(t *testing.T) {
	t.Parallel()

	world, w := stage(t)
	w.Write("versions.tf", required)
	for _, file := range guideExamples["large-files"] {
		use(t, w, guideExample("large-files", file))
	}
	w.Write("pages/index.html", "<p>Hello")
	w.Write("export.csv", "a,b\n")
	if err := os.Truncate(w.Write("disk.img", ""), 33<<20); err != nil {
		t.Fatal(err)
	}
	lead(world, w)
	w.Apply()
	parts := 0
	for _, r := range world.Requests() {
		if r.Key == "images/disk.img" && r.Method == "PUT" && r.Subresource == "uploadId" {
			parts++
		}
	}
	if parts == 0 {
		t.Error("the large file was not uploaded in parts")
	}
	if o, ok := world.Server.Object(exampleBucket, "exports/export.csv.gz"); !ok || o.Size == 0 {
		t.Errorf("the file that is written by the apply is stored: %v, %d bytes", ok, o.Size)
	}
	w.EmptyPlan()
}

// The example is a directory of files.
func cdktfGuide(t *testing.T) {
	t.Parallel()

	world, w := attached(t)
	use(t, w, guideExample("cdktf", "cdk.tf.json"))
	w.Write("override.tf", world.Provider())
	w.Env = append(w.Env, "TF_VAR_archive_key="+acctest.KeyA)
	w.Apply()
	if o, _ := world.Server.Object(exampleBucket, "archive/2026.csv"); o.CustomerKeyMD5 != acctest.KeyAMD5 {
		t.Errorf("the object is under the key of MD5 %q", o.CustomerKeyMD5)
	}
	if strings.Contains(w.State(), acctest.KeyA) {
		t.Error("the key is in the state")
	}
	w.EmptyPlan()
}
