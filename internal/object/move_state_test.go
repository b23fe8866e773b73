package object_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// officialState returns a state file as the official provider writes it: the ID has
// no separator, and unset arguments are empty strings or maps.
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

// A moved block adopts an object of the official provider. Its bytes stay in place:
// one copy encrypts them, and nothing is written if they are already encrypted.
//
// With our runner: another provider has written the state.
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

// Only the resource type matters, not the address of the provider that wrote the
// state: it may be an old state, a company's mirror or a fork.
//
// With our runner: another provider has written the state.
func TestAccMovedFromElsewhere(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"acme/tencentcloud", "hashicorp/tencentcloud", "acme/other"} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Others = map[string]func() tfprotov6.ProviderServer{address: acctest.Official()["tencentcloudstack/tencentcloud"]}
			must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}))
			ws.Write("terraform.tfstate", strings.ReplaceAll(officialState(w.Bucket(), "a", "hello"), "tencentcloudstack/tencentcloud", address))
			ws.Config(w.Provider(), w.Object("a", plain, hello),
				"moved {\n  from = tencentcloud_cos_bucket_object.old\n  to   = cos_encrypted_object.test\n}\n")
			ws.Apply()
			ws.EmptyPlan()
		})
	}
}

// Changing count to for_each is the most common refactoring, with one moved block
// per instance. For all but the first, Terraform reports that the source belongs to
// the target's provider.
//
// With our runner: another provider has written the state.
func TestAccMovedInstanceByInstance(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Others = acctest.Official()
	var instances, moves []string
	for i, key := range []string{"a", "b", "c"} {
		must(t, w.PutObject(w.Bucket(), key, cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}))
		one := officialState(w.Bucket(), key, "hello")
		one = one[strings.Index(one, `"schema_version"`) : strings.LastIndex(one, "}}]")+2]
		instances = append(instances, fmt.Sprintf(`{"index_key": %d, %s`, i, one))
		moves = append(moves, fmt.Sprintf("moved {\n  from = tencentcloud_cos_bucket_object.old[%d]\n  to   = cos_encrypted_object.test[%q]\n}\n", i, key))
	}
	state := officialState(w.Bucket(), "a", "hello")
	from := strings.Index(state, `{"schema_version"`)
	ws.Write("terraform.tfstate", state[:from]+strings.Join(instances, ", ")+state[strings.LastIndex(state, "]\n  }]"):])
	many := strings.Replace(w.Object("EACH", plain, hello, `for_each = toset(["a", "b", "c"])`), `"EACH"`, "each.key", 1)
	ws.Config(w.Provider(), many, strings.Join(moves, ""))
	ws.Apply()
	if calls := w.Calls(); slices.ContainsFunc(calls, func(c string) bool { return !strings.HasPrefix(c, "HEAD ") && !strings.HasPrefix(c, "GET ") }) {
		t.Errorf("requests: %q", calls)
	}
	ws.EmptyPlan()
}

// This provider may have another address, as a mirror or a fork. Its state,
// including the private state, is adopted without a write. A destroy deletes what
// the other provider wrote, even if the body was write-only.
//
// With our runner: the provider has two addresses.
func TestAccMovedFromMirror(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.MoveFromMirror(w, "cos_encrypted_object", w.Provider()+w.Object("a", plain, `content_wo = "hello"`, "content_wo_version = 1.5"))
	ws.Run("destroy", "-auto-approve")
	if keys := w.Keys(w.Bucket()); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}

// Other resource types cannot be adopted.
func TestMoveOtherTypes(t *testing.T) {
	t.Parallel()
	type outcome struct {
		Moved bool
		Error string
	}
	const (
		address = "registry.terraform.io/acme/cos"
		object  = `{"bucket": "b-1250000000", "key": "k", "region": "ap-guangzhou", "content_wo_version": 1208925819614629174706177, "gone": true}`
	)
	for name, tc := range map[string]struct {
		req  tfprotov6.MoveResourceStateRequest
		want outcome
	}{
		"a bare name, as of OpenTofu":   {tfprotov6.MoveResourceStateRequest{SourceTypeName: "tencentcloud_cos_bucket_object", SourceProviderAddress: "tencentcloud", SourceState: &tfprotov6.RawState{JSON: []byte(object)}}, outcome{Moved: true}},
		"our address and another type":  {tfprotov6.MoveResourceStateRequest{SourceTypeName: "tencentcloud_cos_bucket_object", SourceProviderAddress: "registry.terraform.io/cos-terraform/cos", SourceState: &tfprotov6.RawState{JSON: []byte(object)}}, outcome{Moved: true}},
		"our type, with what is gone":   {tfprotov6.MoveResourceStateRequest{SourceTypeName: "cos_encrypted_object", SourceProviderAddress: address, SourceState: &tfprotov6.RawState{JSON: []byte(object)}}, outcome{Moved: true}},
		"our type, of a newer version":  {tfprotov6.MoveResourceStateRequest{SourceTypeName: "cos_encrypted_object", SourceSchemaVersion: 7, SourceProviderAddress: address, SourceState: &tfprotov6.RawState{JSON: []byte(object)}}, outcome{Error: "newer version"}},
		"our type, without a key":       {tfprotov6.MoveResourceStateRequest{SourceTypeName: "cos_encrypted_object", SourceProviderAddress: address, SourceState: &tfprotov6.RawState{JSON: []byte(`{"bucket": "b"}`)}}, outcome{Error: "could not be read"}},
		"our type, of another form":     {tfprotov6.MoveResourceStateRequest{SourceTypeName: "cos_encrypted_object", SourceProviderAddress: address, SourceState: &tfprotov6.RawState{JSON: []byte(`{"bucket": {}}`)}}, outcome{Error: "could not be read"}},
		"another type of that provider": {tfprotov6.MoveResourceStateRequest{SourceTypeName: "tencentcloud_cos_bucket", SourceProviderAddress: "tencentcloud", SourceState: &tfprotov6.RawState{JSON: []byte(object)}}, outcome{Error: "Unable to Move Resource State"}},
		"an object of another cloud":    {tfprotov6.MoveResourceStateRequest{SourceTypeName: "aws_s3_object", SourceProviderAddress: address, SourceState: &tfprotov6.RawState{JSON: []byte(object)}}, outcome{Error: "Unable to Move Resource State"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.req.TargetTypeName = "cos_encrypted_object"
			resp, err := provider.Server("test")().MoveResourceState(t.Context(), &tc.req)
			if err != nil {
				t.Fatal(err)
			}
			var told strings.Builder
			for _, d := range resp.Diagnostics {
				told.WriteString(d.Summary + "\n" + d.Detail + "\n")
			}
			if moved := resp.TargetState != nil; moved != tc.want.Moved || !strings.Contains(told.String(), tc.want.Error) || moved && told.Len() > 0 {
				t.Errorf("moved: %t, %s", moved, told.String())
			}
		})
	}
}

// The official provider's state has no region. If the bucket is not in the
// provider's region, the object is found in the region that COS names.
//
// With our runner: another provider has written the state.
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
