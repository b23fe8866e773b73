package object_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// An object that can no longer be read, but is unchanged in the listing, is not a
// change. One warning reports it, with the reason from COS.
func TestAccUnreadableObjects(t *testing.T) {
	t.Parallel()
	const warning = "Warning: Encrypted Object Not Readable"
	kms := []string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = " + acctest.Quote(acctest.KMSKey1), hello}
	none := func(*http.Request) bool { return false }
	listings := func(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Path == "/" }
	for name, tc := range map[string]struct {
		head    bool // HEAD needs the KMS key
		disable bool
		refuse  func(*http.Request) bool
		says    []string // nil for no warning
	}{
		"a disabled KMS key":                 {true, true, none, []string{"KmsKeyDisabled", "Enable the KMS key", "No customer key (SSE-C) is involved"}},
		"a disabled KMS key, and no listing": {true, true, listings, []string{"KmsKeyDisabled", "Enable the KMS key"}},
		"HEAD is not allowed":                {false, false, func(r *http.Request) bool { return r.Method == http.MethodHead }, []string{"403", "name/cos:HeadObject"}},
		"a disabled key that HEAD needs not": {false, true, none, nil},
		"a key that is there":                {true, false, none, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.Undocumented.KMSKeyNeededByHead = tc.head })
			two := w.Object("a", kms...) + strings.Replace(w.Object("b", kms...), `"test"`, `"other"`, 1)
			g := (&gate{refuse: tc.refuse}).open(t, w)
			warned := w.SaysTimes(0, warning)
			if tc.says != nil {
				warned = w.SaysTimes(1, warning, tc.says...)
			}
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: w.Factories(),
				Steps: []resource.TestStep{
					{Config: w.Provider() + two},
					{
						PreConfig: func() {
							acctest.Now(t, w.Says())
							if tc.disable {
								must(t, w.DisableKMSKey(acctest.KMSKey1))
							}
						},
						Config: g.provider(w) + two,
						ConfigPlanChecks: resource.ConfigPlanChecks{
							PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan(), warned},
							// The warning does not blame a customer key.
							PostApplyPostRefresh: []plancheck.PlanCheck{w.SaysNot("Encrypted Object Not Verified")},
						},
					},
					{Config: w.Provider() + two}, // the final destroy uses this provider
				},
			})
		})
	}
}
