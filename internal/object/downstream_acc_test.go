package object_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// Dependent resources are replaced only if the object changes, because the plan
// knows each computed value that can be known.
func TestAccKnownInPlan(t *testing.T) {
	t.Parallel()
	written := []string{"etag", "last_modified", "version_id"}
	bytesToo := append([]string{"content_crc64", "content_length"}, written...)
	keyed := append(append([]string{}, written...), "sse_customer_key_md5")
	slices.Sort(keyed)
	table := map[string]struct {
		first, second []string
		key           string // the new key; "" keeps a
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
	}
	c := newCases(t, table)
	source := strings.Replace(c.Object("source", plain, `content = "source"`), `"test"`, `"source"`, 1)
	before, after := c.Provider(twoKeys)+source, c.Provider(twoKeys)+source
	var plans []plancheck.PlanCheck
	for name, tc := range table {
		if tc.first != nil {
			before += c.object(name, "a", tc.first...)
		}
		key := tc.key
		if key == "" {
			key = "a"
		}
		after += c.object(name, key, tc.second...)
		plans = append(plans, acctest.OnlyUnknown(c.address(name), tc.want...))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: before},
			{Config: after, ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: plans}},
		},
	})
}
