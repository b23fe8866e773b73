package directory_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func stored(t *testing.T, w *acctest.World, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, w.Keys(w.Bucket()), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}

// Moving back takes over the objects that the first move kept.
func TestMoveBackToWhatWasKept(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	at := func(prefix string) args { return s.args(w, args{"prefix": prefix, "removed_files": "keep"}) }
	must(t, d.apply(at("site/")))
	must(t, d.apply(at("www/")))
	s.write("b.html", "changed")
	must(t, d.apply(at("www/")))
	stored(t, w, "site/a.js", "site/b.html", "www/a.js", "www/b.html")
	must(t, d.apply(at("site/")))
	d.mustNoop(at("site/"))
	if o, _ := w.Stored("site/b.html"); o.Size != int64(len("changed")) {
		t.Errorf("b.html has %d bytes", o.Size)
	}
	must(t, d.destroy())
	stored(t, w, "www/a.js", "www/b.html")
}

// While a site moves, pages that are already open keep their old assets until the
// following apply.
func TestMoveRemovesWhatIsStillRead(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, s site, d *driver, moved args){
		"the next change": func(t *testing.T, s site, d *driver, moved args) {
			s.write("a.js", "changed")
			must(t, d.apply(moved))
			stored(t, d.w, "www/a.js", "www/index.html")
		},
		"another move": func(t *testing.T, s site, d *driver, _ args) {
			must(t, d.apply(s.args(d.w, args{"prefix": "web/", "removed_files": "next_apply"})))
			stored(t, d.w, "web/a.js", "web/index.html", "www/a.js", "www/index.html")
		},
		"the move back": func(t *testing.T, s site, d *driver, _ args) {
			must(t, d.apply(s.args(d.w, args{"removed_files": "next_apply"})))
			stored(t, d.w, "site/a.js", "site/index.html", "www/a.js", "www/index.html")
		},
		"a move with another policy": func(t *testing.T, s site, d *driver, _ args) {
			must(t, d.apply(s.args(d.w, args{"prefix": "web/"})))
			stored(t, d.w, "web/a.js", "web/index.html")
		},
		"the destruction": func(*testing.T, site, *driver, args) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			s := newSite(t, "a.js", "index.html")
			d := drive(t, w)
			must(t, d.apply(s.args(w, args{"removed_files": "next_apply"})))
			moved := s.args(w, args{"prefix": "www/", "removed_files": "next_apply"})
			must(t, d.apply(moved))
			stored(t, w, "site/a.js", "site/index.html", "www/a.js", "www/index.html")
			d.mustNoop(moved)
			end(t, s, d, moved)
			must(t, d.destroy())
			stored(t, w)
		})
	}
}

func TestMoveDropsWhatObjectsHave(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s site){
		"copied":   func(site) {},
		"uploaded": func(s site) { s.write("a.js", "changed on the way") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			s := newSite(t, "a.js")
			d := drive(t, w)
			must(t, d.apply(s.args(w, args{"storage_class": "STANDARD_IA"})))
			if err := w.SetACL(w.Bucket(), "site/a.js", "private"); err != nil {
				t.Fatal(err)
			}
			if err := w.SetTags(w.Bucket(), "site/a.js", map[string]string{"team": "web"}); err != nil {
				t.Fatal(err)
			}
			if err := w.SetBucketACL(w.Bucket(), "public-read"); err != nil {
				t.Fatal(err)
			}
			change(s)
			must(t, d.apply(s.args(w, args{"storage_class": "STANDARD_IA", "prefix": "www/"})))
			o, _ := w.Stored("www/a.js")
			if !o.OwnACL || o.PublicRead || o.Tags["team"] != "web" || o.Class != "STANDARD_IA" {
				t.Errorf("stored with an ACL of its own: %t, tags %v, class %q", o.OwnACL, o.Tags, o.Class)
			}
		})
	}
}

// Objects that an interrupted move has copied are ours, even if the configuration
// then changes to another place.
func TestCopiesOfACutOffMoveAreForgotten(t *testing.T) {
	t.Parallel()
	for name, turn := range map[string]struct {
		to   args
		want []string
	}{
		"back": {args{"metadata": map[string]string{"a": "b"}}, []string{"site/a.js", "site/b.js"}},
		"on":   {args{"prefix": "web/"}, []string{"web/a.js", "web/b.js"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			s := newSite(t, "a.js", "b.js")
			d := drive(t, w)
			must(t, d.apply(s.args(w, nil)))
			arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "www/b.js"), Times: 1, Kind: cosmock.FaultInternalError})
			if o := d.apply(s.args(w, args{"prefix": "www/"})); len(o.errors) == 0 {
				t.Fatal("the move did not fail")
			}
			stored(t, w, "site/a.js", "site/b.js", "www/a.js")
			must(t, d.apply(s.args(w, turn.to)))
			stored(t, w, turn.want...)
			d.mustNoop(s.args(w, turn.to))
			must(t, d.destroy())
			stored(t, w)
		})
	}
}

// All files are at the new place by then, and the state says so.
func TestLeftoverAtTheOldPlaceTurnsAMoveBack(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	arm(t, w, cosmock.Fault{Match: cosmock.On("DELETE", "site/b.js"), Times: 1, Kind: cosmock.FaultInternalError})
	moved := s.args(w, args{"prefix": "www/"})
	o := must(t, d.apply(moved))
	if warned := strings.Join(o.warnings, "\n"); d.text("prefix") != "www/" || !strings.Contains(warned, `"site/b.js"`) || !strings.Contains(warned, "Old Files Left Behind") || !strings.Contains(warned, "1 object at ") {
		t.Errorf("at %q, warned of %q", d.text("prefix"), warned)
	}
	stored(t, w, "site/b.js", "www/a.js", "www/b.js")
	d.mustNoop(moved)
	s.write("a.js", "changed")
	must(t, d.apply(moved))
	stored(t, w, "www/a.js", "www/b.js")
}

// The local file determines the content; what someone else has made of the old
// object is theirs.
func TestMoveTakesAForeignObjectAlong(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	moved := s.args(w, args{"prefix": "www/"})
	o := must(t, d.apply(moved, func() { put(t, w, "site/a.js", "somebody's", sse.ModeAES256) }))
	if got, _ := w.Stored("www/a.js"); got.Size != int64(len("content of a.js")) {
		t.Errorf("stored with %d bytes", got.Size)
	}
	if !slices.ContainsFunc(o.warnings, func(text string) bool { return strings.Contains(text, `1 object of this directory: "site/a.js". `) }) {
		t.Errorf("warned of %q", o.warnings)
	}
	stored(t, w, "site/a.js", "www/a.js")
}

// After a copy that COS refuses, the content is uploaded without reading
// everything again.
func TestRefusedCopyAsksForTheACLAgain(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	s.write("b.js", "content of a.js")
	calls := since(w, func() {
		must(t, d.apply(s.args(w, nil), func() { put(t, w, "site/a.js", "somebody's", sse.ModeAES256) }))
	})
	if calls["GET ?acl"] != 1 || calls["PUT"] != 1 {
		t.Errorf("the requests are %v", calls)
	}
}

func TestConfigurationIsPublished(t *testing.T) {
	w := acctest.New(t)
	s := newSite(t, "a.js", "main.tf", "modules/x/main.tf")
	t.Chdir(s.dir)
	warned := func(more args) bool {
		return slices.ContainsFunc(must(t, drive(t, w).apply(s.args(w, more))).warnings, func(text string) bool {
			return strings.Contains(text, "Source Contains This Configuration") && strings.Contains(text, `"main.tf"`) && !strings.Contains(text, "modules")
		})
	}
	if !warned(nil) {
		t.Error("there is no warning")
	}
	if warned(args{"prefix": "b/", "exclude": []string{"*.tf"}}) {
		t.Error("there is a warning of what is excluded")
	}
}
