package directory_test

import (
	"cmp"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A run without the customer key that another run has must not store files
// unencrypted.
func TestMissingKeyStoresInPlaintext(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	must(t, d.apply(s.args(w, args{"server_side_encryption": nil, "sse_customer_key_wo": acctest.KeyA})))
	without := s.args(w, args{"server_side_encryption": nil})
	if o := d.apply(without); !o.noop || len(o.errors) > 0 {
		t.Errorf("without a change the key is needed: %v", o)
	}
	s.write("a.js", "changed")
	s.write("c.js", "new")
	calls := since(w, func() {
		if o := d.apply(without); !strings.Contains(o.failed(), "Customer Key Not Available") || !strings.Contains(strings.Join(o.warnings, "\n"), "Customer Key Not Available") {
			t.Errorf("errors %v, warnings %v", o.errors, o.warnings)
		}
	})
	if calls["PUT"]+calls["COPY"] != 0 {
		t.Errorf("the requests are %v", calls)
	}
	stored(t, w, "site/a.js", "site/b.html")
	if o, _ := w.Stored("site/a.js"); o.Mode != sse.ModeCustomer {
		t.Errorf("a.js is stored under %q", o.Mode)
	}
	must(t, d.apply(s.args(w, args{"server_side_encryption": nil, "sse_customer_key_wo": acctest.KeyA})))
	stored(t, w, "site/a.js", "site/b.html", "site/c.js")
}

// A customer key that files keep because a run does not set it must satisfy the
// policy as well.
func TestPolicyOfAKeptKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	must(t, d.apply(s.args(w, args{"server_side_encryption": nil, "sse_customer_key_wo": acctest.KeyA})))
	d.settings["require_encryption"] = args{"modes": []string{"cos/kms"}}
	if o := d.apply(s.args(w, args{"server_side_encryption": nil})); !strings.Contains(o.failed(), "Encryption Not Allowed") {
		t.Errorf("errors %v", o.errors)
	}
	must(t, d.apply(s.args(w, args{"server_side_encryption": "cos/kms"})))
}

// If the old and the new place overlap, objects of files at the new place are not
// deleted as leftovers.
func TestMoveIntoItselfDeletesWhatItAdopted(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t)
	s.write("__init__.py", "same")
	s.write("pkg/__init__.py", "same")
	d := drive(t, w)
	must(t, d.apply(s.args(w, args{"prefix": ""})))
	stored(t, w, "__init__.py", "pkg/__init__.py")
	must(t, d.apply(s.args(w, args{"prefix": "pkg/", "existing": "adopt_identical"})))
	stored(t, w, "pkg/__init__.py", "pkg/pkg/__init__.py")
	d.mustNoop(s.args(w, args{"prefix": "pkg/", "existing": "adopt_identical"}))
}

// While a file was absent, its object was not checked.
func TestReturningFileIsBelieved(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(t *testing.T, w *acctest.World){
		"deleted": func(t *testing.T, w *acctest.World) {
			if err := w.DeleteObject(w.Bucket(), "site/a.js"); err != nil {
				t.Fatal(err)
			}
		},
		"stored again without encryption": func(t *testing.T, w *acctest.World) {
			if err := w.PutObject(w.Bucket(), "site/a.js", cosmock.NewObject{Body: strings.NewReader("content of a.js")}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := &serverClock{}
			w := acctest.New(t, clock.option)
			s := newSite(t, "a.js", "b.html")
			d := drive(t, w)
			keep := s.args(w, args{"removed_files": "keep", "existing": "overwrite"})
			must(t, d.apply(keep))
			s.remove("a.js")
			must(t, d.apply(keep))
			stored(t, w, "site/a.js", "site/b.html")
			clock.forward(3 * time.Second)
			meanwhile(t, w)
			s.write("a.js", "content of a.js")
			must(t, d.apply(keep))
			stored(t, w, "site/a.js", "site/b.html")
			if o, _ := w.Stored("site/a.js"); o.Mode != sse.ModeAES256 {
				t.Errorf("it is stored under %q", o.Mode)
			}
			d.mustNoop(keep)
		})
	}
}

// If a file was removed and returns with other content, and someone else has
// written or deleted its object since, existing decides as for any new key.
func TestReturningFileMeetsAnother(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		existing, refusal string
		deleted           bool
		theirs            string
	}{
		"error":             {existing: "error", refusal: "Objects Exist Already"},
		"adopt_identical":   {existing: "adopt_identical", refusal: "Objects Exist Already"},
		"overwrite":         {existing: "overwrite"},
		"error and deleted": {existing: "error", deleted: true},
		// Equal bytes do not make it ours.
		"error and identical":           {existing: "error", refusal: "Objects Exist Already", theirs: "returned"},
		"adopt_identical and identical": {existing: "adopt_identical", theirs: "returned"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := &serverClock{}
			w := acctest.New(t, clock.option)
			s := newSite(t, "a.js", "b.html")
			d := drive(t, w)
			s.write("a.js", "returned")
			keep := s.args(w, args{"removed_files": "keep", "existing": tc.existing})
			must(t, d.apply(keep))
			s.remove("a.js")
			must(t, d.apply(keep))
			clock.forward(3 * time.Second)
			err := w.PutObject(w.Bucket(), "site/a.js", cosmock.NewObject{Body: strings.NewReader(cmp.Or(tc.theirs, "theirs"))})
			if tc.deleted {
				err = w.DeleteObject(w.Bucket(), "site/a.js")
			}
			if err != nil {
				t.Fatal(err)
			}
			s.write("a.js", "returned")
			o := d.apply(keep)
			if tc.refusal != "" {
				if !strings.Contains(o.failed(), tc.refusal) {
					t.Errorf("errors %v", o.errors)
				}
				return
			}
			must(t, o)
			if o, _ := w.Stored("site/a.js"); o.Size != int64(len("returned")) || o.Mode != sse.ModeAES256 {
				t.Errorf("%d bytes under %q are stored", o.Size, o.Mode)
			}
			d.mustNoop(keep)
		})
	}
}

// With source_hash, plans do not read the files, but changes of the objects are
// still detected.
func TestForeignBodyStaysBehindAHash(t *testing.T) {
	t.Parallel()
	clock := &serverClock{}
	w := acctest.New(t, clock.option)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	hashed := s.args(w, args{"source_hash": "1"})
	must(t, d.apply(hashed))
	clock.forward(3 * time.Second)
	if err := w.PutObject(w.Bucket(), "site/a.js", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256}); err != nil {
		t.Fatal(err)
	}
	if o := must(t, d.apply(hashed)); o.noop {
		t.Error("the plan sees nothing")
	}
	if o, _ := w.Stored("site/a.js"); o.Size != int64(len("content of a.js")) {
		t.Errorf("it has %d bytes", o.Size)
	}
	d.mustNoop(hashed)
}

// An object that someone else has re-encrypted is read with its current
// encryption, not the recorded one.
func TestForeignRotationFailsForEver(t *testing.T) {
	t.Parallel()
	clock := &serverClock{}
	w := acctest.New(t, clock.option)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	d.settings["sse_customer_keys"] = map[string]string{"a": acctest.KeyA}
	under := s.args(w, args{"server_side_encryption": nil, "sse_customer_key_name": "a"})
	must(t, d.apply(under))
	clock.forward(3 * time.Second)
	if err := w.PutObject(w.Bucket(), "site/a.js", cosmock.NewObject{Body: strings.NewReader("content of a.js"), Mode: sse.ModeAES256}); err != nil {
		t.Fatal(err)
	}
	must(t, d.apply(under))
	if o, _ := w.Stored("site/a.js"); o.Mode != sse.ModeCustomer {
		t.Errorf("it is stored under %q", o.Mode)
	}
	d.mustNoop(under)
}
