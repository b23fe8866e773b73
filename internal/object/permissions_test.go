package object_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

const (
	policyBucket   = "examplebucket-1250000000"
	policyResource = "qcs::cos:ap-guangzhou:uid/1250000000:" + policyBucket + "/"
)

// permissionsGuide returns the guide and its two policies for objects.
func permissionsGuide(t *testing.T) (text, minimal, full string) {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash("../../templates/guides/permissions.md"))
	must(t, err)
	published, err := os.ReadFile(filepath.FromSlash("../../docs/guides/permissions.md"))
	must(t, err)
	if string(data) != string(published) {
		t.Error("docs/guides is not what templates/guides has: run make generate")
	}
	blocks := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(string(data), -1)
	if len(blocks) < 2 { // other packages test the further ones
		t.Fatalf("the guide has %d policies", len(blocks))
	}
	return string(data), blocks[0][1], blocks[1][1]
}

var actionName = regexp.MustCompile("`([A-Z][A-Za-z]+)`")

// The policy and the table of the guide name exactly the actions that the client
// may need.
func TestPermissionsGuide(t *testing.T) {
	t.Parallel()
	text, _, full := permissionsGuide(t)
	var policy []string
	for _, m := range regexp.MustCompile(`"(name/cos:[A-Za-z]+)"`).FindAllStringSubmatch(full, -1) {
		policy = append(policy, m[1])
	}
	slices.Sort(policy)
	if diff := cmp.Diff(cosclient.Actions(), policy); diff != "" {
		t.Errorf("the policy for everything (-client +guide):\n%s", diff)
	}
	var table []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		for _, m := range actionName.FindAllStringSubmatch(line, -1) {
			if m[1] != "HEAD" {
				table = append(table, "name/cos:"+m[1])
			}
		}
	}
	slices.Sort(table)
	if diff := cmp.Diff(cosclient.Actions(), slices.Compact(table)); diff != "" {
		t.Errorf("the table (-client +guide):\n%s", diff)
	}
}

// limited returns a server that enforces a policy.
func limited(t *testing.T, policy string, change ...func(*cosmock.Options)) *acctest.World {
	t.Helper()
	w := acctest.New(t, append(change, func(o *cosmock.Options) { o.Buckets = []string{policyBucket} })...)
	must(t, w.SetPolicy(policy))
	return w
}

// The whole life of an object with only the permissions in the guide's policies,
// whichever action COS checks for a copy.
//
// With our runner: the state is lost in between.
func TestAccLeastPrivilege(t *testing.T) {
	t.Parallel()
	_, minimal, full := permissionsGuide(t)
	for name, tc := range map[string]struct {
		policy     string
		copyAction bool
		all        bool
	}{
		"minimal":                      {minimal, false, false},
		"minimal, another name":        {minimal, true, false},
		"everything":                   {full, false, true},
		"everything, by another names": {full, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := acctest.NewWorkspace(t)
			w := limited(t, tc.policy, func(o *cosmock.Options) { o.Undocumented.CopyAction = tc.copyAction })
			keys := "sse_customer_keys = { a = " + acctest.Quote(acctest.KeyA) + " }"
			steps := [][]string{
				{aes, hello},
				{aes, `content = "another"`},
				{aes, `content = "another"`, `cache_control = "no-store"`},
				{`server_side_encryption = "cos/kms"`, `content = "another"`},
				{`sse_customer_key_name = "a"`, `content = "another"`},
			}
			if tc.all {
				must(t, w.SetVersioning(policyBucket, cosmock.VersioningEnabled))
				large := "source = " + acctest.Quote(ws.Write("large", strings.Repeat("0123456789abcdef", 33<<20/16)))
				steps = append(steps, []string{aes, hello, `tags = { a = "b" }`}, []string{aes, hello, `tags = {}`}, []string{aes, hello, `acl = "private"`},
					[]string{aes, large}, []string{aes, large, `deletion_policy = "delete_all_versions"`})
			}
			for _, lines := range steps {
				ws.Config(w.Provider(keys, "part_size = 8"), w.Object("app/a", lines...))
				ws.Apply()
				ws.EmptyPlan()
			}
			must(t, os.Remove(filepath.Join(ws.Dir, "terraform.tfstate")))
			if r := ws.Run("import", testObject, policyBucket+"/app/a"); r.Code != 0 {
				t.Fatal(r.Output())
			}
			ws.Apply() // records the source of the body
			ws.EmptyPlan()
			ws.Destroy()
			for _, r := range w.Requests() {
				if r.Status == 403 && r.Subresource == "" && r.Key != "" {
					t.Errorf("refused: %s", acctest.Call(r))
				}
			}
			if _, there := w.Stored("app/a"); there {
				t.Error("the object is still there")
			}
		})
	}
}

// ofActions are the CAM actions that only Terraform's actions need, and those for
// locks, which TestLockPermissions covers.
var ofActions = []string{"GetObjectRetention", "PutObjectRetention", "GetObjectLegalHold", "PutObjectLegalHold", "GetBucketACL", "GetBucketVersioning", "GetBucketLifecycle", "GetBucketReplication", "GetBucketNotification", "ListMultipartUploads", "PostObjectRestore"}

// If an action is not allowed, the error names it and the resource. What does not
// depend on it still works.
func TestAccMissingPermission(t *testing.T) {
	t.Parallel()
	_, _, full := permissionsGuide(t)
	here, bucket := policyResource+"app/a", policyResource+"*"
	source := "copy_source = { bucket = " + acctest.Quote(policyBucket) + ", key = \"app/source\" }"
	tests := map[string]struct {
		before    []string // applied with all permissions; nil for nothing
		versioned bool
		object    []string
		destroy   bool
		says      []string // nil if it works without the action
	}{
		"HeadObject":              {object: []string{aes, hello}, says: []string{"name/cos:HeadObject on " + here}},
		"PutObject":               {object: []string{aes, hello}, says: []string{"name/cos:PutObject on " + here}},
		"GetObject":               {before: []string{aes, hello}, object: []string{aes, hello, `cache_control = "no-store"`}, says: []string{"name/cos:PutObject and name/cos:PutObjectCopy on " + here, "and name/cos:GetObject on the source of the copy"}},
		"GetObjectACL":            {before: []string{aes, hello}, object: []string{aes, `content = "another"`}, says: []string{"nothing was written", "declare acl", "name/cos:GetObjectACL on " + here}},
		"PutObjectACL":            {before: []string{aes, hello}, object: []string{aes, hello, `acl = "public-read"`}, says: []string{"name/cos:PutObjectACL on " + here}},
		"GetObjectTagging":        {before: []string{aes, hello, `tags = { a = "b" }`}, object: []string{aes, hello, `tags = { a = "b" }`}, says: []string{"name/cos:GetObjectTagging on " + here}},
		"PutObjectTagging":        {before: []string{aes, hello}, object: []string{aes, hello, `tags = { a = "b" }`}, says: []string{"name/cos:PutObjectTagging on " + here}},
		"DeleteObjectTagging":     {before: []string{aes, hello, `tags = { a = "b" }`}, object: []string{aes, hello, `tags = {}`}, says: []string{"name/cos:DeleteObjectTagging on " + here}},
		"DeleteObject":            {before: []string{aes, hello}, object: []string{aes, hello}, destroy: true, says: []string{"name/cos:DeleteObject on " + here}},
		"GetBucketObjectVersions": {before: []string{aes, hello, `deletion_policy = "delete_all_versions"`}, versioned: true, object: []string{aes, hello, `deletion_policy = "delete_all_versions"`}, destroy: true, says: []string{"name/cos:GetBucketObjectVersions on " + bucket}},
		"InitiateMultipartUpload": {object: []string{aes, "LARGE"}, says: []string{"name/cos:InitiateMultipartUpload on " + here}},
		"UploadPart":              {object: []string{aes, "LARGE"}, says: []string{"name/cos:UploadPart on " + here}},
		"CompleteMultipartUpload": {object: []string{aes, "LARGE"}, says: []string{"name/cos:CompleteMultipartUpload on " + here}},
		"GetBucket":               {before: []string{aes, hello}, object: []string{aes, hello}},
		"PutObjectCopy":           {object: []string{aes, source}, says: []string{"name/cos:PutObject and name/cos:PutObjectCopy on " + here, "name/cos:GetObject on the source of the copy"}},
		"AbortMultipartUpload":    {object: []string{aes, "LARGE"}, says: []string{"name/cos:AbortMultipartUpload on " + here}},
	}
	for _, action := range cosclient.Actions() {
		action := strings.TrimPrefix(action, "name/cos:")
		tc, ok := tests[action]
		if !ok {
			// The tests of internal/bucketencryption, internal/reencrypt and
			// internal/abortuploads cover the actions for bucket encryption and
			// Terraform's actions.
			if action != "UploadPartCopy" && !strings.HasSuffix(action, "BucketEncryption") && !slices.Contains(ofActions, action) { // UploadPartCopy is for objects of more than 5 GiB; see TestNeeds
				t.Errorf("%s is not taken away", action)
			}
			continue
		}
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w, dir := limited(t, "", func(o *cosmock.Options) { o.Undocumented.CopyAction = action == "PutObjectCopy" }), t.TempDir()
			if tc.versioned {
				must(t, w.SetVersioning(policyBucket, cosmock.VersioningEnabled))
			}
			must(t, w.PutObject(policyBucket, "app/source", cosmock.NewObject{Body: strings.NewReader("source")}))
			config := func(lines []string) string {
				lines = slices.Clone(lines)
				for i, line := range lines {
					if line == "LARGE" {
						lines[i] = "source = " + acctest.Quote(writeFile(t, dir, "large", strings.Repeat("0123456789abcdef", 33<<20/16)))
					}
				}
				return w.Provider("part_size = 16", "max_retries = 0") + w.Object("app/a", lines...)
			}
			without := strings.Replace(full, `"name/cos:`+action+`"`, `"name/cos:Nothing"`, 1)
			if action == "AbortMultipartUpload" { // needed only for an upload that cannot be completed
				without = strings.Replace(without, `"name/cos:CompleteMultipartUpload"`, `"name/cos:Nothing"`, 1)
			}
			missing := resource.TestStep{
				PreConfig: func() { must(t, w.SetPolicy(without)) },
				Config:    config(tc.object),
				Destroy:   tc.destroy,
			}
			if tc.says == nil {
				missing.ConfigPlanChecks = unchanged
			} else {
				missing.ExpectError = acctest.Error(tc.says...)
			}
			steps := []resource.TestStep{missing}
			if tc.before != nil {
				steps = []resource.TestStep{
					{Config: config(tc.before)},
					missing,
					{PreConfig: func() { must(t, w.SetPolicy(full)) }, Config: config(tc.before)},
				}
			}
			resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: w.Factories(), Steps: steps})
		})
	}
}
