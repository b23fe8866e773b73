package directory_test

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// A replacement at the same place changes only the state: nothing is uploaded again, and the objects exist at all
// times.
//
// With our runner: -replace is an option of the CLI.
func TestAccReplacementUploadsAgain(t *testing.T) {
	t.Parallel()
	const address = "cos_encrypted_directory.test"
	for name, again := range map[string]func(w *acctest.Workspace) []string{
		"-replace": func(*acctest.Workspace) []string { return []string{"-replace=" + address} },
		"tainted": func(w *acctest.Workspace) []string {
			if r := w.Run("taint", address); r.Code != 0 {
				t.Errorf("taint: %s", r.Output())
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, ws := acctest.New(t), acctest.NewWorkspace(t)
			s := newSite(t, "a.js", "b.js", "c.js", "d.js", "e.js", "f.js", "g.js", "h.js", "index.html")
			ws.Config(s.config(w, plain))
			ws.Apply()
			s.write("a.js", "changed")
			s.remove("b.js")
			s.write("new.js", "new")
			args := again(ws)
			var out string
			calls := since(w, func() { out = ws.Apply(args...).Output() })
			if !strings.Contains(out, "destroy and then create replacement") {
				t.Errorf("no replacement was planned: %s", out)
			}
			if calls["PUT"] != 2 || calls["DELETE"] != 1 || calls["COPY"] != 0 {
				t.Errorf("the requests are %v", calls)
			}
			stored(t, w, "site/a.js", "site/c.js", "site/d.js", "site/e.js", "site/f.js", "site/g.js", "site/h.js", "site/index.html", "site/new.js")
			ws.EmptyPlan()
			again(ws)
			ws.Destroy()
			stored(t, w)
		})
	}
}

// The next apply keeps what a failed create has stored.
//
// With our runner: the apply after the failure depends on the taint that the CLI sets.
func TestAccFailedCreateStartsAgain(t *testing.T) {
	t.Parallel()
	w, ws := acctest.New(t), acctest.NewWorkspace(t)
	s := newSite(t, "a.js", "b.js", "c.js", "d.js", "e.js", "f.js", "g.js", "h.js", "i.js")
	arm(t, w, cosmock.Fault{Match: cosmock.On("PUT", "site/c.js"), Times: -1, Kind: cosmock.FaultDropEncryption})
	ws.Config(s.config(w, plain))
	if r := ws.Fail("apply", "-auto-approve"); !strings.Contains(r.Text(), "tainted") || !strings.Contains(r.Text(), "terraform untaint") {
		t.Errorf("it says: %s", r.Output())
	}
	calls := since(w, func() { ws.Fail("apply", "-auto-approve") }) // the replacement fails as well, without losing anything
	if calls["PUT"] != 1 || len(w.Keys(w.Bucket())) != 8 {
		t.Errorf("the requests are %v, stored: %q", calls, w.Keys(w.Bucket()))
	}
	w.Disarm()
	calls = since(w, func() { ws.Apply() })
	if calls["PUT"] != 1 || calls["DELETE"] != 0 || len(w.Keys(w.Bucket())) != 9 {
		t.Errorf("the requests are %v, stored: %q", calls, w.Keys(w.Bucket()))
	}
	ws.EmptyPlan()
	ws.Destroy()
	stored(t, w)
}

// If the replacement fails before it does anything, the objects stay managed.
//
// With our runner: -replace is an option of the CLI, and the state is read after the failure.
func TestAccRefusedReplacementForgetsTheObjects(t *testing.T) {
	t.Parallel()
	w, ws := acctest.New(t), acctest.NewWorkspace(t)
	s := newSite(t, "a.js", "b.js")
	ws.Config(s.config(w, plain))
	ws.Apply()
	put(t, w, "site/c.js", "somebody's", "AES256")
	s.write("c.js", "ours")
	if r := ws.Fail("apply", "-auto-approve", "-replace=cos_encrypted_directory.test"); !strings.Contains(r.Text(), "Objects Exist Already") {
		t.Errorf("it says: %s", r.Output())
	}
	stored(t, w, "site/a.js", "site/b.js", "site/c.js")
	s.remove("c.js")
	ws.Apply()
	ws.EmptyPlan()
	ws.Destroy()
	stored(t, w, "site/c.js")
}

// A replacement at another address takes over nothing.
//
// With our runner: -replace is an option of the CLI.
func TestAccReplacementAtAnotherPlaceLeavesTheOldOne(t *testing.T) {
	t.Parallel()
	w, ws := acctest.New(t), acctest.NewWorkspace(t)
	s := newSite(t, "a.js", "b.js")
	ws.Config(s.config(w, plain))
	ws.Apply()
	ws.Config(strings.Replace(s.config(w, plain), `prefix = "site/"`, `prefix = "www/"`, 1))
	ws.Apply("-replace=cos_encrypted_directory.test")
	stored(t, w, "www/a.js", "www/b.js")
	ws.EmptyPlan()
	ws.Destroy()
	stored(t, w)
}

// A resource that depends on a directory imposes its create_before_destroy on it. Without existing, the error names
// that cause, and the files stay.
//
// With our runner: -replace is an option of the CLI.
func TestAccDependentCreatesFirst(t *testing.T) {
	t.Parallel()
	w, ws := acctest.New(t), acctest.NewWorkspace(t)
	s := newSite(t, "a.js")
	user := "resource \"terraform_data\" \"user\" {\n  input = cos_encrypted_directory.test.digest\n  lifecycle {\n    create_before_destroy = true\n  }\n}\n"
	ws.Config(s.config(w, plain), user)
	ws.Apply()
	r := ws.Fail("apply", "-auto-approve", "-replace=cos_encrypted_directory.test")
	for _, part := range []string{"Objects Exist Already", "create_before_destroy", "a resource that depends on this one"} {
		if !strings.Contains(r.Text(), part) {
			t.Errorf("it does not say %q: %s", part, r.Text())
		}
	}
	stored(t, w, "site/a.js")
	ws.EmptyPlan()
	ws.Config(s.config(w, plain, `existing = "adopt_identical"`), user)
	ws.Apply("-replace=cos_encrypted_directory.test")
	stored(t, w, "site/a.js")
	ws.EmptyPlan()
}

// With create_before_destroy, the successor takes over or replaces the objects at the same place. The predecessor then
// deletes only what the successor does not have.
//
// With our runner: -replace and taint are the CLI's, and only a whole run creates before it destroys.
func TestAccReplacementCreatesFirst(t *testing.T) {
	t.Parallel()
	const address = "cos_encrypted_directory.test"
	for name, tc := range map[string]struct {
		existing string
		again    func(w *acctest.Workspace) []string
		puts     int
	}{
		"taken over":        {"adopt_identical", func(*acctest.Workspace) []string { return []string{"-replace=" + address} }, 1},
		"replaced":          {"overwrite", func(*acctest.Workspace) []string { return []string{"-replace=" + address} }, 2},
		"tainted, replaced": {"overwrite", func(w *acctest.Workspace) []string { w.Run("taint", address); return nil }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, ws := acctest.New(t), acctest.NewWorkspace(t)
			s := newSite(t, "a.js", "b.js", "index.html")
			ws.Config(s.config(w, plain, "existing = "+acctest.Quote(tc.existing), "lifecycle {\n    create_before_destroy = true\n  }"))
			ws.Apply()
			s.remove("b.js")
			s.write("new.js", "new")
			if tc.existing == "overwrite" {
				s.write("a.js", "changed")
			}
			args := tc.again(ws)
			var out string
			calls := since(w, func() { out = ws.Apply(args...).Output() })
			if !strings.Contains(out, "create replacement and then destroy") {
				t.Errorf("no such replacement was planned: %s", out)
			}
			if calls["PUT"] != tc.puts || calls["DELETE"] != 1 {
				t.Errorf("the requests are %v", calls)
			}
			stored(t, w, "site/a.js", "site/index.html", "site/new.js")
			ws.EmptyPlan()
			ws.Destroy()
			stored(t, w)
		})
	}
}
