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

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// In a bucket with versioning COS ignores x-cos-forbid-overwrite, so a create may
// hide a version written since the check for an existing object. That version
// becomes the latest again, and the apply fails.
func TestAccCoveredVersion(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	must(t, w.SetVersioning(w.Bucket(), cosmock.VersioningEnabled))
	config := w.Provider() + w.Object("a", plain, hello)
	create := plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{
				PreConfig: func() {
					duringCall(t, w, "PUT", 1, func() {
						must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs"), Mode: sse.ModeAES256}))
					})
				},
				Config:      config,
				ExpectError: acctest.Error("Object Exists Already", "Somebody else wrote", "is the latest version as before"),
			},
			{ // the object is not in the state
				PreConfig:          acctest.Before(t, w.Holds("a", "theirs", sse.Observed{Mode: sse.ModeAES256})),
				Config:             config,
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
				ConfigPlanChecks:   resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{create}},
			},
			{ // a version below a delete marker does not prevent the create
				PreConfig: func() { must(t, w.DeleteObject(w.Bucket(), "a")) },
				Config:    config,
			},
		},
	})
}

// The object can be destroyed whatever happened to its file.
func TestAccDestroyWithoutTheFile(t *testing.T) {
	t.Parallel()
	changes := map[string]func(t *testing.T, path string){
		"gone":     func(t *testing.T, path string) { must(t, os.Remove(path)) },
		"a folder": func(t *testing.T, path string) { must(t, os.Remove(path)); must(t, os.Mkdir(path, 0o755)) },
		"a loop":   func(t *testing.T, path string) { must(t, os.Remove(path)); must(t, os.Symlink(path, path)) },
		"under a file": func(t *testing.T, path string) {
			must(t, os.RemoveAll(filepath.Dir(path)))
			must(t, os.WriteFile(filepath.Dir(path), nil, 0o600))
		},
		"a broken link":  func(t *testing.T, path string) { must(t, os.Remove(path)); must(t, os.Symlink("nowhere", path)) },
		"more than said": func(t *testing.T, path string) { must(t, os.Remove(path)); must(t, os.Symlink("/proc/version", path)) },
	}
	c, dir := newCases(t, changes), t.TempDir()
	config, paths := c.Provider(), map[string]string{}
	for name := range changes {
		paths[name] = writeFile(t, dir, c.label(name)+"/file", "hello")
		config += c.object(name, "a", plain, "source = "+acctest.Quote(paths[name]))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() {
					for name, change := range changes {
						change(t, paths[name])
					}
				},
				RefreshState:       true, // the refresh also plans, and finds a change
				ExpectNonEmptyPlan: true,
				RefreshPlanChecks:  resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{c.SaysTimes(2*len(changes), "Warning: Source")}},
			},
			{Config: config, Destroy: true},
		},
	})
	for name := range changes {
		acctest.Now(t, named(name, func() error { return acctest.Differ("keys", 0, len(c.Keys(c.bucket(name)))) }))
	}
	t.Run("the empty device", func(t *testing.T) {
		t.Parallel()
		w := acctest.New(t)
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: w.Factories(),
			Steps: []resource.TestStep{{
				Config:            w.Provider() + w.Object("dir/", plain, `source = "/dev/null"`),
				ConfigStateChecks: []statecheck.StateCheck{w.Holds("dir/", "", sse.Observed{Mode: sse.ModeAES256})},
			}},
		})
	})
}

// An event function rewrites each new object immediately, with the same bytes but
// without encryption. No run succeeds and leaves the object like that.
//
// With our runner: whether the run fails is not known in advance.
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

// If a middlebox removes the checksums, the write succeeds with a warning that the
// body was not verified.
func TestAccBodyNotVerified(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	g := (&gate{change: func(r *http.Response) error {
		r.Header.Del("X-Cos-Hash-Crc64ecma")
		for name := range r.Header {
			if strings.EqualFold(name, "x-cos-hash-crc64ecma") {
				delete(r.Header, name)
			}
		}
		return nil
	}}).open(t, w)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{{
			Config:            g.provider(w) + w.Object("a", plain, hello),
			ConfigStateChecks: []statecheck.StateCheck{w.Says("Warning: Body Not Verified", "Content-MD5")},
		}},
	})
}

// If the source of a copy is destroyed in the same run, the plan fails and explains
// how to rename an object.
func TestAccCopySourceDestroyed(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	renamed := w.Provider() + strings.Replace(w.Object("b", plain, `copy_source = { bucket = "lab-1250000000", key = "a" }`), `"test"`, `"renamed"`, 1)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: w.Provider() + w.Object("a", plain, hello)},
			{
				Config:      renamed,
				ExpectError: acctest.Error("Copy Source Is Destroyed", "moved block"),
			},
			{
				PreConfig:         acctest.Before(t, w.Body("a", "hello")),
				Config:            renamed + "moved {\n  from = cos_encrypted_object.test\n  to   = cos_encrypted_object.renamed\n}\n",
				ConfigStateChecks: []statecheck.StateCheck{w.HasKeys("b"), w.Body("b", "hello")},
			},
			{Config: renamed, ConfigPlanChecks: unchanged},
		},
	})
}

// Every kind of write whose response is lost after COS has done the work: the apply
// succeeds, the object is as declared and recorded, and the next plan is empty.
func TestAccLostAnswerMatrix(t *testing.T) {
	t.Parallel()
	first := []string{plain, hello}
	on := func(method, subresource string) func(key string) cosmock.Match {
		return func(key string) cosmock.Match {
			if subresource == "" {
				return cosmock.On(method, key)
			}
			return cosmock.OnSubresource(method, key, subresource)
		}
	}
	writes := map[string]struct {
		second []string // nil to destroy
		match  func(key string) cosmock.Match
		create bool
	}{
		"create":   {first, on("PUT", ""), true},
		"upload":   {[]string{plain, `content = "other"`}, on("PUT", ""), false},
		"header":   {append([]string{`cache_control = "no-store"`}, first...), on("PUT", ""), false},
		"rotation": {[]string{`sse_customer_key_name = "one"`, hello}, on("PUT", ""), false},
		"tags":     {append([]string{`tags = { a = "b" }`}, first...), on("PUT", "tagging"), false},
		"acl":      {append([]string{`acl = "private"`}, first...), on("PUT", "acl"), false},
		"destroy":  {nil, on("DELETE", ""), false},
	}
	type lost struct {
		write string
		kind  cosmock.FaultKind
	}
	table := map[string]lost{}
	for write := range writes {
		for _, kind := range []cosmock.FaultKind{
			cosmock.FaultUnavailableAfter, cosmock.FaultInternalErrorAfter, cosmock.FaultConflictAfter, cosmock.FaultUnknownErrorAfter,
			cosmock.FaultResetAfter, cosmock.FaultUnavailable, cosmock.FaultSlowDown,
		} {
			table[write+", "+string(kind)] = lost{write, kind}
		}
	}
	c := newCases(t, table)
	before, after := c.Provider(twoKeys), c.Provider(twoKeys)
	var checks []statecheck.StateCheck
	for name, tc := range table {
		key, write := c.label(name), writes[tc.write]
		if !write.create {
			before += c.object(name, key, first...)
		}
		if write.second == nil {
			checks = append(checks, acctest.NotInState(c.address(name)),
				named(name, func() error { return acctest.Differ("keys", 0, len(c.Keys(c.bucket(name)))) }))
			continue
		}
		after += c.object(name, key, write.second...)
		checks = append(checks, acctest.StateThat(c.address(name), func(state map[string]any) error {
			return acctest.Differ("ETag of "+name, any(c.stored(name, key).ETag), state["etag"])
		}))
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			{Config: before},
			{
				PreConfig: func() {
					for name, tc := range table {
						must(t, c.Arm(cosmock.Fault{Match: writes[tc.write].match(c.label(name)), Kind: tc.kind}))
					}
				},
				Config:            after,
				ConfigStateChecks: checks,
			},
		},
	})
}
