package object_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// An ignored change is not applied by an update of something else, neither to the
// object nor to the state, and the next plan is empty. The CLI does not apply
// ignore_changes to the configuration that an apply reads.
func TestAccIgnoreChanges(t *testing.T) {
	t.Parallel()
	const kms = `server_side_encryption = "cos/kms"`
	keyID := func(id string) string { return "sse_kms_key_id = " + acctest.Quote(id) }
	table := map[string]struct {
		ignored       string
		first, second []string // arguments applied first, and those declared while the changes are ignored
		prepare       func(file string)
		same          []string // attributes that stay the same in the state
	}{
		"content":                 {"content", []string{plain, `content = "hello"`}, []string{plain, `content = "other"`}, nil, []string{"content", "content_crc64"}},
		"content_base64":          {"content_base64", []string{plain, `content_base64 = "aGVsbG8="`}, []string{plain, `content_base64 = "b3RoZXI="`}, nil, []string{"content_base64", "content_crc64"}},
		"source, another file":    {"source", []string{plain, `source = "FILE"`}, []string{plain, `source = "OTHER"`}, nil, []string{"source", "content_crc64"}},
		"source, leading nowhere": {"source", []string{plain, `source = "FILE"`}, []string{plain, `source = "NOWHERE"`}, nil, []string{"source", "content_crc64"}},
		"source, deleted": {"source", []string{plain, `source = "FILE"`}, []string{plain, `source = "FILE"`},
			func(file string) { _ = os.Remove(file) }, []string{"source", "content_crc64"}},
		"source, deleted and another": {"source", []string{plain, `source = "FILE"`}, []string{plain, `source = "NOWHERE"`},
			func(file string) { _ = os.Remove(file) }, []string{"source", "content_crc64"}},
		"content_wo_version":     {"content_wo_version", []string{plain, `content_wo = "hello"`, "content_wo_version = 1"}, []string{plain, `content_wo = "other"`, "content_wo_version = 2"}, nil, []string{"content_wo_version", "content_length"}},
		"content_wo":             {"content_wo, content_wo_version", []string{plain, `content_wo = "hello"`, "content_wo_version = 1"}, []string{plain, `content_wo = "other"`, "content_wo_version = 2"}, nil, []string{"content_wo_version", "content_length"}},
		"sse_customer_key_name":  {"sse_customer_key_name", []string{`sse_customer_key_name = "one"`, hello}, []string{`sse_customer_key_name = "two"`, hello}, nil, []string{"sse_customer_key_name", "sse_customer_key_md5"}},
		"sse_customer_key":       {"sse_customer_key", []string{"sse_customer_key = " + acctest.Quote(acctest.KeyA), hello}, []string{"sse_customer_key = " + acctest.Quote(acctest.KeyB), hello}, nil, []string{"sse_customer_key", "sse_customer_key_md5"}},
		"sse_customer_key_wo":    {"sse_customer_key_wo", []string{"sse_customer_key_wo = " + acctest.Quote(acctest.KeyA), hello}, []string{"sse_customer_key_wo = " + acctest.Quote(acctest.KeyB), hello}, nil, []string{"sse_customer_key_md5"}},
		"server_side_encryption": {"server_side_encryption, sse_kms_key_id", []string{kms, keyID(acctest.KMSKey1), hello}, []string{plain, hello}, nil, []string{"server_side_encryption", "sse_kms_key_id"}},
		"sse_kms_key_id":         {"sse_kms_key_id", []string{kms, keyID(acctest.KMSKey1), hello}, []string{kms, keyID(acctest.KMSKey2), hello}, nil, []string{"sse_kms_key_id"}},
		"sse_context":            {"sse_context", []string{kms, `sse_context = "eyJhIjoiYiJ9"`, hello}, []string{kms, `sse_context = "eyJhIjoiYyJ9"`, hello}, nil, []string{"sse_context"}},
		"content_type":           {"content_type", []string{plain, hello, `content_type = "text/html"`}, []string{plain, hello, `content_type = "text/css"`}, nil, []string{"content_type"}},
		"metadata":               {"metadata", []string{plain, hello, `metadata = { a = "1" }`}, []string{plain, hello, `metadata = { a = "2" }`}, nil, []string{"metadata"}},
		"tags":                   {"tags", []string{plain, hello, `tags = { a = "1" }`}, []string{plain, hello, `tags = { a = "2" }`}, nil, []string{"tags"}},
		"acl":                    {"acl", []string{plain, hello, `acl = "private"`}, []string{plain, hello, `acl = "public-read"`}, nil, []string{"acl"}},
		"key":                    {"key", []string{plain, hello}, []string{plain, hello, "key = \"b\""}, nil, []string{"key", "id"}},
		"several": {"content, sse_customer_key_name, metadata, tags", []string{`sse_customer_key_name = "one"`, `content = "hello"`, `metadata = { a = "1" }`, `tags = { a = "1" }`},
			[]string{`sse_customer_key_name = "two"`, `content = "other"`, `metadata = { a = "2" }`, `tags = { a = "2" }`}, nil, []string{"content", "sse_customer_key_md5", "metadata", "tags"}},
	}
	c, dir := newCases(t, table), t.TempDir()
	files := func(name string) *strings.Replacer {
		folder := filepath.Join(dir, c.label(name))
		return strings.NewReplacer("FILE", filepath.Join(folder, "file"), "OTHER", filepath.Join(folder, "other"), "NOWHERE", filepath.Join(folder, "nowhere"))
	}
	config := func(second bool, more ...string) string {
		text := c.Provider(twoKeys)
		for name, tc := range table {
			lines := tc.first
			if second {
				lines = tc.second
			}
			text += files(name).Replace(c.object(name, "a", append(append([]string{"lifecycle {\n    ignore_changes = [" + tc.ignored + "]\n  }"}, lines...), more...)...))
		}
		return text
	}
	before := map[string]any{}
	var first, again, written []statecheck.StateCheck
	for name, tc := range table {
		writeFile(t, dir, c.label(name)+"/file", "hello")
		writeFile(t, dir, c.label(name)+"/other", "other")
		keeps := acctest.Keeps(c.address(name), tc.same...)
		first = append(first, keeps, acctest.Do(func() { before[name] = everythingOf(t, c.stored(name, "a")) }))
		again = append(again, keeps, named(name, func() error {
			return acctest.Differ("the object", before[name], any(everythingOf(t, c.stored(name, "a"))))
		}))
	}
	written = append(written, c.SentNoBody())
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config(false), ConfigStateChecks: first},
			{ // ignored changes alone are not a change
				PreConfig: func() {
					for name, tc := range table {
						if tc.prepare != nil {
							tc.prepare(files(name).Replace("FILE"))
						}
					}
				},
				Config:           config(true),
				ConfigPlanChecks: unchanged,
			},
			{
				PreConfig:         c.ResetRequests,
				Config:            config(true, `cache_control = "no-store"`),
				ConfigStateChecks: append(written, again...),
			},
			{
				PreConfig:         c.ResetRequests,
				Config:            config(true, `cache_control = "no-store"`, `overwrite = true`),
				ConfigStateChecks: append([]statecheck.StateCheck{c.Wrote()}, again...),
			},
		},
	})
}

// All changes are ignored, and only the first run has the key and the body.
func TestAccIgnoreAll(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	step := func(key string, lines ...string) resource.TestStep {
		return resource.TestStep{
			Config:            acctest.Ephemeral("key") + w.Provider() + w.Object("a", append(lines, "lifecycle {\n    ignore_changes = all\n  }", "sse_customer_key_wo = var.key")...),
			ConfigVariables:   acctest.Variables(map[string]string{"key": key}),
			ConfigStateChecks: []statecheck.StateCheck{w.Holds("a", "hello", sse.Observed{Mode: sse.ModeCustomer, CustomerKeyMD5: acctest.KeyAMD5})},
		}
	}
	ignored := step(acctest.KeyB, `content = "other"`, `cache_control = "no-store"`)
	ignored.ConfigPlanChecks = unchanged
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps:                    []resource.TestStep{step(acctest.KeyA, hello), ignored},
	})
}

// everythingOf returns everything stored with an object, except for Cache-Control
// and what every write changes.
func everythingOf(t *testing.T, o cosmock.Object) map[string]any {
	t.Helper()
	header := o.Header.Clone()
	header.Del("Cache-Control")
	body, err := acctest.Plaintext(o)
	must(t, err)
	return map[string]any{
		"crc": o.CRC64, "header": header, "class": o.Class, "tags": o.Tags, "public": o.PublicRead, "own ACL": o.OwnACL, "body": body,
		"mode": o.Mode, "kms": o.KMSKeyID, "context": o.KMSContext, "md5": o.CustomerKeyMD5,
	}
}
