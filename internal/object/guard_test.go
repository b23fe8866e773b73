package object_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const plain = `server_side_encryption = "AES256"`

// A renamed object must not meet another one: the plan warns of it, and nothing
// is overwritten or lost.
func TestAccRenameOntoOccupiedKey(t *testing.T) {
	t.Parallel()
	for name, object := range map[string]cosmock.NewObject{
		"a plain object":   {Body: strings.NewReader("foreign")},
		"somebody's SSE-C": {Body: strings.NewReader("foreign"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)},
		"nothing":          {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Config(w.Provider(), w.Object("a", plain, `content = "mine"`))
			ws.Apply()
			free := object.Body == nil
			if !free {
				if err := w.PutObject(w.Bucket(), "b", object); err != nil {
					t.Fatal(err)
				}
			}
			ws.Config(w.Provider(), w.Object("b", plain, `content = "mine"`))
			if free {
				ws.Apply()
				if diff := cmp.Diff([]string{"b"}, w.Keys(w.Bucket())); diff != "" {
					t.Errorf("keys (-want +got):\n%s", diff)
				}
				return
			}
			if out := ws.ChangedPlan().Text(); !containsAll(out, "Warning: Address Is Taken", w.Bucket()+"/b") {
				t.Errorf("got:\n%s", out)
			}
			if out := ws.Fail("apply", "-auto-approve").Text(); !containsAll(out, "Unable to Move Encrypted Object", "never overwrites") {
				t.Errorf("got:\n%s", out)
			}
			if diff := cmp.Diff([]string{"a", "b"}, w.Keys(w.Bucket())); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
			// overwrite is for creating, and does not concern a move.
			ws.Config(w.Provider(), w.Object("b", plain, `content = "mine"`, `overwrite = true`))
			ws.Fail("apply", "-auto-approve")
			must(t, w.DeleteObject(w.Bucket(), "b"))
			ws.Apply()
			ws.EmptyPlan()
			stored, _ := w.Stored("b")
			if body, err := stored.Plaintext(sse.CustomerKey{}); err != nil || string(body) != "mine" {
				t.Errorf("b is %q, %v", body, err)
			}
		})
	}
}

// create_before_destroy on the same key: without overwrite the create refuses;
// with it, the deletion of the old object must not delete the new one.
func TestAccCreateBeforeDestroyOnSameKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	config := func(lines ...string) {
		ws.Config(w.Provider(), w.Object("a", append(lines, plain, `content = "mine"`, "lifecycle {\n    create_before_destroy = true\n  }")...))
	}
	config()
	ws.Apply()
	if out := ws.Fail("apply", "-auto-approve", "-replace=cos_encrypted_object.test").Text(); !strings.Contains(out, "Object Exists Already") {
		t.Errorf("got:\n%s", out)
	}
	ws.EmptyPlan()
	config(`overwrite = true`)
	ws.Apply()
	if out := ws.Apply("-replace=cos_encrypted_object.test").Text(); !strings.Contains(out, "Object Not Deleted") {
		t.Errorf("got:\n%s", out)
	}
	if _, ok := w.Stored("a"); !ok {
		t.Fatal("the new object was deleted with the old one")
	}
	ws.EmptyPlan()
	ws.Destroy()
	if keys := w.Keys(w.Bucket()); len(keys) != 0 {
		t.Errorf("left behind: %q", keys)
	}
}

// With overwrite an object is deleted only while it is still the one we know.
func TestAccDestroyForeignObject(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, `content = "mine"`, `overwrite = true`))
	ws.Apply()
	if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs")}); err != nil {
		t.Fatal(err)
	}
	if out := ws.Destroy("-refresh=false").Text(); !containsAll(out, "Object Not Deleted", "Destroy complete") {
		t.Errorf("got:\n%s", out)
	}
	if _, ok := w.Stored("a"); !ok {
		t.Error("somebody else's object was deleted")
	}
}

func TestAccDeletionPolicy(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		versioning, policy string
		visible            bool
		versions           int
	}{
		"default":                      {"", "", false, 0},
		"delete":                       {"", `deletion_policy = "delete"`, false, 0},
		"abandon":                      {"", `deletion_policy = "abandon"`, true, 1},
		"all versions, none kept":      {"", `deletion_policy = "delete_all_versions"`, false, 0},
		"delete, with versions":        {"Enabled", `deletion_policy = "delete"`, false, 3},
		"abandon, with versions":       {"Enabled", `deletion_policy = "abandon"`, true, 2},
		"all versions, with versions":  {"Enabled", `deletion_policy = "delete_all_versions"`, false, 0},
		"delete, versioning suspended": {"Suspended", `deletion_policy = "delete"`, false, 1},
		"all versions, suspended":      {"Suspended", `deletion_policy = "delete_all_versions"`, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			if tc.versioning != "" {
				if err := w.SetVersioning(w.Bucket(), tc.versioning); err != nil {
					t.Fatal(err)
				}
			}
			for _, neighbour := range []string{"a.txt", "a", "a.t", "a.txt2", "a.txt/b"} {
				if neighbour == "a.txt" {
					continue
				}
				if err := w.PutObject(w.Bucket(), neighbour, cosmock.NewObject{}); err != nil {
					t.Fatal(err)
				}
			}
			ws.Config(w.Provider(), w.Object("a.txt", plain, `content = "1"`, tc.policy))
			ws.Apply()
			ws.Config(w.Provider(), w.Object("a.txt", plain, `content = "2"`, tc.policy))
			ws.Apply()
			ws.Destroy()
			if _, ok := w.Stored("a.txt"); ok != tc.visible {
				t.Errorf("visible: %v", ok)
			}
			if got := w.Versions(t, "a.txt"); got != tc.versions {
				t.Errorf("%d versions are left, want %d", got, tc.versions)
			}
			for _, neighbour := range []string{"a", "a.t", "a.txt2", "a.txt/b"} {
				if _, ok := w.Stored(neighbour); !ok {
					t.Errorf("%s is gone", neighbour)
				}
			}
		})
	}
}

// The policy is that of the state: an edit counts once it is applied. Applying
// it sends nothing.
func TestAccDeletionPolicyOfState(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, `content = ""`))
	ws.Apply()
	ws.Config(w.Provider(), w.Object("a", plain, `content = ""`, `deletion_policy = "abandon"`, `overwrite = true`))
	w.ResetRequests()
	ws.Apply()
	if diff := cmp.Diff([]string{"HEAD 200"}, w.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	ws.Config(w.Provider(), w.Object("a", plain, `content = ""`, `deletion_policy = "delete"`))
	ws.Destroy()
	if _, ok := w.Stored("a"); !ok {
		t.Error("an edit that was never applied decided")
	}
}

func TestAccObjectLock(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, `content = "1"`))
	ws.Apply()
	if err := w.LockObject(w.Bucket(), "a", time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if out := ws.Fail("destroy", "-auto-approve").Text(); !containsAll(out, "ObjectLocked", "retention") {
		t.Errorf("destroy:\n%s", out)
	}
	ws.Config(w.Provider(), w.Object("a", plain, `content = "2"`))
	if out := ws.Fail("apply", "-auto-approve").Text(); !containsAll(out, "ObjectLocked", "retention") {
		t.Errorf("apply:\n%s", out)
	}
	if err := w.LockObject(w.Bucket(), "a", time.Time{}); err != nil {
		t.Fatal(err)
	}
}

// version_id is true after every operation.
func TestAccVersionID(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	step := func(what string, lines ...string) {
		t.Helper()
		ws.Config(w.Provider(), w.Object("a", append(lines, plain)...))
		ws.Apply()
		stored, ok := w.Stored("a")
		if !ok {
			t.Fatalf("%s: the object is gone", what)
		}
		got, _ := ws.Attributes("cos_encrypted_object.test")["version_id"].(string)
		if want := strings.Replace(stored.VersionID, "null", "", 1); got != want && got != stored.VersionID {
			t.Errorf("%s: version_id is %q, stored is %q", what, got, stored.VersionID)
		}
		ws.EmptyPlan()
	}
	step("before versioning", `content = "1"`)
	if err := w.SetVersioning(w.Bucket(), "Enabled"); err != nil {
		t.Fatal(err)
	}
	step("the first version", `content = "2"`)
	step("a copy", `content = "2"`, `cache_control = "no-store"`)
	step("tags only", `content = "2"`, `cache_control = "no-store"`, `tags = { a = "b" }`)
	if err := w.SetVersioning(w.Bucket(), "Suspended"); err != nil {
		t.Fatal(err)
	}
	step("suspended", `content = "3"`, `tags = { a = "b" }`)
	step("suspended, a copy", `content = "3"`)
}

// A resource that is renamed in the configuration and not moved is created and
// destroyed at the same time, under the same key. The new object stays.
func TestAccRenamedResource(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, `content = "old"`))
	ws.Apply()
	if err := w.Arm(cosmock.Fault{Match: cosmock.On("DELETE", "a"), Times: 1, Kind: cosmock.FaultDelay, Delay: time.Second}); err != nil {
		t.Fatal(err)
	}
	ws.Config(w.Provider(), strings.Replace(w.Object("a", plain, `content = "new"`, `overwrite = true`), `"test"`, `"renamed"`, 1))
	ws.Apply()
	if _, ok := w.Stored("a"); !ok {
		t.Error("the new object was deleted with the old one")
	}
}

// Undoing a write in a bucket whose versioning is suspended shows again what
// was there before.
func TestAccUndoWhileSuspended(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	for _, state := range []string{"Enabled", "Suspended"} {
		if err := w.SetVersioning(w.Bucket(), state); err != nil {
			t.Fatal(err)
		}
		if state == "Enabled" {
			if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("theirs")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "a"), Times: 1, Kind: cosmock.FaultDropEncryption}); err != nil {
		t.Fatal(err)
	}
	ws.Config(w.Provider(), w.Object("a", plain, `content = "mine"`, `overwrite = true`))
	ws.Fail("apply", "-auto-approve")
	stored, ok := w.Stored("a")
	if !ok {
		t.Fatal("what was there before is hidden")
	}
	if body, err := stored.Plaintext(sse.CustomerKey{}); err != nil || string(body) != "theirs" {
		t.Errorf("there is %q, %v", body, err)
	}
}
