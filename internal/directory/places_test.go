package directory_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestAbandonedObjectsAreDeleted(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, args{"deletion_policy": "abandon"})))
	must(t, d.destroy())
	stored(t, w, "site/a.js", "site/b.js")
}

func TestChangedPolicySendsSomething(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	calls := since(w, func() {
		must(t, d.apply(s.args(w, args{"deletion_policy": "abandon", "existing": "overwrite", "removed_files": "keep"})))
	})
	for _, what := range []string{"PUT", "COPY", "DELETE", "GET ?acl"} {
		if calls[what] > 0 {
			t.Errorf("the requests are %v", calls)
		}
	}
}

func TestExcludedFileStays(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "img/b.png")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	must(t, d.apply(s.args(w, args{"exclude": []string{"img/"}})))
	stored(t, w, "site/a.js")
}

func TestOverwriteUploadsWhatIsIdentical(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js", "c.js")
	put(t, w, "site/a.js", "content of a.js", sse.ModeNone)
	put(t, w, "site/b.js", "another content", sse.ModeAES256)
	d := drive(t, w)
	over := s.args(w, args{"existing": "overwrite"})
	calls := since(w, func() { must(t, d.apply(over)) })
	if calls["PUT"] != 2 || calls["COPY"] != 1 {
		t.Errorf("the requests are %v", calls)
	}
	d.mustNoop(over)
}

func TestEmptyPrefix(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "img/b.png")
	d := drive(t, w)
	put(t, w, "theirs", "x", sse.ModeNone)
	whole := s.args(w, args{"prefix": nil})
	must(t, d.apply(whole))
	stored(t, w, "a.js", "img/b.png", "theirs")
	d.mustNoop(whole)
	must(t, d.destroy())
	stored(t, w, "theirs")
}

func TestMoveToAnotherBucketMovesBodies(t *testing.T) {
	t.Parallel()
	const other = "other-1250000000"
	w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{cosmock.DefaultBucket, other} })
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	there := s.args(w, args{"bucket": other})
	calls := since(w, func() { must(t, d.apply(there)) })
	if calls["PUT"] != 0 || calls["COPY"] != 2 || calls["DELETE"] != 2 {
		t.Errorf("the requests are %v", calls)
	}
	stored(t, w)
	if keys := w.Keys(other); !slices.Equal(keys, []string{"site/a.js", "site/b.html"}) {
		t.Errorf("stored: %q", keys)
	}
	d.mustNoop(there)
}

// A listing may lag behind recent writes, so it does not prove that an object is
// gone.
func TestLaggingListingShowsDrift(t *testing.T) {
	t.Parallel()
	var clock serverClock
	w := acctest.New(t, clock.option)
	s := newSite(t, "a.js", "b.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	clock.forward(5 * time.Second)
	if err := w.FreezeListing(w.Bucket()); err != nil {
		t.Fatal(err)
	}
	s.write("a.js", "changed")
	s.write("c.js", "new")
	must(t, d.apply(s.args(w, nil)))
	clock.forward(5 * time.Second)
	calls := since(w, func() { d.mustNoop(s.args(w, nil)) })
	if calls["HEAD"] != 2 { // for the two objects that it shows differently
		t.Errorf("the requests are %v", calls)
	}
	must(t, d.destroy())
	stored(t, w)
}

// COS never returns a context. Only the record shows whether it is the declared
// one.
func TestChangedContextGoesUnnoticed(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	d := drive(t, w)
	under := func(context string) args {
		return s.args(w, args{"server_side_encryption": "cos/kms", "sse_context": base64.StdEncoding.EncodeToString([]byte(context))})
	}
	must(t, d.apply(under(`{"team":"web"}`)))
	d.mustNoop(under(`{"team":"web"}`))
	must(t, d.apply(under(`{"team":"ops"}`)))
	if o, _ := w.Stored("site/a.js"); !strings.Contains(o.KMSContext, "ops") {
		t.Errorf("stored under the context %q", o.KMSContext)
	}
	d.mustNoop(under(`{"team":"ops"}`))
}

func TestUnreadableFileMeansRemoved(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	s.remove("b.js")
	link(t, s, "gone.js", "b.js")
	if o := d.apply(s.args(w, nil)); !strings.Contains(o.failed(), `"b.js"`) {
		t.Errorf("the error is %q", o.failed())
	}
	stored(t, w, "site/a.js", "site/b.js")
}

func link(t *testing.T, s site, target, name string) {
	t.Helper()
	if err := os.Symlink(target, filepath.Join(s.dir, name)); err != nil {
		t.Fatal(err)
	}
}

// Newer buckets may return headers for every object that were not stored.
func TestHeaderOfTheBucketIsDrift(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]func(*cosmock.Options){
		"cache control": func(o *cosmock.Options) { o.Undocumented.DefaultCacheControl = "max-age=259200" },
		"disposition":   func(o *cosmock.Options) { o.ForceDownload, o.Undocumented.ForceDownloadHead = true, true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, option)
			s := newSite(t, "a.js", "b.html")
			d := drive(t, w)
			ruled := s.args(w, args{"rules": []args{{"match": "*.html", "cache_control": "no-cache", "content_disposition": "inline"}}})
			must(t, d.apply(ruled))
			d.mustNoop(ruled)
			s.write("a.js", "changed")
			must(t, d.apply(ruled))
			d.mustNoop(ruled)
			must(t, d.apply(s.args(w, nil)))
			d.mustNoop(s.args(w, nil))
			must(t, d.destroy())
			stored(t, w)
		})
	}
}
