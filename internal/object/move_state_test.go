package object_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// officialState is a state file as the official provider writes it: the id has
// no separator, and what was not set is an empty string or map.
func officialState(bucket, key, content string) string {
	return fmt.Sprintf(`{
  "version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "7f1f9d0e-0000-0000-0000-000000000000", "outputs": {},
  "resources": [{
    "mode": "managed", "type": "tencentcloud_cos_bucket_object", "name": "old",
    "provider": "provider[\"registry.terraform.io/tencentcloudstack/tencentcloud\"]",
    "instances": [{"schema_version": 0, "sensitive_attributes": [], "attributes": {
      "id": %[1]q, "bucket": %[2]q, "key": %[3]q, "content": %[4]q, "source": null,
      "acl": "private", "cache_control": "no-store", "content_disposition": "", "content_encoding": "",
      "content_type": "text/x-own", "etag": "5d41402abc4b2a76b9719d911017c592", "storage_class": "STANDARD", "tags": {}
    }}]
  }],
  "check_results": null
}`, bucket+key, bucket, key, content)
}

// An object of the official provider is adopted by a moved block. Its bytes
// stay where they are: one copy encrypts them, and nothing is written where
// they are encrypted already.
func TestAccMovedFromOfficialProvider(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		mode   sse.Mode
		writes []string
	}{
		"not encrypted yet": {sse.ModeNone, []string{"GET ?acl 200", "PUT copy 200 AES256"}},
		"encrypted already": {sse.ModeAES256, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Others = acctest.Official()
			if err := w.PutObject(w.Bucket(), "dir/a", cosmock.NewObject{
				Body: strings.NewReader("hello"), Mode: tc.mode, Header: http.Header{"Content-Type": {"text/x-own"}, "Cache-Control": {"no-store"}},
			}); err != nil {
				t.Fatal(err)
			}
			ws.Write("terraform.tfstate", officialState(w.Bucket(), "dir/a", "hello"))
			ws.Config(w.Provider(), w.Object("dir/a", `server_side_encryption = "AES256"`, `content = "hello"`, `content_type = "text/x-own"`, `cache_control = "no-store"`),
				"moved {\n  from = tencentcloud_cos_bucket_object.old\n  to   = cos_encrypted_object.test\n}\n")
			ws.Apply()
			var writes []string
			for _, call := range w.Calls() {
				if !strings.HasPrefix(call, "HEAD ") {
					writes = append(writes, call)
				}
			}
			if diff := cmp.Diff(tc.writes, writes); diff != "" {
				t.Errorf("writes (-want +got):\n%s", diff)
			}
			ws.EmptyPlan()
			got := ws.Attributes("cos_encrypted_object.test")
			want := map[string]any{
				"id": w.Bucket() + "/dir/a", "region": w.Region(), "content": "hello", "content_type": "text/x-own", "cache_control": "no-store",
				"content_disposition": nil, "content_encoding": nil, "tags": nil, "acl": nil, "source": nil, "storage_class": "STANDARD", "server_side_encryption": "AES256",
			}
			for attribute, value := range want {
				if diff := cmp.Diff(value, got[attribute]); diff != "" {
					t.Errorf("%s (-want +got):\n%s", attribute, diff)
				}
			}
			if stored, _ := w.Stored("dir/a"); stored.Mode != sse.ModeAES256 {
				t.Errorf("stored under %s", stored.Mode)
			}
		})
	}
}

// Other types and other providers' types of that name are not adopted.
func TestAccMovedFromElsewhere(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	other := acctest.Official()
	other["acme/tencentcloud"] = other["tencentcloudstack/tencentcloud"]
	ws.Others = other
	ws.Write("terraform.tfstate", strings.ReplaceAll(officialState(w.Bucket(), "a", "hello"), "tencentcloudstack/tencentcloud", "acme/tencentcloud"))
	ws.Config(w.Provider(), w.Object("a", `server_side_encryption = "AES256"`, `content = "hello"`),
		"moved {\n  from = tencentcloud_cos_bucket_object.old\n  to   = cos_encrypted_object.test\n}\n")
	if out := ws.Fail("plan").Text(); !strings.Contains(out, "Unable to Move Resource State") {
		t.Errorf("got:\n%s", out)
	}
	if calls := w.Calls(); slices.ContainsFunc(calls, func(c string) bool { return strings.HasPrefix(c, "PUT") }) {
		t.Errorf("requests: %q", calls)
	}
}

// The state of the official provider has no region, and the provider's may be
// another one than the bucket's: the object is found where COS says it is.
func TestAccMovedInAnotherRegion(t *testing.T) {
	t.Parallel()
	w := acctest.New(t, func(o *cosmock.Options) { o.Undocumented = cosmock.Undocumented{WrongRegionTold: true} })
	ws := acctest.NewWorkspace(t)
	ws.Others = acctest.Official()
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}))
	ws.Write("terraform.tfstate", officialState(w.Bucket(), "a", "hello"))
	elsewhere := strings.Replace(w.Provider(), acctest.Quote(w.Region()), `"ap-shanghai"`, 1)
	ws.Config(elsewhere, w.Object("a", plain, hello, "region = "+acctest.Quote(w.Region())),
		"moved {\n  from = tencentcloud_cos_bucket_object.old\n  to   = cos_encrypted_object.test\n}\n")
	ws.Apply()
	ws.EmptyPlan()
	if region := ws.Attributes(testObject)["region"]; region != w.Region() {
		t.Errorf("the state has the region %v", region)
	}
}
