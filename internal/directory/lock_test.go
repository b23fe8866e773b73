package directory_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// lockable returns a driver for a bucket with object lock, and a site of two
// files. Runs are a minute apart, so that listings are reliable.
func lockable(t *testing.T, options ...func(*cosmock.Options)) (s site, d *driver, run func(args) outcome) {
	t.Helper()
	clock := &serverClock{}
	w := acctest.New(t, append(options, clock.option)...)
	if err := w.EnableObjectLock(w.Bucket(), 0); err != nil {
		t.Fatal(err)
	}
	s, d = newSite(t, "a.txt", "b.txt"), drive(t, w)
	return s, d, func(more args) outcome {
		t.Helper()
		clock.forward(time.Minute)
		w.ResetRequests()
		return d.apply(s.args(w, more))
	}
}

func inHours(n int) string {
	return time.Now().UTC().Truncate(time.Second).Add(time.Duration(n) * time.Hour).Format(time.RFC3339)
}

// sent compares the requests of a run, counted by method and subresource.
func (d *driver) sent(want map[string]int) {
	d.t.Helper()
	got := map[string]int{}
	for _, r := range d.w.Requests() {
		got[strings.TrimSpace(r.Method+" "+r.Subresource)]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		d.t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// locks checks the locks of objects of the site.
func (d *driver) locks(until string, held bool, keys ...string) {
	d.t.Helper()
	for _, key := range keys {
		o, there := d.w.Stored("site/" + key)
		at := ""
		if !o.RetainUntil.IsZero() {
			at = o.RetainUntil.UTC().Format(time.RFC3339)
		}
		if !there || at != until || o.LegalHold != held {
			d.t.Errorf("%s: there is an object: %v, retained until %q, held: %v", key, there, at, o.LegalHold)
		}
	}
}

// refused expects a run to fail as its plan warned, with no more requests than a
// refresh sends.
func refused(t *testing.T, d *driver, o outcome, says ...string) {
	t.Helper()
	for _, text := range [][]string{o.errors, o.warnings} {
		if !slices.ContainsFunc(text, func(one string) bool {
			return !slices.ContainsFunc(says, func(part string) bool { return !strings.Contains(one, part) })
		}) {
			t.Errorf("%q is not said in %q", says, text)
		}
	}
	if !strings.Contains(o.failed(), "Nothing was sent") {
		t.Errorf("failed with %s", o.failed())
	}
	for _, r := range d.w.Requests() {
		if r.Method != "GET" && r.Method != "HEAD" {
			t.Errorf("sent %s %s ?%s", r.Method, r.Key, r.Subresource)
		}
	}
}

func TestRetentionOfADirectory(t *testing.T) {
	t.Parallel()
	s, d, run := lockable(t)
	one, two, three := inHours(1), inHours(2), inHours(3)
	must(t, run(args{"retain_until": one}))
	d.sent(map[string]int{"GET": 1, "PUT": 2, "HEAD": 2})
	d.locks(one, false, "a.txt", "b.txt")

	// A retention cannot be shortened, so a verified one needs no further
	// requests.
	if o := must(t, run(args{"retain_until": one})); !o.noop {
		t.Errorf("planned %v", o.plan)
	}
	d.sent(map[string]int{"GET": 1})
	must(t, run(args{"retain_until": two}))
	d.sent(map[string]int{"GET": 1, "PUT retention": 2, "GET retention": 2})
	d.locks(two, false, "a.txt", "b.txt")
	refused(t, d, run(args{"retain_until": one}), "Retention Cannot Be Shortened", two, one)

	s.write("c.txt", "a new file")
	must(t, run(args{"retain_until": two}))
	d.locks(two, false, "a.txt", "b.txt", "c.txt")
	s.write("a.txt", "changed")
	refused(t, d, run(args{"retain_until": two}), "Files Locked", `"site/a.txt"`, two)
	s.write("a.txt", "content of a.txt")
	refused(t, d, run(args{"retain_until": two, "server_side_encryption": "cos/kms"}), "Files Locked", "3 objects", two)
	refused(t, d, run(args{"retain_until": two, "prefix": "www/"}), "Files Locked", "3 objects", two)
	s.remove("c.txt")
	refused(t, d, run(args{"retain_until": two}), "Files Locked", `"site/c.txt"`, `removed_files = "keep"`)
	must(t, run(args{"retain_until": two, "removed_files": "next_apply"}))
	s.write("d.txt", "another new file")
	must(t, run(args{"retain_until": two, "removed_files": "next_apply"})) // c.txt stays retired while it is locked
	stored(t, d.w, "site/a.txt", "site/b.txt", "site/c.txt", "site/d.txt")

	// An extension by another client is neither reported nor a problem.
	if err := d.w.LockObject(d.w.Bucket(), "site/a.txt", time.Now().Add(4*time.Hour)); err != nil {
		t.Fatal(err)
	}
	must(t, run(args{"retain_until": three, "removed_files": "next_apply"}))
	d.locks(three, false, "b.txt", "d.txt")

	o := must(t, run(args{"removed_files": "next_apply"}))
	if !slices.ContainsFunc(o.warnings, func(w string) bool { return strings.Contains(w, "Retention Is Kept") && strings.Contains(w, three) }) {
		t.Errorf("warned of %q", o.warnings)
	}
	d.w.ResetRequests()
	refused(t, d, d.destroy(), "4 objects are locked", "lifecycle { destroy = false }")
	stored(t, d.w, "site/a.txt", "site/b.txt", "site/c.txt", "site/d.txt")
	must(t, run(args{"removed_files": "next_apply", "deletion_policy": "abandon"}))
	must(t, d.destroy())
	stored(t, d.w, "site/a.txt", "site/b.txt", "site/c.txt", "site/d.txt")
}

func TestLegalHoldOfADirectory(t *testing.T) {
	t.Parallel()
	s, d, run := lockable(t)
	must(t, run(args{"legal_hold": true}))
	d.locks("", true, "a.txt", "b.txt")
	if o := must(t, run(args{"legal_hold": true})); !o.noop {
		t.Errorf("planned %v", o.plan)
	}
	d.sent(map[string]int{"GET": 1, "GET legal-hold": 2})
	s.write("a.txt", "changed")
	refused(t, d, run(args{"legal_hold": true}), "Files Locked", `"site/a.txt"`, "legal_hold = false")
	s.write("a.txt", "content of a.txt")

	if err := d.w.HoldObject(d.w.Bucket(), "site/b.txt", false); err != nil { // drift
		t.Fatal(err)
	}
	o := must(t, run(args{"legal_hold": true}))
	d.sent(map[string]int{"GET": 1, "GET legal-hold": 3, "PUT legal-hold": 1})
	d.locks("", true, "a.txt", "b.txt")
	if o.noop {
		t.Error("nothing was planned")
	}

	// The hold is lifted before a file is written or removed.
	s.write("a.txt", "changed")
	s.remove("b.txt")
	must(t, run(args{"legal_hold": false}))
	d.locks("", false, "a.txt")
	stored(t, d.w, "site/a.txt")
	must(t, run(args{"legal_hold": true}))
	o = must(t, run(nil))
	if !slices.ContainsFunc(o.warnings, func(w string) bool { return strings.Contains(w, "Legal Hold Is Kept") }) {
		t.Errorf("warned of %q", o.warnings)
	}
	must(t, run(args{"legal_hold": false}))
	must(t, d.destroy())
	stored(t, d.w)
}

// Existing objects with the same bytes are locked without being written.
func TestDirectoryLocksWhatItAdopts(t *testing.T) {
	t.Parallel()
	for name, hides := range map[string]bool{"HEAD tells locks": false, "HEAD does not": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, d, run := lockable(t, func(o *cosmock.Options) { o.Undocumented.HeadHidesLock = hides })
			one := inHours(1)
			for _, name := range []string{"a.txt", "b.txt"} {
				if err := d.w.PutObject(d.w.Bucket(), "site/"+name, cosmock.NewObject{Body: strings.NewReader("content of " + name), Mode: sse.ModeAES256, Header: map[string][]string{"Content-Type": {content.GuessType(name)}}}); err != nil {
					t.Fatal(err)
				}
			}
			if err := d.w.LockObject(d.w.Bucket(), "site/a.txt", time.Now().Add(5*time.Hour)); err != nil {
				t.Fatal(err)
			}
			must(t, run(args{"retain_until": one, "legal_hold": true, "existing": "adopt_identical"}))
			for _, r := range d.w.Requests() {
				if r.Method == "PUT" && r.Subresource == "" {
					t.Errorf("sent %s %s", r.Method, r.Key)
				}
			}
			d.locks(one, true, "b.txt")
			if o, _ := d.w.Stored("site/a.txt"); !o.LegalHold || time.Until(o.RetainUntil) < 4*time.Hour {
				t.Errorf("a.txt is retained until %v, held: %v", o.RetainUntil, o.LegalHold)
			}
			if o := must(t, run(args{"retain_until": one, "legal_hold": true, "existing": "adopt_identical"})); !o.noop {
				t.Errorf("planned %v", o.plan)
			}
		})
	}
}

// Locks are refused in a bucket without object lock and with a date in the past.
func TestLockOfADirectoryRefused(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		unlocked, ignored bool
		more              args
		says              []string
	}{
		"in the past":         {more: args{"retain_until": "2020-01-01T00:00:00Z"}, says: []string{"Retention Is Over", "in the past"}},
		"not in UTC":          {more: args{"retain_until": "2120-01-01T00:00:00+08:00"}, says: []string{"Invalid Time", "UTC"}},
		"no lock":             {unlocked: true, more: args{"retain_until": "2120-01-01T00:00:00Z"}, says: []string{"NoSuchObjectLockConfiguration", "Turn object lock on"}},
		"no lock, and silent": {unlocked: true, ignored: true, more: args{"retain_until": "2120-01-01T00:00:00Z", "legal_hold": true}, says: []string{"retention: asked for", "legal hold: asked for, found none", "deleted again"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, d, run := lockable(t, func(o *cosmock.Options) { o.Undocumented.LockIgnored = tc.ignored })
			if tc.unlocked {
				if err := d.w.DisableObjectLock(d.w.Bucket()); err != nil {
					t.Fatal(err)
				}
			}
			o := run(tc.more)
			for _, part := range tc.says {
				if !strings.Contains(o.failed(), part) {
					t.Errorf("%q is not said in %s", part, o.failed())
				}
			}
			stored(t, d.w)
		})
	}
}

// In a bucket with versioning, a write creates a new version and keeps the locked
// one.
func TestLockOfADirectoryWithVersions(t *testing.T) {
	t.Parallel()
	s, d, run := lockable(t, func(o *cosmock.Options) { o.Undocumented.LockWithVersioning = true })
	if err := d.w.SetVersioning(d.w.Bucket(), cosmock.VersioningEnabled); err != nil {
		t.Fatal(err)
	}
	one := inHours(1)
	must(t, run(args{"retain_until": one}))
	s.write("a.txt", "changed")
	must(t, run(args{"retain_until": one}))
	d.locks(one, false, "a.txt", "b.txt")
	if n := d.w.Versions(t, "site/a.txt"); n != 2 {
		t.Errorf("there are %d versions", n)
	}
	if o := must(t, run(args{"retain_until": one})); !o.noop {
		t.Error(fmt.Sprint(o.plan))
	}
}
