package directory_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

func TestDefaultEncryptionIsNotTaken(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js")
	bare := s.args(w, args{"server_side_encryption": nil})
	if o := d.apply(bare); !strings.Contains(o.failed(), "No Encryption Declared") {
		t.Errorf("the error is %q", o.failed())
	}
	typ := typesOf(t).provider.AttributeTypes["default_encryption"].(tftypes.Object)
	d.settings["default_encryption"] = object(typ, args{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1})
	must(t, d.apply(bare))
	if o, _ := w.Stored("site/a.js"); o.KMSKeyID != acctest.KMSKey1 {
		t.Errorf("stored under %q", o.KMSKeyID)
	}
	d.mustNoop(bare)
}

func TestBadArguments(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	for name, c := range map[string]struct {
		args args
		want string
	}{
		"a pattern that does not parse": {args{"include": []string{"[a"}}, `Invalid pattern "[a": a bracket, brace or backslash has no counterpart.`},
		"a pattern from the root":       {args{"exclude": []string{"/a"}}, `Invalid pattern "/a": patterns are relative to the source: leave the leading "/" out.`},
		"a rule's pattern":              {args{"rules": []args{{"match": "[", "cache_control": "x"}}}, `Invalid pattern "[": a bracket, brace or backslash has no counterpart.`},
		"a rule without a header":       {args{"rules": []args{{"match": "*"}}}, "Rule Without a Header"},
		"a header with a line break":    {args{"rules": []args{{"match": "*", "cache_control": "a\nb"}}}, "Invalid Header"},
		"another word":                  {args{"existing": "replace"}, "Invalid Value"},
		"another removal":               {args{"removed_files": "purge"}, "Invalid Value"},
		"another policy":                {args{"deletion_policy": "delete_all_versions"}, "Invalid Value"},
		"a prefix with dots":            {args{"prefix": "../x/"}, "Invalid Prefix"},
		"two encryptions":               {args{"sse_customer_key_name": "a"}, "More Than One Encryption"},
		"a bucket without its number":   {args{"bucket": "bucket"}, "Invalid Bucket"},
		"a class":                       {args{"storage_class": "cold"}, "Invalid Storage Class"},
		"an empty source":               {args{"source": ""}, "Invalid Source"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if o := drive(t, w).apply(s.args(w, c.args)); !strings.Contains(o.failed(), c.want) {
				t.Errorf("the error is %q", o.failed())
			}
		})
	}
	if len(w.Requests()) > 0 {
		t.Error("something was sent")
	}
}

func TestUselessRuleGoesUnnoticed(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", ".well-known/security.txt", "terraform.tfstate")
	o := must(t, drive(t, w).apply(s.args(w, args{"prefix": "site", "exclude": []string{"*.map"}, "rules": []args{{"match": "*.htm", "cache_control": "x"}}})))
	all := strings.Join(o.warnings, "\n")
	for _, want := range []string{"Rule Without a File", "Pattern Without a File", ".well-known", "terraform.tfstate", "Prefix Without a Slash"} {
		if !strings.Contains(all, want) {
			t.Errorf("no warning of %s in %s", want, all)
		}
	}
	stores(t, w, "sitea.js")
}

// Site generators name pages after parameters, such as [slug].html. In a pattern,
// brackets mean something else.
func TestBracketsInNamesGoUnnoticed(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "[slug].html", "blog/[id]/page.js")
	o := must(t, drive(t, w).apply(s.args(w, args{
		"include": []string{"**", "docs/[id].md"}, "exclude": []string{"[slug].html"}, "upload_last": []string{"blog/[id]/*"}, "rules": []args{{"match": "blog/[id]/**", "cache_control": "x"}},
	})))
	all := strings.Join(o.warnings, "\n")
	for _, want := range []string{`"docs/\\[id\\].md"`, `"\\[slug\\].html"`, `"blog/\\[id\\]/*"`, `"blog/\\[id\\]/**"`} {
		if !strings.Contains(all, want) {
			t.Errorf("no advice to write %s in %s", want, all)
		}
	}
	d := drive(t, w)
	o = must(t, d.apply(s.args(w, args{
		"existing": "adopt_identical", "exclude": []string{`\[slug\].html`}, "upload_last": []string{`blog/\[id\]/*`}, "rules": []args{{"match": `blog/\[id\]/**`, "cache_control": "x"}},
	})))
	if headers := field(d.state, "headers"); len(o.warnings) > 0 || len(o.state) != 1 || len(headers) != 1 {
		t.Errorf("warned of %q, files %v, headers %v", o.warnings, o.state, headers)
	}
}
