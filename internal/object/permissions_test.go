package object_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
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
	table := map[string]struct {
		policy     string
		copyAction bool
		all        bool
	}{
		"minimal":                      {minimal, false, false},
		"minimal, another name":        {minimal, true, false},
		"everything":                   {full, false, true},
		"everything, by another names": {full, true, true},
	}
	ws := acctest.NewWorkspace(t)
	own := fleet{}
	for name, tc := range table {
		own[name] = limited(t, tc.policy, func(o *cosmock.Options) { o.Undocumented.CopyAction = tc.copyAction })
		if tc.all {
			must(t, own[name].SetVersioning(policyBucket, cosmock.VersioningEnabled))
		}
	}
	ws.Others = map[string]func() tfprotov6.ProviderServer{}
	for name := range own {
		ws.Others["hashicorp/"+own.provider(name)] = provider.Server("test")
	}
	keys := "sse_customer_keys = { a = " + acctest.Quote(acctest.KeyA) + " }"
	large := "source = " + acctest.Quote(ws.Write("large", strings.Repeat("0123456789abcdef", 33<<20/16)))
	steps := [][]string{
		{aes, hello},
		{aes, `content = "another"`},
		{aes, `content = "another"`, `cache_control = "no-store"`},
		{`server_side_encryption = "cos/kms"`, `content = "another"`},
		{`sse_customer_key_name = "a"`, `content = "another"`},
	}
	more := [][]string{ // only with every permission
		{aes, hello, `tags = { a = "b" }`},
		{aes, hello, `tags = {}`},
		{aes, hello, `acl = "private"`},
		{aes, large},
		{aes, large, `deletion_policy = "delete_all_versions"`},
	}
	declare := func(minimal, all []string) string {
		text := ""
		for name, w := range own {
			lines := minimal
			if table[name].all {
				lines = all
			}
			text += own.of(name, w.Provider(keys, "part_size = 8")+w.Object("app/a", lines...))
		}
		return text
	}
	last, end := steps[len(steps)-1], more[len(more)-1]
	for i, lines := range append(steps, more...) {
		ws.Config(declare(steps[min(i, len(steps)-1)], lines))
		ws.Apply()
		ws.EmptyPlan()
	}
	must(t, os.Remove(filepath.Join(ws.Dir, "terraform.tfstate")))
	blocks := ""
	for name := range own {
		if name == "minimal" {
			if r := ws.Run("import", own.address(name), policyBucket+"/app/a"); r.Code != 0 {
				t.Fatal(r.Output())
			}
			continue
		}
		blocks += "import {\n  to = " + own.address(name) + "\n  id = " + acctest.Quote(policyBucket+"/app/a") + "\n}\n"
	}
	ws.Config(declare(last, end), blocks)
	ws.Apply() // records the source of the body
	ws.EmptyPlan()
	ws.Destroy()
	for name, w := range own {
		for _, r := range w.Requests() {
			if r.Status == 403 && r.Subresource == "" && r.Key != "" {
				t.Errorf("%s: refused: %s", name, acctest.Call(r))
			}
		}
		if _, there := w.Stored("app/a"); there {
			t.Errorf("%s: the object is still there", name)
		}
	}
}

// ofActions are the CAM actions that only Terraform's actions need, and those for
// locks, which TestLockPermissions covers.
var ofActions = []string{"GetObjectRetention", "PutObjectRetention", "GetObjectLegalHold", "PutObjectLegalHold", "GetBucketACL", "GetBucketVersioning", "GetBucketLifecycle", "GetBucketReplication", "GetBucketNotification", "ListMultipartUploads", "PostObjectRestore"}

// joined returns a policy with the statements of all policies.
func joined(t *testing.T, policies ...string) string {
	t.Helper()
	type document struct {
		Version   string            `json:"version"`
		Statement []json.RawMessage `json:"statement"`
	}
	all := document{Version: "2.0"}
	for _, text := range policies {
		var one document
		must(t, json.Unmarshal([]byte(text), &one))
		all.Statement = append(all.Statement, one.Statement...)
	}
	data, err := json.Marshal(all)
	must(t, err)
	return string(data)
}

// missingPermission is an operation of an object in a bucket where one action is
// not allowed.
type missingPermission struct {
	before    []string // applied with all permissions; nil for nothing
	versioned bool
	object    []string // nil for none, which destroys it
	planned   bool     // the plan needs the action
	says      []string // nil if it works without the action; HERE and BUCKET are the resources of the policy
}

// If an action is not allowed, the error names it and the resource. What does not
// depend on it still works.
func TestAccMissingPermission(t *testing.T) {
	t.Parallel()
	_, _, full := permissionsGuide(t)
	large := "source = " + acctest.Quote(writeFile(t, t.TempDir(), "large", strings.Repeat("0123456789abcdef", 33<<20/16)))
	tests := map[string]missingPermission{
		"HeadObject":              {object: []string{aes, hello}, says: []string{"name/cos:HeadObject on HERE"}},
		"PutObject":               {object: []string{aes, hello}, says: []string{"name/cos:PutObject on HERE"}},
		"GetObject":               {before: []string{aes, hello}, object: []string{aes, hello, `cache_control = "no-store"`}, says: []string{"name/cos:PutObject and name/cos:PutObjectCopy on HERE", "and name/cos:GetObject on the source of the copy"}},
		"GetObjectACL":            {before: []string{aes, hello}, object: []string{aes, `content = "another"`}, says: []string{"nothing was written", "declare acl", "name/cos:GetObjectACL on HERE"}},
		"PutObjectACL":            {before: []string{aes, hello}, object: []string{aes, hello, `acl = "public-read"`}, says: []string{"name/cos:PutObjectACL on HERE"}},
		"GetObjectTagging":        {before: []string{aes, hello, `tags = { a = "b" }`}, object: []string{aes, hello, `tags = { a = "b" }`}, planned: true, says: []string{"name/cos:GetObjectTagging on HERE"}},
		"PutObjectTagging":        {before: []string{aes, hello}, object: []string{aes, hello, `tags = { a = "b" }`}, says: []string{"name/cos:PutObjectTagging on HERE"}},
		"DeleteObjectTagging":     {before: []string{aes, hello, `tags = { a = "b" }`}, object: []string{aes, hello, `tags = {}`}, says: []string{"name/cos:DeleteObjectTagging on HERE"}},
		"DeleteObject":            {before: []string{aes, hello}, says: []string{"name/cos:DeleteObject on HERE"}},
		"GetBucketObjectVersions": {before: []string{aes, hello, `deletion_policy = "delete_all_versions"`}, versioned: true, says: []string{"name/cos:GetBucketObjectVersions on BUCKET"}},
		"InitiateMultipartUpload": {object: []string{aes, large}, says: []string{"name/cos:InitiateMultipartUpload on HERE"}},
		"UploadPart":              {object: []string{aes, large}, says: []string{"name/cos:UploadPart on HERE"}},
		"CompleteMultipartUpload": {object: []string{aes, large}, says: []string{"name/cos:CompleteMultipartUpload on HERE"}},
		"GetBucket":               {before: []string{aes, hello}, object: []string{aes, hello}},
		"PutObjectCopy":           {object: []string{aes, "COPY"}, says: []string{"name/cos:PutObject and name/cos:PutObjectCopy on HERE", "name/cos:GetObject on the source of the copy"}},
		"AbortMultipartUpload":    {object: []string{aes, large}, says: []string{"name/cos:AbortMultipartUpload on HERE"}},
	}
	for _, action := range cosclient.Actions() {
		action := strings.TrimPrefix(action, "name/cos:")
		// The tests of internal/bucketencryption, internal/reencrypt and
		// internal/abortuploads cover the actions for bucket encryption and
		// Terraform's actions. UploadPartCopy is for objects of more than 5 GiB; see
		// TestNeeds.
		if _, ok := tests[action]; !ok && action != "UploadPartCopy" && !strings.HasSuffix(action, "BucketEncryption") && !slices.Contains(ofActions, action) {
			t.Errorf("%s is not taken away", action)
		}
	}
	// Only PutObjectCopy depends on which action COS checks for a copy.
	c := newCases(t, tests, func(o *cosmock.Options) { o.Undocumented.CopyAction = true })
	for name, tc := range tests {
		if tc.versioned {
			must(t, c.SetVersioning(c.bucket(name), cosmock.VersioningEnabled))
		}
	}
	must(t, c.PutObject(c.bucket("PutObjectCopy"), "app/source", cosmock.NewObject{Body: strings.NewReader("source")}))
	// config takes the actions away from the selected cases, and declares their
	// operations. The other cases have every permission, and stay as they were before.
	config := func(selected func(missingPermission) bool) (config, policy string) {
		config = c.Provider("part_size = 16", "max_retries = 0")
		var policies []string
		for name, tc := range tests {
			lines, allowed := tc.before, strings.ReplaceAll(full, policyBucket, c.bucket(name))
			if selected(tc) {
				lines = slices.Clone(tc.object)
				for i, line := range lines {
					lines[i] = strings.ReplaceAll(line, "COPY", "copy_source = { bucket = "+acctest.Quote(c.bucket(name))+", key = \"app/source\" }")
				}
				allowed = strings.Replace(allowed, `"name/cos:`+name+`"`, `"name/cos:Nothing"`, 1)
				if name == "AbortMultipartUpload" { // needed only for an upload that cannot be completed
					allowed = strings.Replace(allowed, `"name/cos:CompleteMultipartUpload"`, `"name/cos:Nothing"`, 1)
				}
			}
			if lines != nil {
				config += c.object(name, "app/a", lines...)
			}
			policies = append(policies, allowed)
		}
		return config, joined(t, policies...)
	}
	errs := &errorsOf{cases: c}
	step := func(selected func(missingPermission) bool) resource.TestStep {
		config, policy := config(selected)
		want := map[string][]string{}
		for name, tc := range tests {
			if !selected(tc) || tc.says == nil {
				continue
			}
			bucket := strings.TrimSuffix(policyResource, policyBucket+"/") + c.bucket(name)
			for _, text := range tc.says {
				want[name] = append(want[name], strings.NewReplacer("HERE", bucket+"/app/a", "BUCKET", bucket+"/*").Replace(text))
			}
		}
		return resource.TestStep{PreConfig: errs.before(t, want, func() { must(t, c.SetPolicy(policy)) }), Config: config}
	}
	none := func(missingPermission) bool { return false }
	applied := step(func(tc missingPermission) bool { return !tc.planned })
	applied.ConfigPlanChecks = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
		acctest.Actions(map[string]string{c.address("GetBucket"): "no-op", c.address("GetObjectTagging"): "no-op", c.address("DeleteObject"): "delete"}),
	}}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		ErrorCheck:               errs.check,
		Steps: []resource.TestStep{
			step(none),
			step(func(tc missingPermission) bool { return tc.planned }),
			applied,
			step(none),
		},
	})
}
