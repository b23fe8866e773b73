package audit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// auditPolicy returns the guide's policy for audits.
func auditPolicy(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash("../../templates/guides/permissions.md"))
	must(t, err)
	_, section, found := strings.Cut(string(text), "\n## A policy for audits\n")
	_, block, opened := strings.Cut(section, "```json\n")
	policy, _, closed := strings.Cut(block, "```")
	if !found || !opened || !closed {
		t.Fatal("the guide has no policy for audits")
	}
	return policy
}

// Audits and lists work with the guide's policy. With fewer permissions, the
// error names the missing one.
func TestAuditPermissions(t *testing.T) {
	t.Parallel()
	policy := auditPolicy(t)
	another := func(action string) string {
		return strings.ReplaceAll(policy, `"`+action+`"`, `"name/cos:GetService"`)
	}
	for name, tc := range map[string]struct {
		policy  string
		answer  cosmock.Answer // to a HEAD without the customer key
		prefix  string
		fails   string // both, with a filter
		listing string // the list of keys alone
		version string // the audit of versions
	}{
		"the guide's":              {policy, cosmock.Answer{}, "app/", "", "", ""},
		"beyond its prefix":        {policy, cosmock.Answer{}, "", "name/cos:HeadObject", "", "name/cos:HeadObject"},
		"without the listing":      {another("name/cos:GetBucket"), cosmock.Answer{}, "app/", "name/cos:GetBucket", "name/cos:GetBucket", ""},
		"without that of versions": {another("name/cos:GetBucketObjectVersions"), cosmock.Answer{}, "app/", "", "", "name/cos:GetBucketObjectVersions"},
		"without HEAD":             {another("name/cos:HeadObject"), cosmock.Answer{}, "app/", "name/cos:HeadObject", "", "name/cos:HeadObject"},
		"a customer key, by a 403": {policy, cosmock.Answer{Status: 403, Code: "AccessDenied"}, "app/", "COS also answers 403 where an object needs a customer key", "", "COS also answers 403 where an object needs a customer key"},
		"the same, with GetObject": {strings.ReplaceAll(policy, `"name/cos:HeadObject"`, `"name/cos:HeadObject", "name/cos:GetObject"`), cosmock.Answer{Status: 403, Code: "SsecDecryptHeaderInvalid"}, "app/", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) {
				o.Buckets, o.Undocumented.CustomerKeyMissing, o.Undocumented.CustomerKeyWrong = []string{guideBucket}, tc.answer, tc.answer
			})
			for key, o := range map[string]cosmock.NewObject{
				"app/1": {}, "app/2": {Mode: sse.ModeAES256}, "app/3": {Mode: sse.ModeKMS}, "other": {},
				"app/4": {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
				"app/5": {Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyA)},
			} {
				store(t, w, key, o)
			}
			must(t, w.SetPolicy(tc.policy))
			client := configured(t, w, map[string]any{"sse_customer_keys": map[string]any{"b": acctest.KeyB}})
			check := func(kind, fails string, err error) {
				t.Helper()
				if fails == "" && err != nil || fails != "" && (err == nil || !strings.Contains(err.Error(), fails)) {
					t.Errorf("%s: got %v, want %q", kind, err, fails)
				}
			}
			config := map[string]any{"bucket": guideBucket, "prefix": tc.prefix}
			_, err := client.List(t.Context(), listed, config, 100, false)
			check("list of keys", tc.listing, err)
			_, err = client.List(t.Context(), listed, config, 100, true)
			check("list of objects", tc.fails, err)
			audit, err := client.Read(t.Context(), audited, config)
			check("audit", tc.fails, err)
			versions, err := client.Read(t.Context(), auditedVersions, config)
			check("versions", tc.version, err)
			for _, result := range []struct {
				fails string
				of    fmt.Stringer
			}{{tc.fails, audit}, {tc.version, versions}} {
				if result.fails == "" && !strings.Contains(result.of.String(), `"customer_unknown":tftypes.Number<"1">`) {
					t.Errorf("the audit is %s", result.of)
				}
			}
		})
	}
}
