package directory_test

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// An ephemeral customer key may be another one when a saved plan is applied. The plan
// leaves its MD5 unknown, so that the apply rotates the files instead of failing with
// an inconsistent final plan.
//
// With our runner: a saved plan is applied with another variable.
func TestAccDirectoryPlanAppliedUnderAnotherKey(t *testing.T) {
	t.Parallel()
	const variable = "variable \"key\" {\n  type      = string\n  ephemeral = true\n}\n"
	for name, tc := range map[string]struct{ provider, argument string }{
		"name":       {"sse_customer_keys = { k = var.key }", `sse_customer_key_name = "k"`},
		"write-only": {"", "sse_customer_key_wo = var.key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, ws, s := acctest.New(t), acctest.NewWorkspace(t), newSite(t, "a.txt", "b.txt")
			config := func(lines ...string) {
				ws.Config(variable, w.Provider(tc.provider), s.resource(w, append(lines, tc.argument)...))
			}
			under := func(key string) { ws.Env = []string{"TF_VAR_key=" + key} }
			md5 := func() any { return ws.Attributes(resourceName)["sse_customer_key_md5"] }
			under(acctest.KeyA)
			config()
			ws.Apply()
			ws.EmptyPlan()
			config(`metadata = { team = "web" }`)
			ws.ChangedPlan("-out=plan")
			under(acctest.KeyB)
			if r := ws.Run("apply", "plan"); r.Code != 0 {
				t.Fatalf("apply ended with %d:\n%s", r.Code, r.Output())
			}
			if got := md5(); got != acctest.KeyBMD5 {
				t.Errorf("the files are under the key of MD5 %v, want %s", got, acctest.KeyBMD5)
			}
			ws.EmptyPlan()
			ws.Destroy()
		})
	}
}

// A key that the keyring does not have is named by the error of the apply.
func TestMissingKeyIsNamed(t *testing.T) {
	t.Parallel()
	w, s := acctest.New(t), newSite(t, "a.txt")
	d := drive(t, w)
	named := args{"server_side_encryption": nil, "sse_customer_key_name": "k"}
	d.settings["sse_customer_keys"] = map[string]string{"k": acctest.KeyA}
	must(t, d.apply(s.args(w, named)))
	d.settings["sse_customer_keys"] = map[string]string{"other": acctest.KeyB}
	s.write("a.txt", "changed")
	o := d.apply(s.args(w, named))
	for _, want := range []string{"Unknown Customer Key Name", `no key named "k"`, "It has: other", "Nothing was sent"} {
		if !strings.Contains(o.failed(), want) {
			t.Errorf("the error does not say %q: %s", want, o.failed())
		}
	}
}
