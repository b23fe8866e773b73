package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func TestPageGoesBeforeWhatItLinksTo(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.html", "sw.js", "z.css")
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
	stores(t, w, "site/b.js")
}

func TestIdenticalObjectsAreUploadedAgain(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.js")
	put(t, w, "site/a.js", "content of a.js", sse.ModeNone) // as a plain tool has left it
	d := drive(t, w)
	sends(t, w, func() { must(t, d.apply(s.args(w, args{"existing": "adopt_identical"}))) }, requests{"PUT": 1, "COPY": 1})
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

func TestFailedCreateLosesWhatIsStored(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js", "b.js", "index.html")
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
	sends(t, w, func() { must(t, d.apply(s.args(w, nil))) }, requests{"PUT": 2})
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
	w, s, d := fresh(t, "a.js", "b.js", "c.js")
	arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "site/b.js"), Times: 1, Kind: cosmock.FaultDropEncryption})
	o := d.apply(s.args(w, nil))
	if !strings.Contains(o.failed(), "site/b.js") || len(o.state) != 2 {
		t.Errorf("%v: %q", o.state, o.failed())
	}
	stores(t, w, "site/a.js", "site/c.js")
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
			w, s, d := fresh(t, "a.js", "b.js")
			o := d.apply(s.args(w, nil), func() { change(s) })
			if !strings.Contains(o.failed(), ".js") || len(w.Keys(w.Bucket())) != 0 || !d.state.IsNull() {
				t.Errorf("stored %q: %q", w.Keys(w.Bucket()), o.failed())
			}
		})
	}
}

func TestThrottlingUsesUpAFile(t *testing.T) {
	t.Parallel()
	w, s, d := fresh(t, "a.js")
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
	stores(t, w)
}

func TestLostAnswerCountsAsFailure(t *testing.T) {
	t.Parallel()
	for _, kind := range []cosmock.FaultKind{cosmock.FaultResetAfter, cosmock.FaultTruncate, cosmock.FaultInternalErrorAfter} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w, s, d := fresh(t, "a.js", "b.js")
			d.settings["max_retries"] = 3
			arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "site/a.js"), Times: 1, Kind: kind})
			must(t, d.apply(s.args(w, nil)))
			d.mustNoop(s.args(w, nil))
		})
	}
}
