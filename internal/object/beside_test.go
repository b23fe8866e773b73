package object_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// Tags and ACL have calls of their own, and are asked about only where they
// are managed.
func TestAccTagsAndACL(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	step := func(what string, want []string, lines ...string) {
		t.Helper()
		ws.Config(w.Provider(), w.Object("a", append(lines, plain, `content = "x"`)...))
		w.ResetRequests()
		ws.Apply()
		if diff := cmp.Diff(want, w.Calls()); diff != "" {
			t.Errorf("%s: requests (-want +got):\n%s", what, diff)
		}
		ws.EmptyPlan()
	}
	stored := func(what string, tags map[string]string, public bool) {
		t.Helper()
		o, _ := w.Stored("a")
		if diff := cmp.Diff([]any{tags, public}, []any{o.Tags, o.PublicRead}); diff != "" {
			t.Errorf("%s: stored (-want +got):\n%s", what, diff)
		}
	}
	tags, none := map[string]string{"a b": "c/d", "e": ""}, map[string]string{}

	step("create with both", []string{"HEAD 404", "PUT 200 AES256 1 bytes", "HEAD 200"}, `tags = { "a b" = "c/d", e = "" }`, `acl = "public-read"`)
	stored("create with both", tags, true)
	step("other ACL", []string{"HEAD 200", "GET ?tagging 200", "GET ?acl 200", "PUT ?acl 200"}, `tags = { "a b" = "c/d", e = "" }`, `acl = "private"`)
	stored("other ACL", tags, false)
	step("other tags", []string{"HEAD 200", "GET ?tagging 200", "GET ?acl 200", "PUT ?tagging 200 75 bytes"}, `tags = { f = "g" }`, `acl = "private"`)
	stored("other tags", map[string]string{"f": "g"}, false)
	step("a header, both kept", []string{"HEAD 200", "GET ?tagging 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, `tags = { f = "g" }`, `acl = "public-read"`, `cache_control = "no-store"`)
	stored("a header, both kept", map[string]string{"f": "g"}, true)
	step("no longer managed", []string{"HEAD 200", "GET ?tagging 200", "GET ?acl 200"}, `cache_control = "no-store"`)
	stored("no longer managed", map[string]string{"f": "g"}, true)
	step("a copy keeps both though not managed", []string{"HEAD 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"})
	stored("a copy keeps both though not managed", map[string]string{"f": "g"}, true)
	step("managed again, as they are", []string{"HEAD 200", "GET ?tagging 200"}, `tags = { f = "g" }`)
	step("no tags", []string{"HEAD 200", "GET ?tagging 200", "DELETE ?tagging 204"}, `tags = {}`)
	stored("no tags", none, true)
	step("no tags, told by HEAD", []string{"HEAD 200"}, `tags = {}`)
}

// An upload would drop tags that nobody declared: they are carried over.
func TestAccUploadKeepsForeignTags(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, `content = "1"`))
	ws.Apply()
	if err := w.SetTags(w.Bucket(), "a", map[string]string{"cost": "me"}); err != nil {
		t.Fatal(err)
	}
	ws.EmptyPlan()
	ws.Config(w.Provider(), w.Object("a", plain, `content = "2"`))
	ws.Apply()
	if o, _ := w.Stored("a"); o.Tags["cost"] != "me" {
		t.Errorf("the tags are %v", o.Tags)
	}
}

// Drift of tags and ACL shows where they are managed, and is repaired.
func TestAccTagAndACLDrift(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, `content = "1"`, `tags = { a = "b" }`, `acl = "private"`))
	ws.Apply()
	if err := w.SetTags(w.Bucket(), "a", nil); err != nil {
		t.Fatal(err)
	}
	if err := w.SetACL(w.Bucket(), "a", "public-read"); err != nil {
		t.Fatal(err)
	}
	if out := ws.ChangedPlan().Text(); !containsAll(out, `~ acl = "public-read" -> "private"`, `+ "a" = "b"`) {
		t.Errorf("the plan does not show the drift:\n%s", out)
	}
	ws.Apply()
	ws.EmptyPlan()
	if o, _ := w.Stored("a"); o.PublicRead || o.Tags["a"] != "b" {
		t.Errorf("public %v, tags %v", o.PublicRead, o.Tags)
	}
}

// Without tags COS may answer with an error or with an empty set.
func TestAccNoTagSet(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]bool{"an error": false, "an empty set": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			w.Configure(func(u *cosmock.Undocumented) { u.NoSuchTagSet = !empty })
			ws.Config(w.Provider(), w.Object("a", plain, `content = "1"`))
			ws.Apply()
			ws.Config(w.Provider(), w.Object("a", plain, `content = "1"`, `tags = {}`))
			ws.Apply()
			ws.EmptyPlan()
		})
	}
}

// A write resets an ACL, so the one that nobody declared is read and sent
// again: an object that is private in a public bucket stays so.
func TestAccForeignACLIsKept(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	if err := w.SetBucketACL(w.Bucket(), "public-read"); err != nil {
		t.Fatal(err)
	}
	ws.Config(w.Provider(), w.Object("a", plain, `content = "1"`))
	ws.Apply()
	if err := w.SetACL(w.Bucket(), "a", "private"); err != nil {
		t.Fatal(err)
	}
	for what, lines := range map[string][]string{
		"a copy":    {`content = "1"`, `cache_control = "no-store"`},
		"an upload": {`content = "22"`},
	} {
		ws.Config(w.Provider(), w.Object("a", append(lines, plain)...))
		ws.Apply()
		if o, _ := w.Stored("a"); !o.OwnACL || o.PublicRead {
			t.Errorf("%s: an ACL of its own: %v, public: %v", what, o.OwnACL, o.PublicRead)
		}
	}
}
