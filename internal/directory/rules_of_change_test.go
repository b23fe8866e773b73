package directory_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestRotationMovesBodies(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js", "b.html")
	d.settings["sse_customer_keys"] = map[string]string{"a": acctest.KeyA, "b": acctest.KeyB}
	must(t, d.apply(s.args(w, nil)))
	for _, to := range []args{
		{"server_side_encryption": "cos/kms", "sse_kms_key_id": acctest.KMSKey1},
		{"server_side_encryption": nil, "sse_customer_key_name": "a"},
		{"server_side_encryption": nil, "sse_customer_key_name": "b"},
		{"server_side_encryption": nil, "sse_customer_key_wo": acctest.KeyA},
		{"server_side_encryption": nil, "sse_customer_key_name": "b"},
		{"metadata": map[string]string{"owner": "me"}}, // from a named key to AES256
	} {
		sends(t, w, func() { must(t, d.apply(s.args(w, to))) }, requests{"PUT": 0, "COPY": 2})
		d.mustNoop(s.args(w, to))
	}
	for _, key := range []string{"site/a.js", "site/b.html"} {
		if o, _ := w.Stored(key); o.Mode != sse.ModeAES256 || o.Header.Get("X-Cos-Meta-Owner") != "me" {
			t.Errorf("%s is stored as %v %v", key, o.Mode, o.Header)
		}
	}
}

// A source_hash that is as it was keeps the files, and not their encryption.
func TestRotationUnderTheSameHash(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js", "b.html")
	d.settings["sse_customer_keys"] = map[string]string{"a": acctest.KeyA}
	must(t, d.apply(s.args(w, args{"source_hash": "1", "server_side_encryption": nil, "sse_customer_key_name": "a"})))
	to := s.args(w, args{"source_hash": "1"})
	sends(t, w, func() { must(t, d.apply(to)) }, requests{"PUT": 0, "COPY": 2})
	if o, _ := w.Stored("site/a.js"); o.Mode != sse.ModeAES256 {
		t.Errorf("stored as %v", o.Mode)
	}
	d.mustNoop(to)
}

func TestHeaderOfALostRuleStays(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js", "b.html")
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
	w, s, d := applied(t, "a.js", "b.js", "c.js")
	rules := s.args(w, args{"rules": []args{{"match": "**", "cache_control": "no-cache"}}})
	arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "site/b.js"), Times: 1, Kind: cosmock.FaultInternalError})
	o := d.apply(rules)
	if !strings.Contains(o.failed(), "site/b.js") || strings.Contains(o.failed(), "site/a.js") {
		t.Errorf("the error is %q", o.failed())
	}
	if !strings.Contains(o.state["site/b.js"], "(") || strings.Contains(o.state["site/a.js"], "(") {
		t.Errorf("the state is %v", o.state)
	}
	sends(t, w, func() { must(t, d.apply(rules)) }, requests{"COPY": 1})
	d.mustNoop(rules)
}

func TestRenamedFolderIsUploadedAgain(t *testing.T) {
	t.Parallel()
	w, s, d := applied(t, "old/a.js", "old/b.js")
	rename(t, filepath.Join(s.dir, "old"), filepath.Join(s.dir, "new"))
	sends(t, w, func() { must(t, d.apply(s.args(w, nil))) }, requests{"PUT": 0, "COPY": 2, "DELETE": 2})
	d.mustNoop(s.args(w, nil))
}

func TestDriftIsNotShown(t *testing.T) {
	t.Parallel()
	w, s, d := applied(t, "a.js", "b.js", "c.js", "d.js")
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

func TestMoveLeavesAMomentWithoutTheSite(t *testing.T) {
	t.Parallel()
	w, s, d := applied(t, "a.js", "index.html")
	moved := s.args(w, args{"prefix": "www/"})
	from := len(w.Requests())
	sends(t, w, func() { must(t, d.apply(moved)) }, requests{"PUT": 0, "COPY": 2, "DELETE": 2})
	got := order(w, from)
	if len(got) != 4 || got[0] != "PUT www/a.js" || got[1] != "PUT www/index.html" || !strings.HasPrefix(got[2], "DELETE site/") {
		t.Errorf("in the order %q", got)
	}
	d.mustNoop(moved)
	must(t, d.destroy())
	stores(t, w)
}

func TestCutOffMoveIsRefusedForEver(t *testing.T) {
	t.Parallel()
	w, s, d := applied(t, "a.js", "b.js")
	moved := s.args(w, args{"prefix": "www/"})
	arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "www/b.js"), Times: 1, Kind: cosmock.FaultInternalError})
	o := d.apply(moved)
	if len(o.errors) == 0 || o.state["site/a.js"] == "" || d.text("prefix") != "site/" {
		t.Errorf("%q: %v at %q", o.failed(), o.state, d.text("prefix"))
	}
	sends(t, w, func() { must(t, d.apply(moved)) }, requests{"COPY": 1})
	stores(t, w, "www/a.js", "www/b.js")
}

func TestForgottenRecordMakesAPlanChange(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js.gz", "b.txt")
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

func TestPlanReadsFilesInSpiteOfAHash(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js")
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

func TestRefreshAsksForEachFile(t *testing.T) {
	t.Parallel()
	var clock serverClock
	w := acctest.New(t, clock.option)
	s := newSite(t)
	for i := range 100 {
		s.write(fmt.Sprintf("%03d.js", i), "x")
	}
	d := drive(t, w)
	sends(t, w, func() { must(t, d.apply(s.args(w, nil))) }, requests{"LIST": 1, "HEAD": 100, "PUT": 100})
	clock.forward(5 * time.Second) // what is younger, a listing does not prove
	sends(t, w, func() { d.mustNoop(s.args(w, nil)) }, requests{"LIST": 1, "HEAD": 0})
	s.write("007.js", "y")
	sends(t, w, func() { must(t, d.apply(s.args(w, nil))) }, requests{"HEAD": 2, "GET ?acl": 1, "PUT": 1})
	calls := since(w, func() { must(t, d.destroy()) })
	if calls["DELETE"] != 100 || calls["HEAD"] > 2 {
		t.Errorf("the destruction does %v", calls)
	}
}
