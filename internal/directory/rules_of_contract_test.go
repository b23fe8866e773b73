package directory_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// since counts the requests of a run.
func since(w *acctest.World, run func()) map[string]int {
	before := counted(w)
	run()
	calls := map[string]int{}
	for what, n := range counted(w) {
		if n -= before[what]; n > 0 {
			calls[what] = n
		}
	}
	return calls
}

// order lists the keys that were written or deleted from an index on.
func order(w *acctest.World, from int) []string {
	var keys []string
	for _, r := range w.Requests()[from:] {
		if (r.Method == "PUT" || r.Method == "DELETE") && r.Key != "" {
			keys = append(keys, r.Method+" "+r.Key)
		}
	}
	return keys
}

func put(t *testing.T, w *acctest.World, key, text string, mode sse.Mode) {
	t.Helper()
	if err := w.PutObject(w.Bucket(), key, cosmock.NewObject{Body: strings.NewReader(text), Mode: mode}); err != nil {
		t.Fatal(err)
	}
}

func TestPageGoesBeforeWhatItLinksTo(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.html", "sw.js", "z.css")
	d := drive(t, w)
	must(t, d.apply(s.args(w, args{"upload_last": []string{"sw.js"}})))
	if got := order(w, 0); len(got) != 3 || got[0] != "PUT site/z.css" {
		t.Errorf("written in the order %q", got)
	}
	from := len(w.Requests())
	s.remove("z.css")
	s.write("a.html", "without it")
	must(t, d.apply(s.args(w, args{"upload_last": []string{"sw.js"}})))
	if got := order(w, from); !slices.Equal(got, []string{"PUT site/a.html", "DELETE site/z.css"}) {
		t.Errorf("written in the order %q", got)
	}
}

func TestConflictLeavesHalfASite(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js", "c.js")
	put(t, w, "site/b.js", "somebody's", sse.ModeAES256)
	d := drive(t, w)
	o := d.apply(s.args(w, nil))
	if !strings.Contains(o.failed(), `"site/b.js"`) || !strings.Contains(o.failed(), "adopt_identical") {
		t.Errorf("the error is %q", o.failed())
	}
	if !d.state.IsNull() {
		t.Error("a state was left, so that the CLI would taint it")
	}
	if keys := w.Keys(w.Bucket()); !slices.Equal(keys, []string{"site/b.js"}) {
		t.Errorf("stored: %q", keys)
	}
}

func TestIdenticalObjectsAreUploadedAgain(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	put(t, w, "site/a.js", "content of a.js", sse.ModeNone) // as a plain tool has left it
	d := drive(t, w)
	calls := since(w, func() { must(t, d.apply(s.args(w, args{"existing": "adopt_identical"}))) })
	if calls["PUT"] != 1 || calls["COPY"] != 1 {
		t.Errorf("the requests are %v", calls)
	}
	if o, _ := w.Stored("site/a.js"); o.Mode != sse.ModeAES256 {
		t.Errorf("the adopted object is encrypted by %q", o.Mode)
	}
	d.mustNoop(s.args(w, args{"existing": "adopt_identical"}))
}

func TestAdoptionTakesOtherBytes(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"another length": "other", "the same length": "CONTENT OF A.JS"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			s := newSite(t, "a.js")
			put(t, w, "site/a.js", text, sse.ModeAES256)
			o := drive(t, w).apply(s.args(w, args{"existing": "adopt_identical"}))
			if !strings.Contains(o.failed(), "site/a.js") {
				t.Errorf("the error is %q", o.failed())
			}
			must(t, drive(t, w).apply(s.args(w, args{"existing": "overwrite"})))
			if o, _ := w.Stored("site/a.js"); o.Size != 15 {
				t.Errorf("stored with %d bytes", o.Size)
			}
		})
	}
}

func TestRotationMovesBodies(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	d.settings["sse_customer_keys"] = map[string]string{"a": acctest.KeyA, "b": acctest.KeyB}
	must(t, d.apply(s.args(w, nil)))
	for _, to := range []args{
		{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1},
		{"server_side_encryption": nil, "sse_customer_key_name": "a"},
		{"server_side_encryption": nil, "sse_customer_key_name": "b"},
		{"server_side_encryption": nil, "sse_customer_key_wo": acctest.KeyA},
		{"metadata": map[string]string{"owner": "me"}},
	} {
		calls := since(w, func() { must(t, d.apply(s.args(w, to))) })
		if calls["PUT"] != 0 || calls["COPY"] != 2 {
			t.Errorf("%v: the requests are %v", to, calls)
		}
		d.mustNoop(s.args(w, to))
	}
	for _, key := range []string{"site/a.js", "site/b.html"} {
		if o, _ := w.Stored(key); o.Mode != sse.ModeAES256 || o.Header.Get("X-Cos-Meta-Owner") != "me" {
			t.Errorf("%s is stored as %v %v", key, o.Mode, o.Header)
		}
	}
}

func TestHeaderOfALostRuleStays(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	must(t, d.apply(s.args(w, args{"rules": []args{{"match": "*.js", "cache_control": "max-age=60"}}})))
	if o, _ := w.Stored("site/a.js"); o.Header.Get("Cache-Control") != "max-age=60" {
		t.Errorf("the headers are %v", o.Header)
	}
	digest := d.text("digest")
	calls := since(w, func() { must(t, d.apply(s.args(w, nil))) })
	if o, _ := w.Stored("site/a.js"); o.Header.Get("Cache-Control") != "" || calls["COPY"] != 1 || calls["PUT"] != 0 {
		t.Errorf("the headers are %v after %v", o.Header, calls)
	}
	if d.text("digest") == digest {
		t.Error("the digest is the same")
	}
	d.mustNoop(s.args(w, nil))
}

func TestHalfRotationLooksFinished(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js", "c.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	rules := s.args(w, args{"rules": []args{{"match": "**", "cache_control": "no-cache"}}})
	arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "site/b.js"), Times: 1, Kind: cosmock.FaultInternalError})
	o := d.apply(rules)
	if !strings.Contains(o.failed(), "site/b.js") || strings.Contains(o.failed(), "site/a.js") {
		t.Errorf("the error is %q", o.failed())
	}
	if !strings.Contains(o.state["site/b.js"], "(") || strings.Contains(o.state["site/a.js"], "(") {
		t.Errorf("the state is %v", o.state)
	}
	calls := since(w, func() { must(t, d.apply(rules)) })
	if calls["COPY"] != 1 {
		t.Errorf("the next apply does %v", calls)
	}
	d.mustNoop(rules)
}

func TestFailedCreateLosesWhatIsStored(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js", "index.html")
	d := drive(t, w)
	arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "site/b.js"), Times: 1, Kind: cosmock.FaultInternalError})
	o := d.apply(s.args(w, nil))
	if !d.tainted || len(o.state) != 1 || o.state["site/a.js"] == "" {
		t.Errorf("the state is %v", o.state)
	}
	if !strings.Contains(o.failed(), "terraform untaint") || strings.Count(o.failed(), `"site/b.js"`) != 1 {
		t.Errorf("the error is %q", o.failed())
	}
	if _, is := w.Stored("site/index.html"); is {
		t.Error("the page was written, and links to what is not there")
	}
	calls := since(w, func() { must(t, d.apply(s.args(w, nil))) })
	if calls["PUT"] != 2 {
		t.Errorf("the next apply does %v", calls)
	}
}

func TestErrorOfManyFilesFloods(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t)
	for i := range 50 {
		s.write(fmt.Sprintf("%02d.js", i), "x")
	}
	method := "PUT"
	arm(t, w, cosmock.Fault{Match: cosmock.Match{Method: &method}, Times: -1, Kind: cosmock.FaultInternalError})
	o := drive(t, w).apply(s.args(w, nil))
	if n := strings.Count(o.failed(), "  - "); n != 20 || !strings.Contains(o.failed(), "and 31 more") {
		t.Errorf("%d lines: %s", n, o.failed())
	}
}

func TestServerDropsEncryptionOfOne(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js", "c.js")
	d := drive(t, w)
	arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "site/b.js"), Times: 1, Kind: cosmock.FaultDropEncryption})
	o := d.apply(s.args(w, nil))
	if !strings.Contains(o.failed(), "site/b.js") || len(o.state) != 2 {
		t.Errorf("%v: %q", o.state, o.failed())
	}
	if keys := w.Keys(w.Bucket()); !slices.Equal(keys, []string{"site/a.js", "site/c.js"}) {
		t.Errorf("stored: %q", keys)
	}
}

func TestFileChangesAfterThePlan(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s site){
		"changes":  func(s site) { s.write("b.js", "tampered with!!") },
		"grows":    func(s site) { s.write("b.js", "content of b.js and more") },
		"vanishes": func(s site) { s.remove("b.js") },
		"appears":  func(s site) { s.write("new.js", "x") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			s := newSite(t, "a.js", "b.js")
			d := drive(t, w)
			o := d.apply(s.args(w, nil), func() { change(s) })
			if !strings.Contains(o.failed(), ".js") || len(w.Keys(w.Bucket())) != 0 || !d.state.IsNull() {
				t.Errorf("stored %q: %q", w.Keys(w.Bucket()), o.failed())
			}
		})
	}
}

func TestMissingSourceMeansRemoved(t *testing.T) {
	t.Parallel()
	for name, hide := range map[string]func(t *testing.T, s site){
		"missing": func(t *testing.T, s site) { rename(t, s.dir, s.dir+".away") },
		"empty":   func(_ *testing.T, s site) { s.remove("a.js"); s.remove("sub/b.js") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			s := newSite(t, "a.js", "sub/b.js")
			d := drive(t, w)
			must(t, d.apply(s.args(w, nil)))
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
			if keys := w.Keys(w.Bucket()); len(keys) > 0 {
				t.Errorf("left behind: %q", keys)
			}
		})
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func TestRenamedFolderIsUploadedAgain(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "old/a.js", "old/b.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	rename(t, filepath.Join(s.dir, "old"), filepath.Join(s.dir, "new"))
	calls := since(w, func() { must(t, d.apply(s.args(w, nil))) })
	if calls["PUT"] != 0 || calls["COPY"] != 2 || calls["DELETE"] != 2 {
		t.Errorf("the requests are %v", calls)
	}
	d.mustNoop(s.args(w, nil))
}

func TestOpenTabLosesItsAssets(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.1.js", "index.html")
	d := drive(t, w)
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
	if keys := w.Keys(w.Bucket()); !slices.Equal(keys, []string{"site/a.2.js", "site/a.3.js", "site/index.html"}) {
		t.Errorf("stored: %q", keys)
	}
	must(t, d.destroy())
	if keys := w.Keys(w.Bucket()); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}

func TestKeptFileIsDeleted(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	d := drive(t, w)
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
	if keys := w.Keys(w.Bucket()); !slices.Equal(keys, []string{"site/a.js"}) {
		t.Errorf("left: %q", keys)
	}
}

func TestForeignObjectIsTouched(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	d := drive(t, w)
	put(t, w, "site/", "", sse.ModeNone)
	put(t, w, "site/theirs.txt", "x", sse.ModeNone)
	must(t, d.apply(s.args(w, nil)))
	put(t, w, "site/a.js", "written by somebody", sse.ModeAES256)
	o := must(t, d.destroy())
	if keys := w.Keys(w.Bucket()); !slices.Equal(keys, []string{"site/", "site/a.js", "site/theirs.txt"}) {
		t.Errorf("left: %q", keys)
	}
	if !strings.Contains(strings.Join(o.warnings, ""), "site/a.js") {
		t.Errorf("warnings: %q", o.warnings)
	}
}

func TestDriftIsNotShown(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js", "c.js", "d.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	put(t, w, "site/a.js", "tampered", sse.ModeAES256)
	put(t, w, "site/b.js", "content of b.js", sse.ModeNone)
	if err := w.DeleteObject(w.Bucket(), "site/c.js"); err != nil {
		t.Fatal(err)
	}
	var o outcome
	server := d.configured()
	d.refresh(t.Context(), server, &o)
	must(t, o)
	seen := field(d.state, "files")
	if !strings.Contains(seen["site/b.js"], "not encrypted") || seen["site/c.js"] != "" || strings.Contains(seen["site/d.js"], "(") {
		t.Errorf("the refresh shows %v", seen)
	}
	must(t, d.apply(s.args(w, nil)))
	for _, name := range []string{"a.js", "b.js", "c.js", "d.js"} {
		got, is := w.Stored("site/" + name)
		if body, _ := got.Plaintext(sse.CustomerKey{}); !is || got.Mode != sse.ModeAES256 || !bytes.Equal(body, []byte("content of "+name)) {
			t.Errorf("%s is stored as %q, %v", name, body, got.Mode)
		}
	}
	d.mustNoop(s.args(w, nil))
}

func TestLostRecordGivesAWrongVerdict(t *testing.T) {
	t.Parallel()
	for name, private := range map[string][]byte{"lost": nil, "foreign": []byte(`{"record":"eyJ2ZXJzaW9uIjo5fQ=="}`)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			s := newSite(t, "a.js", "b.js")
			d := drive(t, w)
			must(t, d.apply(s.args(w, nil)))
			d.private = private
			d.mustNoop(s.args(w, nil))
			s.write("a.js", "changed")
			must(t, d.apply(s.args(w, nil)))
			d.private = private
			must(t, d.destroy())
			if keys := w.Keys(w.Bucket()); len(keys) > 0 {
				t.Errorf("left behind: %q", keys)
			}
		})
	}
}

func TestMoveLeavesAMomentWithoutTheSite(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "index.html")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	moved := s.args(w, args{"prefix": "www/"})
	from := len(w.Requests())
	calls := since(w, func() { must(t, d.apply(moved)) })
	if calls["PUT"] != 0 || calls["COPY"] != 2 || calls["DELETE"] != 2 {
		t.Errorf("the requests are %v", calls)
	}
	got := order(w, from)
	if len(got) != 4 || got[0] != "PUT www/a.js" || got[1] != "PUT www/index.html" || !strings.HasPrefix(got[2], "DELETE site/") {
		t.Errorf("in the order %q", got)
	}
	d.mustNoop(moved)
	must(t, d.destroy())
	if keys := w.Keys(w.Bucket()); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}

func TestCutOffMoveIsRefusedForEver(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	moved := s.args(w, args{"prefix": "www/"})
	arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "www/b.js"), Times: 1, Kind: cosmock.FaultInternalError})
	o := d.apply(moved)
	if len(o.errors) == 0 || o.state["site/a.js"] == "" || d.text("prefix") != "site/" {
		t.Errorf("%q: %v at %q", o.failed(), o.state, d.text("prefix"))
	}
	calls := since(w, func() { must(t, d.apply(moved)) })
	if calls["COPY"] != 1 {
		t.Errorf("the requests are %v", calls)
	}
	if keys := w.Keys(w.Bucket()); !slices.Equal(keys, []string{"www/a.js", "www/b.js"}) {
		t.Errorf("stored: %q", keys)
	}
}

func TestThrottlingUsesUpAFile(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	d := drive(t, w)
	throttle := func(method, key string) {
		arm(t, w, cosmock.Fault{Match: cosmock.On(method, key), Times: 1, Kind: cosmock.FaultSlowDown})
	}
	throttle("GET", "") // the listing before the create
	throttle("PUT", "site/a.js")
	throttle("HEAD", "site/a.js")
	must(t, d.apply(s.args(w, nil)))
	throttle("GET", "")
	throttle("HEAD", "site/a.js")
	d.mustNoop(s.args(w, nil))
	throttle("DELETE", "site/a.js")
	must(t, d.destroy())
	if keys := w.Keys(w.Bucket()); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}

func arm(t *testing.T, w *acctest.World, f cosmock.Fault) {
	t.Helper()
	if err := w.Arm(f); err != nil {
		t.Fatal(err)
	}
}

func TestPlanReadsFilesInSpiteOfAHash(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	d := drive(t, w)
	hashed := func(hash string) args { return s.args(w, args{"source_hash": hash}) }
	if o := must(t, d.apply(hashed("1"))); o.plan != nil {
		t.Errorf("planned %v", o.plan)
	}
	s.write("a.js", "changed")
	d.mustNoop(hashed("1"))
	must(t, d.apply(hashed("2")))
	if o, _ := w.Stored("site/a.js"); o.Size != 7 {
		t.Errorf("stored with %d bytes", o.Size)
	}
	if err := w.DeleteObject(w.Bucket(), "site/a.js"); err != nil {
		t.Fatal(err)
	}
	must(t, d.apply(hashed("2")))
	if _, is := w.Stored("site/a.js"); !is {
		t.Error("the object that was gone is not written again")
	}
}

func TestDefaultEncryptionIsNotTaken(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	d := drive(t, w)
	bare := s.args(w, args{"server_side_encryption": nil})
	if o := d.apply(bare); !strings.Contains(o.failed(), "No Encryption Declared") {
		t.Errorf("the error is %q", o.failed())
	}
	server := d.configured()
	schema, err := server.GetProviderSchema(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	typ := schema.Provider.ValueType().(tftypes.Object).AttributeTypes["default_encryption"].(tftypes.Object)
	d.settings["default_encryption"] = object(typ, args{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1})
	must(t, d.apply(bare))
	if o, _ := w.Stored("site/a.js"); o.KMSKeyID != acctest.KMSKey1 {
		t.Errorf("stored under %q", o.KMSKeyID)
	}
	d.mustNoop(bare)
}

func TestKeyThatIsLostKeepsADirectoryFromItsDestruction(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	d := drive(t, w)
	d.settings["sse_customer_keys"] = map[string]string{"a": acctest.KeyA}
	named := s.args(w, args{"server_side_encryption": nil, "sse_customer_key_name": "a"})
	must(t, d.apply(named))
	delete(d.settings, "sse_customer_keys")
	d.mustNoop(named)
	must(t, d.destroy())
	if keys := w.Keys(w.Bucket()); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}

func TestForgottenRecordMakesAPlanChange(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js.gz", "b.txt")
	d := drive(t, w)
	rules := s.args(w, args{
		"rules":    []args{{"match": "*.gz", "content_encoding": "gzip"}, {"match": "b.*", "content_type": "text/markdown"}},
		"metadata": map[string]string{"owner": "me"}, "storage_class": "STANDARD_IA",
	})
	must(t, d.apply(rules))
	if o, _ := w.Stored("site/a.js.gz"); !strings.Contains(o.Header.Get("Content-Type"), "javascript") || o.Class != "STANDARD_IA" {
		t.Errorf("stored as %v, %s", o.Header, o.Class)
	}
	d.mustNoop(rules)
	d.private = nil
	d.mustNoop(rules)
}

func TestRefreshAsksForEachFile(t *testing.T) {
	t.Parallel()
	var clock serverClock
	w := acctest.New(t, clock.option)
	s := newSite(t)
	for i := range 100 {
		s.write(fmt.Sprintf("%03d.js", i), "x")
	}
	d := drive(t, w)
	calls := since(w, func() { must(t, d.apply(s.args(w, nil))) })
	if calls["LIST"] != 1 || calls["HEAD"] != 100 || calls["PUT"] != 100 {
		t.Errorf("the create does %v", calls)
	}
	clock.forward(5 * time.Second) // what is younger, a listing does not prove
	calls = since(w, func() { d.mustNoop(s.args(w, nil)) })
	if calls["LIST"] != 1 || calls["HEAD"] != 0 {
		t.Errorf("the plan does %v", calls)
	}
	s.write("007.js", "y")
	calls = since(w, func() { must(t, d.apply(s.args(w, nil))) })
	if calls["HEAD"] != 2 || calls["GET ?acl"] != 1 || calls["PUT"] != 1 {
		t.Errorf("a changed file does %v", calls)
	}
	calls = since(w, func() { must(t, d.destroy()) })
	if calls["DELETE"] != 100 || calls["HEAD"] > 2 {
		t.Errorf("the destruction does %v", calls)
	}
}

func TestSubfolderThatCannotBeReadMeansRemoved(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	w := acctest.New(t)
	s := newSite(t, "a.js", "sub/b.js")
	d := drive(t, w)
	must(t, d.apply(s.args(w, nil)))
	sub := filepath.Join(s.dir, "sub")
	if err := os.Chmod(sub, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(sub, 0o700) })
	if o := d.apply(s.args(w, nil)); len(o.errors) == 0 || len(o.state) != 2 {
		t.Errorf("%+v", o)
	}
}

func TestBadArguments(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js")
	for name, c := range map[string]struct {
		args args
		want string
	}{
		"a pattern that does not parse": {args{"include": []string{"[a"}}, "Invalid Pattern"},
		"a pattern from the root":       {args{"exclude": []string{"/a"}}, "Invalid Pattern"},
		"a rule's pattern":              {args{"rules": []args{{"match": "[", "cache_control": "x"}}}, "Invalid Pattern"},
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
	if keys := w.Keys(w.Bucket()); !slices.Equal(keys, []string{"sitea.js"}) {
		t.Errorf("stored: %q", keys)
	}
}

func TestLostAnswerCountsAsFailure(t *testing.T) {
	t.Parallel()
	for _, kind := range []cosmock.FaultKind{cosmock.FaultResetAfter, cosmock.FaultTruncate, cosmock.FaultInternalErrorAfter} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			s := newSite(t, "a.js", "b.js")
			d := drive(t, w)
			d.settings["max_retries"] = 3
			arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "site/a.js"), Times: 1, Kind: kind})
			must(t, d.apply(s.args(w, nil)))
			d.mustNoop(s.args(w, nil))
		})
	}
}
