package directory_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestMissingSourceMeansRemoved(t *testing.T) {
	t.Parallel()
	for name, hide := range map[string]func(t *testing.T, s site){
		"missing": func(t *testing.T, s site) { rename(t, s.dir, s.dir+".away") },
		"empty":   func(_ *testing.T, s site) { s.remove("a.js"); s.remove("sub/b.js") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, s, d := applied(t, "a.js", "sub/b.js")
			hide(t, s)
			calls := since(w, func() {
				o := d.apply(s.args(w, nil))
				if len(o.errors) == 0 || len(o.warnings) == 0 || o.plan != nil || len(o.state) != 2 {
					t.Errorf("%+v", o)
				}
			})
			if calls["DELETE"]+calls["PUT"] > 0 {
				t.Errorf("the requests are %v", calls)
			}
			must(t, d.destroy())
			stores(t, w)
		})
	}
}

func TestSubfolderThatCannotBeReadMeansRemoved(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	w, s, d := applied(t, "a.js", "sub/b.js")
	sub := filepath.Join(s.dir, "sub")
	if err := os.Chmod(sub, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(sub, 0o700) })
	if o := d.apply(s.args(w, nil)); len(o.errors) == 0 || len(o.state) != 2 {
		t.Errorf("%+v", o)
	}
}

func TestOpenTabLosesItsAssets(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.1.js", "index.html")
	next := s.args(w, args{"removed_files": "next_apply"})
	must(t, d.apply(next))
	s.remove("a.1.js")
	s.write("a.2.js", "2")
	must(t, d.apply(next))
	if keys := w.Keys(w.Bucket()); !slices.Contains(keys, "site/a.1.js") {
		t.Errorf("stored: %q", keys)
	}
	d.mustNoop(next)
	s.remove("a.2.js")
	s.write("a.3.js", "3")
	must(t, d.apply(next))
	stores(t, w, "site/a.2.js", "site/a.3.js", "site/index.html")
	must(t, d.destroy())
	stores(t, w)
}

func TestKeptFileIsDeleted(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js", "b.js")
	keep := s.args(w, args{"removed_files": "keep"})
	must(t, d.apply(keep))
	s.remove("a.js")
	calls := since(w, func() { must(t, d.apply(keep)) })
	s.write("a.js", "content of a.js")
	more := since(w, func() { must(t, d.apply(keep)) })
	if calls["DELETE"]+more["PUT"] > 0 {
		t.Errorf("the requests are %v and %v", calls, more)
	}
	s.remove("a.js")
	must(t, d.apply(keep))
	must(t, d.destroy())
	stores(t, w, "site/a.js")
}

func TestForeignObjectIsTouched(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js", "b.js")
	put(t, w, "site/", "", sse.ModeNone)
	put(t, w, "site/theirs.txt", "x", sse.ModeNone)
	must(t, d.apply(s.args(w, nil)))
	put(t, w, "site/a.js", "written by somebody", sse.ModeAES256)
	o := must(t, d.destroy())
	stores(t, w, "site/", "site/a.js", "site/theirs.txt")
	if !strings.Contains(strings.Join(o.warnings, ""), `1 object of this directory: "site/a.js". `) {
		t.Errorf("warnings: %q", o.warnings)
	}
}

func TestLostRecordGivesAWrongVerdict(t *testing.T) {
	t.Parallel()
	for name, private := range map[string][]byte{"lost": nil, "foreign": []byte(`{"record":"eyJ2ZXJzaW9uIjo5fQ=="}`)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, s, d := applied(t, "a.js", "b.js")
			d.private = private
			d.mustNoop(s.args(w, nil))
			s.write("a.js", "changed")
			must(t, d.apply(s.args(w, nil)))
			d.private = private
			must(t, d.destroy())
			stores(t, w)
		})
	}
}

func TestKeyThatIsLostKeepsADirectoryFromItsDestruction(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js")
	d.settings["sse_customer_keys"] = map[string]string{"a": acctest.KeyA}
	named := s.args(w, args{"server_side_encryption": nil, "sse_customer_key_name": "a"})
	must(t, d.apply(named))
	delete(d.settings, "sse_customer_keys")
	d.mustNoop(named)
	must(t, d.destroy())
	stores(t, w)
}
