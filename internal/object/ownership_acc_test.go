package object_test

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A deposed instance and its successor have one key. Whatever a refresh of the
// deposed one sees, it must not delete the object of its successor.
func TestAccDeposed(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"", `deletion_policy = "delete_all_versions"`} {
		for _, versioning := range []string{"", "Enabled", "Suspended"} {
			t.Run(policy+" "+versioning, func(t *testing.T) {
				t.Parallel()
				c := &clock{}
				w := acctest.New(t, c.options)
				if versioning != "" {
					must(t, w.SetVersioning(w.Bucket(), versioning))
				}
				ws := acctest.NewWorkspace(t)
				object := strings.Replace(w.Object("a", plain, hello, "overwrite = true", policy), "\n}", "\n  lifecycle {\n    create_before_destroy = true\n  }\n}", 1)
				dependent := func(fails bool) string {
					condition := `self.output != "never"`
					if fails {
						condition = `self.output == "never"`
					}
					return "resource \"terraform_data\" \"dependent\" {\n  input = cos_encrypted_object.test.last_modified\n  lifecycle {\n    postcondition {\n      condition = " + condition + "\n      error_message = \"fails\"\n    }\n    replace_triggered_by = [cos_encrypted_object.test]\n  }\n}\n"
				}
				ws.Config(w.Provider(), object, dependent(false))
				ws.Apply()
				c.forward(10e9)
				ws.Config(w.Provider(), object, dependent(true))
				ws.Fail("apply", "-auto-approve", "-replace=cos_encrypted_object.test")
				if !strings.Contains(ws.State(), `"deposed"`) {
					t.Fatalf("nothing is deposed:\n%s", ws.State())
				}
				c.forward(10e9)
				ws.Config(w.Provider(), object, dependent(false))
				r := ws.Apply()
				checkReport(t, r, []string{"Object Not Deleted"})
				if o, ok := w.Stored("a"); !ok || o.Mode != sse.ModeAES256 {
					t.Fatalf("the object is gone:\n%s", r.Output())
				}
				ws.EmptyPlan()
				ws.Destroy()
				if _, ok := w.Stored("a"); ok {
					t.Error("the object is still there after destroy")
				}
			})
		}
	}
}

// What somebody else has written over the object is not ours to delete, whether
// a refresh has seen it or not.
func TestAccDestroyLeavesForeign(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before func(ws *acctest.Workspace)
		args   []string
	}{
		"at once":                 {func(*acctest.Workspace) {}, nil},
		"without a refresh":       {func(*acctest.Workspace) {}, []string{"-refresh=false"}},
		"after a saved refresh":   {func(ws *acctest.Workspace) { ws.Apply("-refresh-only") }, nil},
		"after two, and unsaved":  {func(ws *acctest.Workspace) { ws.Apply("-refresh-only"); ws.Run("plan") }, []string{"-refresh=false"}},
		"after it became tainted": {func(ws *acctest.Workspace) { ws.Run("taint", testObject) }, nil},
	} {
		for _, policy := range []string{`deletion_policy = "delete"`, `deletion_policy = "delete_all_versions"`} {
			t.Run(name+" "+policy, func(t *testing.T) {
				t.Parallel()
				c := &clock{}
				w := acctest.New(t, c.options)
				ws := acctest.NewWorkspace(t)
				ws.Config(w.Provider(), w.Object("a", plain, hello, policy))
				ws.Apply()
				c.forward(10e9)
				must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeAES256}))
				tc.before(ws)
				checkReport(t, ws.Destroy(tc.args...), []string{"Object Not Deleted", "somebody has written it since"})
				if _, ok := w.Stored("a"); !ok {
					t.Error("somebody else's object was deleted")
				}
			})
		}
	}
}

// Replacing an object on its own key: the successor writes over it. If that
// fails, the object is still there.
func TestAccReplaceInPlace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lines []string
		fails string // what the server does to the write
	}{
		"plain":          {[]string{plain}, ""},
		"all versions":   {[]string{plain, `deletion_policy = "delete_all_versions"`}, ""},
		"abandoned":      {[]string{plain, `deletion_policy = "abandon"`}, ""},
		"a failed write": {[]string{plain, `deletion_policy = "delete_all_versions"`}, "refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Config(w.Provider("max_retries = 0"), w.Object("a", append(tc.lines, hello)...))
			ws.Apply()
			if tc.fails != "" {
				must(t, w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "a"), Times: -1, Kind: cosmock.FaultSlowDown}))
				checkReport(t, ws.Fail("apply", "-auto-approve", "-replace="+testObject), []string{"Replaced Object Stays"})
			} else {
				w.ResetRequests()
				ws.Apply("-replace=" + testObject)
				for _, r := range w.Requests() {
					if r.Method == "DELETE" {
						t.Errorf("the object was deleted on the way: %q", w.Calls())
					}
				}
				ws.EmptyPlan()
			}
			if _, ok := w.Stored("a"); !ok {
				t.Error("the object is gone")
			}
		})
	}
}

// Two resource instances of one run cannot have one object.
func TestAccDeclaredTwice(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	one := w.Object("a", plain, hello)
	two := strings.Replace(one, `"test"`, `"two"`, 1)
	t.Run("two creates", func(t *testing.T) {
		t.Parallel()
		w := acctest.New(t)
		ws := acctest.NewWorkspace(t)
		one := w.Object("a", plain, hello)
		ws.Config(w.Provider(), one, strings.Replace(one, `"test"`, `"two"`, 1))
		checkReport(t, ws.Fail("plan"), []string{"Object Declared Twice"})
		if len(w.Requests()) > 0 {
			t.Errorf("requests were sent: %q", w.Calls())
		}
	})
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), one)
	ws.Apply()
	ws.Config(w.Provider(), one, two)
	checkReport(t, ws.Fail("plan"), []string{"Object Declared Twice", "-refresh=false"})
	// Imported all the same, and then one of the two blocks is taken out.
	ws.Run("import", "cos_encrypted_object.two", importID)
	checkReport(t, ws.Fail("plan"), []string{"Object Declared Twice"})
	ws.Config(w.Provider(), one)
	checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Object Both Kept and Destroyed", "terraform state rm"})
	if _, ok := w.Stored("a"); !ok {
		t.Fatal("the object is gone")
	}
	// As the error says.
	ws.Config(w.Provider(), one, "removed {\n  from = cos_encrypted_object.two\n  lifecycle {\n    destroy = false\n  }\n}\n")
	ws.Apply()
	ws.Config(w.Provider(), one)
	ws.EmptyPlan()
	if _, ok := w.Stored("a"); !ok {
		t.Fatal("the object is gone")
	}
	ws.Destroy()
}

// A resource that is renamed without a moved block is destroyed and created at
// the same time: the object may go and come back, and is there in the end.
func TestAccInsertIntoCount(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	list := func(keys ...string) string {
		return "locals {\n  keys = [\"" + strings.Join(keys, `", "`) + "\"]\n}\nresource \"cos_encrypted_object\" \"list\" {\n  count   = length(local.keys)\n  bucket  = " +
			acctest.Quote(w.Bucket()) + "\n  key     = local.keys[count.index]\n  content = \"body of ${local.keys[count.index]}\"\n  " + plain + "\n}\n"
	}
	ws.Config(w.Provider(), list("b", "c"))
	ws.Apply()
	ws.Config(w.Provider(), list("a", "b", "c"))
	for try := range 4 {
		if r := ws.Run("apply", "-auto-approve"); r.Code == 0 {
			break
		} else if try == 3 {
			t.Fatalf("not after four applies:\n%s", r.Output())
		}
	}
	for _, key := range []string{"a", "b", "c"} {
		o, ok := w.Stored(key)
		if !ok {
			t.Fatalf("%s is gone", key)
		}
		if body, err := o.Plaintext(sse.CustomerKey{}); err != nil || string(body) != "body of "+key {
			t.Errorf("%s holds %q: %v", key, body, err)
		}
	}
	ws.EmptyPlan()
}
