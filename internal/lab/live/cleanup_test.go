package main

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// A run removes everything that it wrote and nothing else, no matter how it ends. TestBucketStates has the runs in which
// all goes well.
func TestCleanUp(t *testing.T) {
	states := map[string]string{"versioning never set": "", "versioning enabled": cosmock.VersioningEnabled, "versioning suspended": cosmock.VersioningSuspended}
	for name, tc := range map[string]struct {
		lag   time.Duration                                // of listings
		spoil func(*testing.T, *world, context.CancelFunc) // what goes wrong
		says  string                                       // expected in the error
	}{
		"a listing that lags": {
			lag: 200 * time.Millisecond,
		},
		"interrupted": {
			spoil: func(_ *testing.T, w *world, cancel context.CancelFunc) {
				w.answers(cancelAt(cancel, http.MethodPut, "/"+w.prefix+"questions/11c/"))
			},
			says: "interrupted",
		},
		"interrupted, and a listing that lags": {
			lag: 200 * time.Millisecond,
			spoil: func(_ *testing.T, w *world, cancel context.CancelFunc) {
				w.answers(cancelAt(cancel, http.MethodPut, "/"+w.prefix+"questions/11c/"))
			},
			says: "interrupted",
		},
		"answers that get lost": {
			spoil: func(t *testing.T, w *world, _ context.CancelFunc) {
				w.arms(t, http.MethodPut, cosmock.FaultResetAfter, 10)
			},
			says: "10 questions got no answer",
		},
		"deletions that fail at first": {
			spoil: func(_ *testing.T, w *world, _ context.CancelFunc) {
				w.answers(refuses(3, func(r *http.Request) bool {
					return r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/questions/1a/")
				}))
			},
		},
		"listings that fail at first": {
			spoil: func(_ *testing.T, w *world, _ context.CancelFunc) {
				// Refuse the cleanup's request, not that of mayCleanUp, for one round.
				seen := 0
				w.answers(refuses(-1, func(r *http.Request) bool {
					if r.Method == http.MethodGet && r.URL.Query().Has("uploads") {
						seen++
						return seen == 2
					}
					return false
				}))
			},
		},
	} {
		for state, versioning := range states {
			t.Run(name+", "+state, func(t *testing.T) {
				t.Parallel()
				clock := newClock()
				w := newWorld(t, clock.options, func(o *cosmock.Options) { o.ListingLag = tc.lag })
				clock.rules(w)
				w.patience = time.Millisecond
				if versioning != "" {
					if err := w.SetVersioning(w.Bucket(), versioning); err != nil {
						t.Fatal(err)
					}
				}
				w.sows(t)
				clock.forward(tc.lag)
				before := w.contents(t)
				w.ResetRequests()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if tc.spoil != nil {
					tc.spoil(t, w, cancel)
				}
				err := w.runs(t, ctx, nil)
				if tc.says == "" && err != nil || tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)) {
					t.Errorf("the error is %v", err)
				}
				clock.forward(tc.lag)
				if diff := cmp.Diff(before, w.contents(t)); diff != "" {
					t.Errorf("what the bucket holds (-before +after):\n%s", diff)
				}
				w.onlyBelowThePrefix(t)
				w.nothingLeft(t)
			})
		}
	}
}

// If COS does not say whether an object exists, cleanUp does not report success.
func TestCleanUpUnknown(t *testing.T) {
	for name, versioning := range map[string]string{"versioning never set": "", "versioning enabled": cosmock.VersioningEnabled} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if versioning != "" {
				if err := w.SetVersioning(w.Bucket(), versioning); err != nil {
					t.Fatal(err)
				}
			}
			w.answers(refuses(-1, func(r *http.Request) bool {
				return r.Method == http.MethodHead && r.URL.Path == "/"+w.prefix+"questions/1a/object"
			}))
			err := w.runs(t, t.Context(), nil)
			if err == nil || !strings.Contains(err.Error(), "questions/1a/object: 403: whether it is there is not known") {
				t.Errorf("the error is %v", err)
			}
			if left := w.contents(t); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// The error names what cannot be removed, and where it is.
func TestCleanUpRefused(t *testing.T) {
	w := newWorld(t)
	w.answers(refuses(-1, func(r *http.Request) bool {
		return r.Method == http.MethodDelete && strings.HasPrefix(r.URL.Path, "/"+w.prefix+"questions/1a/")
	}))
	err := w.runs(t, t.Context(), nil)
	for _, want := range []string{"something may be left in the bucket " + w.Bucket() + " below " + w.prefix, "403 AccessDenied", "questions/1a/object"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, without %q", err, want)
		}
	}
	if !strings.Contains(w.out.String(), "**Something may be left below "+w.prefix) || strings.Contains(w.out.String(), "Nothing is left") {
		t.Errorf("the report does not tell:\n%s", w.out.String())
	}
	if diff := cmp.Diff([]string{w.prefix + "questions/1a/object"}, w.Keys(w.Bucket())); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

// Nothing is written if it is already clear that nothing could be removed.
func TestNothingWritten(t *testing.T) {
	query := func(name string) func(*http.Request) bool {
		return func(r *http.Request) bool { return r.URL.Query().Has(name) }
	}
	for name, tc := range map[string]struct {
		versioning string
		refuse     func(*http.Request) bool
		lock       bool
		says       string
	}{
		"no versioning to be read": {refuse: query("versioning"), says: "name/cos:GetBucketVersioning"},
		"no listing":               {refuse: func(r *http.Request) bool { return r.URL.RawQuery != "" && strings.HasPrefix(r.URL.RawQuery, "prefix") }, says: "name/cos:GetBucket "},
		"no listing of versions":   {versioning: cosmock.VersioningEnabled, refuse: query("versions"), says: "name/cos:GetBucketObjectVersions"},
		"no listing of uploads":    {refuse: query("uploads"), says: "name/cos:ListMultipartUploads"},
		"no deletion":              {refuse: func(r *http.Request) bool { return r.Method == http.MethodDelete }, says: "name/cos:DeleteObject"},
		"no deletion of a version": {versioning: cosmock.VersioningSuspended, refuse: query("versionId"), says: "name/cos:DeleteObject"},
		"no look at an object":     {refuse: func(r *http.Request) bool { return r.Method == http.MethodHead }, says: "name/cos:HeadObject"},
		"no abortion of an upload": {refuse: query("uploadId"), says: "name/cos:AbortMultipartUpload"},
		"an object lock":           {lock: true, says: "object lock"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if tc.versioning != "" {
				if err := w.SetVersioning(w.Bucket(), tc.versioning); err != nil {
					t.Fatal(err)
				}
			}
			w.answers(func(r *http.Request) *http.Response {
				switch {
				case tc.lock && r.URL.Query().Has("object-lock"):
					return document("<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>")
				case tc.refuse != nil && tc.refuse(r):
					return refusal(403, "AccessDenied", "Access Denied.")
				}
				return nil
			})
			err := w.runs(t, t.Context(), nil)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("the error is %v", err)
			}
			for _, r := range w.Requests() {
				if r.Method == http.MethodPut || r.Method == http.MethodPost {
					t.Errorf("something was written: %+v", r)
				}
			}
			if w.out.Len() > 0 {
				t.Errorf("there is a report of nothing:\n%s", w.out.String())
			}
		})
	}
}

// policy.json grants exactly the needed actions: without any of them, a run stops or gets a different answer.
func TestPolicy(t *testing.T) {
	text, err := os.ReadFile("policy.json")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := map[string]string{
		"name/cos:GetObjectACL":     "the copies of the provider, which this does without, keep the ACL",
		"name/cos:PutObjectCopy":    "the server in the box takes a copy for a PutObject by default",
		"name/cos:PutObjectTagging": "the server in the box has no need of it for tags in the headers of a PUT",
	}
	for _, action := range regexp.MustCompile(`name/cos:\w+`).FindAllString(string(text), -1) {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if action == "name/cos:GetBucketObjectVersions" { // this bucket is unversioned
				if err := w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled); err != nil {
					t.Fatal(err)
				}
			}
			w.mayOnly(t, action)
			err := w.runs(t, t.Context(), nil)
			differs := err != nil || strings.Contains(w.out.String(), "**no**") || strings.Contains(w.out.String(), "not reached") || strings.Contains(w.out.String(), "not known")
			if _, ok := elsewhere[action]; differs == ok {
				t.Errorf("it makes a difference: %v; the error is %v", differs, err)
			}
		})
	}
}

// A listing with entries that were not requested is refused.
func TestForeignListing(t *testing.T) {
	w := newWorld(t)
	w.sows(t)
	before := w.contents(t)
	w.answers(func(r *http.Request) *http.Response {
		if q := r.URL.Query(); r.Method == http.MethodGet && q.Get("prefix") == w.prefix && !q.Has("uploads") {
			return listing("a", "zz", w.prefix+"questions/1a/object")
		}
		return nil
	})
	err := w.runs(t, t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "a listing by prefix shows a key that does not begin with it") {
		t.Errorf("the error is %v", err)
	}
	if diff := cmp.Diff(before, w.contents(t)); diff != "" {
		t.Errorf("what the bucket holds (-before +after):\n%s", diff)
	}
	w.onlyBelowThePrefix(t)
}
