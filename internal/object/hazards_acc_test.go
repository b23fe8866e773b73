package object_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// In a bucket with versioning COS ignores x-cos-forbid-overwrite: what somebody
// has written between the look and the write lies under ours. It becomes the
// latest again, and the apply fails.
func TestAccCoveredVersion(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, hello))
	duringCall(t, w, "PUT", 1, func() {
		must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256}))
	})
	checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Object Exists Already", "Somebody else wrote", "is the latest one as before"})
	checkStored(t, w, "a", "theirs", sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{})
	if ws.Attributes(testObject) != nil {
		t.Error("it is in the state")
	}
	// What lies under a delete marker is no reason.
	must(t, w.DeleteObject(w.Bucket(), "a"))
	ws.Apply()
	ws.EmptyPlan()
}

// Whatever has become of the file, the object can be destroyed.
func TestAccDestroyWithoutTheFile(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, path string){
		"gone":     func(t *testing.T, path string) { must(t, os.Remove(path)) },
		"a folder": func(t *testing.T, path string) { must(t, os.Remove(path)); must(t, os.Mkdir(path, 0o755)) },
		"a loop":   func(t *testing.T, path string) { must(t, os.Remove(path)); must(t, os.Symlink(path, path)) },
		"under a file": func(t *testing.T, path string) {
			must(t, os.RemoveAll(filepath.Dir(path)))
			must(t, os.WriteFile(filepath.Dir(path), nil, 0o600))
		},
		"a broken link":  func(t *testing.T, path string) { must(t, os.Remove(path)); must(t, os.Symlink("nowhere", path)) },
		"more than said": func(t *testing.T, path string) { must(t, os.Remove(path)); must(t, os.Symlink("/proc/version", path)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			path := ws.Write("folder/file", "hello")
			ws.Config(w.Provider(), w.Object("a", plain, "source = "+acctest.Quote(path)))
			ws.Apply()
			change(t, path)
			checkReport(t, ws.Run("plan"), []string{"Warning: Source"})
			ws.Destroy()
			if _, there := w.Stored("a"); there {
				t.Error("it is still there")
			}
		})
	}
	t.Run("the empty device", func(t *testing.T) {
		t.Parallel()
		w := acctest.New(t)
		ws := acctest.NewWorkspace(t)
		ws.Config(w.Provider(), w.Object("dir/", plain, `source = "/dev/null"`))
		ws.Apply()
		ws.EmptyPlan()
		if o, ok := w.Stored("dir/"); !ok || o.Size != 0 {
			t.Errorf("stored %v, %d bytes", ok, o.Size)
		}
	})
}

// An event function rewrites each new object at once, with the same bytes and
// without encryption: no run ends green that leaves it so.
func TestAccRewrittenAtOnce(t *testing.T) {
	t.Parallel()
	const n = 8
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	var functions sync.WaitGroup
	for i := range n {
		functions.Go(func() {
			key := fmt.Sprintf("many/%d.txt", i)
			for t.Context().Err() == nil {
				if _, there := w.Stored(key); there {
					time.Sleep(120 * time.Millisecond)
					_ = w.PutObject(w.Bucket(), key, cosmock.NewObject{Body: strings.NewReader(fmt.Sprint("hello ", i)), Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}})
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	ws.Config(w.Provider(), many(w, n, plain))
	r := ws.Run("apply", "-auto-approve")
	functions.Wait()
	if r.Code == 0 {
		ws.ChangedPlan()
		return
	}
	checkReport(t, r, []string{"asked for SSE-COS (AES256), found no encryption"})
}

// A middlebox that takes the checksums away: the write succeeds, and what was not
// verified is told.
func TestAccBodyNotVerified(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	g := (&gate{change: func(r *http.Response) error {
		r.Header.Del("X-Cos-Hash-Crc64ecma")
		for name := range r.Header {
			if strings.EqualFold(name, "x-cos-hash-crc64ecma") {
				delete(r.Header, name)
			}
		}
		return nil
	}}).open(t, w)
	ws.Config(g.provider(w), w.Object("a", plain, hello))
	checkReport(t, ws.Apply(), []string{"Warning: Body Not Verified", "Content-MD5"})
	ws.EmptyPlan()
}

// An instance that copies from the object of one that is destroyed in the same
// run: the plan says so, and how to rename an object.
func TestAccCopySourceDestroyed(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, hello))
	ws.Apply()
	renamed := strings.Replace(w.Object("b", plain, `copy_source = { bucket = "lab-1250000000", key = "a" }`), `"test"`, `"renamed"`, 1)
	ws.Config(w.Provider(), renamed)
	checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Copy Source Is Destroyed", "moved block"})
	if _, there := w.Stored("a"); !there {
		t.Fatal("the object is gone")
	}
	ws.Config(w.Provider(), renamed, "moved {\n  from = cos_encrypted_object.test\n  to   = cos_encrypted_object.renamed\n}\n")
	ws.Apply()
	if bodyAt(w, "b") != "hello" || bodyAt(w, "a") != "(nothing)" {
		t.Errorf("a holds %q, b holds %q", bodyAt(w, "a"), bodyAt(w, "b"))
	}
	ws.Config(w.Provider(), renamed)
	ws.EmptyPlan()
}

// Each write, answered by an error after it was done: the apply is green, the
// object is as declared, the state knows it, and nothing is left to do.
func TestAccLostAnswerMatrix(t *testing.T) {
	t.Parallel()
	first := []string{plain, hello}
	for name, tc := range map[string]struct {
		second []string // nil: destroy
		match  cosmock.Match
		create bool
	}{
		"create":   {first, cosmock.On("PUT", "a"), true},
		"upload":   {[]string{plain, `content = "other"`}, cosmock.On("PUT", "a"), false},
		"header":   {append([]string{`cache_control = "no-store"`}, first...), cosmock.On("PUT", "a"), false},
		"rotation": {[]string{`sse_customer_key_name = "one"`, hello}, cosmock.On("PUT", "a"), false},
		"tags":     {append([]string{`tags = { a = "b" }`}, first...), cosmock.OnSubresource("PUT", "a", "tagging"), false},
		"acl":      {append([]string{`acl = "private"`}, first...), cosmock.OnSubresource("PUT", "a", "acl"), false},
		"destroy":  {nil, cosmock.On("DELETE", "a"), false},
	} {
		for _, kind := range []cosmock.FaultKind{
			cosmock.FaultUnavailableAfter, cosmock.FaultInternalErrorAfter, cosmock.FaultConflictAfter, cosmock.FaultUnknownErrorAfter,
			cosmock.FaultResetAfter, cosmock.FaultUnavailable, cosmock.FaultSlowDown,
		} {
			t.Run(name+", "+string(kind), func(t *testing.T) {
				t.Parallel()
				w := acctest.New(t)
				ws := acctest.NewWorkspace(t)
				if !tc.create {
					ws.Config(w.Provider(twoKeys), w.Object("a", first...))
					ws.Apply()
				}
				must(t, w.Arm(cosmock.Fault{Match: tc.match, Kind: kind}))
				if tc.second == nil {
					ws.Destroy()
					if _, there := w.Stored("a"); there || ws.Attributes(testObject) != nil {
						t.Errorf("there: %v, in the state: %v", there, ws.Attributes(testObject))
					}
					return
				}
				ws.Config(w.Provider(twoKeys), w.Object("a", tc.second...))
				ws.Apply()
				o, _ := w.Stored("a")
				state := ws.Attributes(testObject)
				t.Logf("| %s | %s | green | %s of %d bytes under %s | ETag %v | empty |", name, kind, o.Key, o.Size, o.Mode, state["etag"] == o.ETag)
				if state["etag"] != o.ETag {
					t.Errorf("the state has the ETag %v, stored is %s", state["etag"], o.ETag)
				}
				ws.EmptyPlan()
			})
		}
	}
}
