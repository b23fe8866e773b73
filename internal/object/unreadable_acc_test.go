package object_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// An object that can no longer be read, but is unchanged in the listing, is not a
// change. One warning reports it, with the reason from COS.
func TestAccUnreadableObjects(t *testing.T) {
	t.Parallel()
	const warning = "Warning: Encrypted Object Not Readable"
	kms := []string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = " + acctest.Quote(acctest.KMSKey1), hello}
	none := func(*http.Request) bool { return false }
	listings := func(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Path == "/" }
	table := map[string]struct {
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
	}
	own := fleet{}
	for name, tc := range table {
		own[name] = acctest.New(t, func(o *cosmock.Options) { o.Undocumented.KMSKeyNeededByHead = tc.head })
	}
	var refusing atomic.Bool
	var config string
	var before, warned, quiet []plancheck.PlanCheck
	for name, tc := range table {
		w := own[name]
		g := (&gate{refuse: func(r *http.Request) bool { return refusing.Load() && tc.refuse(r) }}).open(t, w)
		test := own.of(name, w.Object("a", kms...))
		other := own.of(name, w.Object("b", kms...))
		config += own.of(name, g.provider(w)) + test + strings.Replace(other, acctest.Quote(own.label(name)), acctest.Quote(own.label(name)+"_other"), 1)
		before = append(before, named(name, w.Says()))
		if tc.disable {
			before = append(before, acctest.Do(func() { must(t, w.DisableKMSKey(acctest.KMSKey1)) }))
		}
		says := w.SaysTimes(0, warning)
		if tc.says != nil {
			says = w.SaysTimes(1, warning, tc.says...)
		}
		warned = append(warned, named(name, says))
		// The warning does not blame a customer key.
		quiet = append(quiet, named(name, w.SaysNot("Encrypted Object Not Verified")))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: own.factories(),
		Steps: []resource.TestStep{
			{ // the refresh after the apply finds the objects unreadable, and plans nothing
				Config: tfcli.EveryPlan + config,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPreRefresh:  append(before, acctest.Do(func() { refusing.Store(true) })),
					PostApplyPostRefresh: warned,
				},
			},
			{
				Config:   config,
				PlanOnly: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: append(quiet, acctest.Do(func() { refusing.Store(false) })), // for the final destroy
				},
			},
		},
	})
}
