package object_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// An object that nobody can read any more, and whose listing is as it was, is
// no change: a warning says so, once, and with COS's reason.
func TestAccUnreadableObjects(t *testing.T) {
	t.Parallel()
	const warning = "Encrypted Object Not Readable"
	kms := []string{`server_side_encryption = "cos/kms"`, "sse_kms_key_id = " + acctest.Quote(acctest.KMSKey1), hello}
	none := func(*http.Request) bool { return false }
	listings := func(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Path == "/" }
	for name, tc := range map[string]struct {
		head    bool // needs the KMS key
		disable bool
		refuse  func(*http.Request) bool
		says    []string // nothing: no warning
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
			ws := acctest.NewWorkspace(t)
			two := w.Object("a", kms...) + strings.Replace(w.Object("b", kms...), `"test"`, `"other"`, 1)
			ws.Config(w.Provider(), two)
			ws.Apply()
			if tc.disable {
				must(t, w.DisableKMSKey(acctest.KMSKey1))
			}
			g := (&gate{refuse: tc.refuse}).open(t, w)
			ws.Config(g.provider(w), two)
			out := ws.EmptyPlan().Text()
			want := 0
			if tc.says != nil {
				want = 1
			}
			if diff := cmp.Diff(want, strings.Count(out, warning)); diff != "" {
				t.Errorf("warnings (-want +got):\n%s\n%s", diff, out)
			}
			for _, says := range tc.says {
				if !strings.Contains(out, says) {
					t.Errorf("it does not say %q:\n%s", says, out)
				}
			}
			if strings.Contains(out, "Encrypted Object Not Verified") {
				t.Errorf("a customer key is blamed:\n%s", out)
			}
		})
	}
}
