package object_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// unknownInPlan names the computed attributes that a saved plan has as unknown.
func unknownInPlan(t *testing.T, ws *acctest.Workspace, file string) []string {
	t.Helper()
	var plan struct {
		Changes []struct {
			Address string
			Change  struct {
				AfterUnknown map[string]any `json:"after_unknown"`
			}
		} `json:"resource_changes"`
	}
	must(t, json.Unmarshal([]byte(ws.Run("show", "-json", file).Stdout), &plan))
	var unknown []string
	for _, c := range plan.Changes {
		for name, value := range c.Change.AfterUnknown {
			if value == true && c.Address == testObject {
				unknown = append(unknown, name)
			}
		}
	}
	slices.Sort(unknown)
	return unknown
}

// What follows from an object is only replaced if the object does change: each
// computed value is known in the plan if it can be.
func TestAccKnownInPlan(t *testing.T) {
	t.Parallel()
	written := []string{"etag", "last_modified", "version_id"}
	bytesToo := append([]string{"content_crc64", "content_length"}, written...)
	keyed := append(append([]string{}, written...), "sse_customer_key_md5")
	slices.Sort(keyed)
	for name, tc := range map[string]struct {
		first, second []string
		key           string // then; "" stays a
		want          []string
	}{
		"create":                   {nil, []string{plain, hello}, "", append(append([]string{}, written...), "storage_class")},
		"create, class declared":   {nil, []string{plain, hello, `storage_class = "STANDARD"`}, "", written},
		"create, write-only":       {nil, []string{plain, `content_wo = "x"`, "content_wo_version = 1"}, "", append(append([]string{}, bytesToo...), "storage_class")},
		"content":                  {[]string{plain, hello}, []string{plain, `content = "other"`}, "", written},
		"base64 of another body":   {[]string{plain, hello}, []string{plain, `content_base64 = "b3RoZXI="`}, "", written},
		"write-only body":          {[]string{plain, `content_wo = "x"`, "content_wo_version = 1"}, []string{plain, `content_wo = "y"`, "content_wo_version = 2"}, "", bytesToo},
		"copy source":              {[]string{plain, hello}, []string{plain, `copy_source = { bucket = "lab-1250000000", key = "source" }`}, "", bytesToo},
		"header":                   {[]string{plain, hello}, []string{plain, hello, `cache_control = "no-store"`}, "", written},
		"mode":                     {[]string{plain, hello}, []string{`server_side_encryption = "cos/kms"`, hello}, "", append(append([]string{}, written...), "sse_kms_key_id")},
		"mode, key declared":       {[]string{plain, hello}, []string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = " + acctest.Quote(acctest.KMSKey1), hello}, "", written},
		"rotation":                 {[]string{`sse_customer_key_name = "one"`, hello}, []string{`sse_customer_key_name = "two"`, hello}, "", keyed},
		"rotation, key in state":   {[]string{"sse_customer_key = " + acctest.Quote(acctest.KeyA), hello}, []string{"sse_customer_key = " + acctest.Quote(acctest.KeyB), hello}, "", written},
		"tags":                     {[]string{plain, hello}, []string{plain, hello, `tags = { a = "b" }`}, "", nil},
		"acl":                      {[]string{plain, hello}, []string{plain, hello, `acl = "private"`}, "", nil},
		"overwrite":                {[]string{plain, hello}, []string{plain, hello, "overwrite = true"}, "", nil},
		"deletion policy":          {[]string{plain, hello}, []string{plain, hello, `deletion_policy = "abandon"`}, "", nil},
		"the same by another way":  {[]string{plain, hello}, []string{plain, `content_base64 = "aGVsbG8="`}, "", nil},
		"tags, key of the keyring": {[]string{`sse_customer_key_name = "one"`, hello}, []string{`sse_customer_key_name = "one"`, hello, `tags = { a = "b" }`}, "", keyed},
		"move":                     {[]string{plain, hello}, []string{plain, hello}, "b", written},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			source := strings.Replace(w.Object("source", plain, `content = "source"`), `"test"`, `"source"`, 1)
			if tc.first != nil {
				ws.Config(w.Provider(twoKeys), source, w.Object("a", tc.first...))
				ws.Apply()
			}
			key := tc.key
			if key == "" {
				key = "a"
			}
			ws.Config(w.Provider(twoKeys), source, w.Object(key, tc.second...))
			ws.ChangedPlan("-out=plan")
			want := slices.Clone(tc.want)
			slices.Sort(want)
			if diff := cmp.Diff(want, unknownInPlan(t, ws, "plan")); diff != "" {
				t.Errorf("unknown in the plan (-want +got):\n%s", diff)
			}
			applyPlan(t, ws)
			ws.EmptyPlan()
		})
	}
}
