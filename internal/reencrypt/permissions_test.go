package reencrypt_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// leastPolicy returns the policy in the documentation of the action.
func leastPolicy(t testing.TB) string {
	t.Helper()
	page, err := os.ReadFile(filepath.FromSlash("../../templates/actions/reencrypt_objects.md.tmpl"))
	must(t, err)
	for _, block := range regexp.MustCompile("(?s)```json\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		if strings.Contains(block[1], "statement") {
			return block[1]
		}
	}
	t.Fatal("the page shows no policy")
	return ""
}

// The documented policy suffices for both names of the copy action. Without any
// of its actions, the error names the missing one.
func TestLeastPolicy(t *testing.T) {
	t.Parallel()
	least := leastPolicy(t)
	const bucket = "examplebucket-1250000000"
	on := "qcs::cos:ap-guangzhou:uid/1250000000:" + bucket + "/"
	for without, says := range map[string][]string{
		"":              nil,
		"HeadObject":    {"denied: 2 objects", "name/cos:HeadObject on " + on + "reports/"},
		"GetObject":     {"denied: 2 objects", "name/cos:GetObject on the source of the copy"},
		"GetObjectACL":  {"denied: 2 objects", "name/cos:GetObjectACL on " + on + "reports/"},
		"PutObject":     {"denied: 2 objects", "name/cos:PutObject and name/cos:PutObjectCopy on " + on + "reports/"},
		"PutObjectCopy": {"denied: 2 objects", "name/cos:PutObject and name/cos:PutObjectCopy on " + on + "reports/"},
		"GetBucket":     {"could not be listed", "name/cos:GetBucket on " + on + "*"},
		"GetBucketACL":  {"include_public", "name/cos:GetBucketACL on " + on + "*"},
	} {
		for _, name := range []string{"PutObject", "PutObjectCopy"} {
			t.Run(without+" "+name, func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t, func(o *cosmock.Options) {
					o.Buckets = []string{bucket}
					o.Undocumented.CopyAction = name == "PutObjectCopy"
				})
				put(t, w, "reports/a", cosmock.NewObject{})
				put(t, w, "reports/b", cosmock.NewObject{Mode: sse.ModeAES256, Tags: map[string]string{"a": "b"}})
				must(t, w.SetPolicy(strings.Replace(least, `"name/cos:`+without+`"`, `"name/cos:Nothing"`, 1)))
				run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"prefix": "reports/", "server_side_encryption": "cos/kms"}), nil)
				said := strings.Join(run.Errors, "\n")
				if other := strings.HasPrefix(without, "PutObject") && without != name; without == "" || other {
					if said != "" {
						t.Error(said)
					}
					return
				}
				for _, want := range says {
					if !strings.Contains(said, want) {
						t.Errorf("%q does not say %q", said, want)
					}
				}
				if o, _ := w.Stored("reports/a"); o.Mode != sse.ModeNone {
					t.Error("it was written")
				}
			})
		}
	}
}

// A run that cannot count old versions fails if it is asked to.
func TestMayNotCountVersions(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	put(t, w, "k", cosmock.NewObject{})
	must(t, w.SetPolicy(`{"version":"2.0","statement":[{"effect":"allow","action":["*"],"resource":["*"]},{"effect":"deny","action":["name/cos:GetBucketObjectVersions"],"resource":["*"]}]}`))
	run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256", "count_old_versions": true}), nil)
	if len(run.Errors) != 1 || !strings.Contains(run.Errors[0], "name/cos:GetBucketObjectVersions") {
		t.Errorf("%q", run.Errors)
	}
	if o, _ := w.Stored("k"); o.Mode != sse.ModeAES256 {
		t.Error("the objects are done all the same")
	}
}

// An error that affects every object ends the run and is reported once.
func TestBefallsAll(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for _, key := range strings.Fields("a b c d e f g h") {
		put(t, w, key, cosmock.NewObject{})
	}
	for name, tc := range map[string]struct {
		provider, arguments map[string]any
		says                string
	}{
		"no such bucket":   {nil, map[string]any{"bucket": "none-1250000000"}, "There is no such bucket in the region"},
		"a wrong secret":   {map[string]any{"secret_key": "wrong"}, nil, "COS does not accept the signature"},
		"no such KMS key":  {nil, map[string]any{"server_side_encryption": "cos/kms", "sse_kms_key_id": "none", "include_public": true}, "KmsKeyNotExist"},
		"no such endpoint": {map[string]any{"endpoint": "https://127.0.0.1:1", "max_retries": 0}, nil, "127.0.0.1:1"},
		"no object at all": {nil, map[string]any{"prefix": "nothing/"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := arguments(w, map[string]any{"server_side_encryption": "AES256"})
			for name, value := range tc.arguments {
				args[name] = value
			}
			run := w.ActionServer(tc.provider).Invoke(t.Context(), actionName, args, nil)
			if said := strings.Join(run.Errors, "\n"); tc.says == "" && said != "" || !strings.Contains(said, tc.says) || len(run.Errors) > 1 {
				t.Errorf("%q does not say %q", said, tc.says)
			}
		})
	}
}
