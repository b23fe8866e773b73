package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// life runs an object from its creation to its end, with the key in a single place.
// Every plan is printed with -v, and none shows a key.
type life struct {
	*scene
	ws       *acctest.Workspace
	provider []string // lines of the provider block
	object   []string // arguments that declare the key
}

func newLife(t *testing.T) *life {
	t.Helper()
	return &life{scene: newScene(t), ws: acctest.NewWorkspace(t)}
}

// declare writes the configuration and sets the variables a and b. "" leaves a
// variable unset.
func (l *life) declare(a, b string) {
	l.t.Helper()
	l.ws.Env = nil
	var variables string
	for name, value := range map[string]string{"a": a, "b": b} {
		variables += "variable \"" + name + "\" {\n  type      = string\n  default   = null\n  ephemeral = true\n}\n"
		if value != "" {
			l.ws.Env = append(l.ws.Env, "TF_VAR_"+name+"="+value)
		}
	}
	l.ws.Config(variables, l.Provider(l.provider...), l.Object("a", append([]string{hello}, l.object...)...))
}

// step plans, checks the output, applies, and checks the requests and the stored
// object.
func (l *life) step(what string, says, sends []string) {
	l.t.Helper()
	plan := l.ws.ChangedPlan("-out=plan")
	l.show(what, plan, says...)
	l.ResetRequests()
	applyPlan(l.t, l.ws)
	if diff := cmp.Diff(sends, l.writes("a")); diff != "" {
		l.t.Errorf("%s: requests (-want +got):\n%s", what, diff)
	}
	l.ws.EmptyPlan()
	if found := acctest.Leaks(l.ws.State(), acctest.KeyA, acctest.KeyB); len(found) > 0 {
		l.t.Errorf("%s: the state has a key, as %q", what, found)
	}
}

// show logs the output of the CLI and checks it.
func (l *life) show(what string, r acctest.Result, says ...string) {
	l.t.Helper()
	l.t.Logf("%s:\n%s", what, strings.TrimSpace(r.Output()))
	checkReport(l.t, r, says, acctest.KeyA, acctest.KeyB)
}

// fresh returns an empty workspace with the same configuration, as if the state had
// been lost.
func (l *life) fresh() *acctest.Workspace {
	l.t.Helper()
	ws := acctest.NewWorkspace(l.t)
	ws.Env = l.ws.Env
	l.ws = ws
	return ws
}

// end destroys the object.
func (l *life) end() {
	l.t.Helper()
	r := l.ws.Destroy()
	l.show("destroy", r, "1 destroyed")
	if _, ok := l.Stored("a"); ok {
		l.t.Error("the object is still there")
	}
}

func (l *life) underKey(what, key string) {
	l.t.Helper()
	stored := ways["SSE-C"].stored
	stored.CustomerKeyMD5 = customerKey(l.t, key).MD5()
	l.t.Logf("%s: it is stored under the key of MD5 %s", what, stored.CustomerKeyMD5)
	checkStored(l.t, l.World, "a", "hello", stored, customerKey(l.t, key))
}

const importID = "lab-1250000000/a"

// The key is only in the keyring, from an ephemeral variable. Everything works as
// with a key in the state.
//
// With our runner: there are two workspaces, and the output of every plan is
// checked.
func TestAccLifeInKeyring(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	l.provider = []string{"sse_customer_keys = { a = var.a, b = var.b }"}
	l.object = []string{`sse_customer_key_name = "a"`}
	l.declare(acctest.KeyA, acctest.KeyB)
	l.step("create", []string{"will be created", `+ sse_customer_key_name = "a"`, "+ sse_customer_key_md5 = (known after apply)"},
		[]string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 200 customer"})
	l.underKey("create", acctest.KeyA)

	l.rewrite("theirs")
	l.step("drift", []string{"updated in-place", "~ content_crc64 = ", "content_length = 6 -> 5"},
		[]string{"HEAD 200 customer", "PUT 200 customer 5 bytes", "HEAD 200 customer"})

	l.object = []string{`sse_customer_key_name = "b"`}
	l.declare(acctest.KeyA, acctest.KeyB)
	l.step("rotate", []string{"updated in-place", `sse_customer_key_md5 = "` + acctest.KeyAMD5 + `" -> (known after apply)`, `sse_customer_key_name = "a" -> "b"`},
		[]string{"PUT copy 200 customer", "HEAD 200 customer"})
	l.underKey("rotate", acctest.KeyB)

	l.fresh()
	l.declare(acctest.KeyA, acctest.KeyB)
	l.ResetRequests()
	r := l.ws.Run("import", testObject, importID)
	l.show("import", r, "Import successful!")
	if diff := cmp.Diff([]string{"HEAD 400", "HEAD 400 customer", "HEAD 200 customer"}, l.Calls()); diff != "" {
		t.Errorf("requests of the import (-want +got):\n%s", diff)
	}
	l.step("the first plan after the import", []string{"updated in-place", "+ content = (sensitive value)"}, nil)
	l.end()
}

// The key is write-only. A refresh cannot decrypt the object, and uses the listing
// to detect changes.
//
// With our runner: there are two workspaces, and the output of every plan is
// checked.
func TestAccLifeWriteOnly(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	l.object = []string{`sse_customer_key_wo = var.a`}
	l.declare(acctest.KeyA, "")
	l.step("create", []string{"will be created", "+ sse_customer_key_wo = (write-only attribute)", "+ sse_customer_key_md5 = (known after apply)"},
		[]string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 200 customer"})
	l.underKey("create", acctest.KeyA)

	l.later()
	l.rewrite("theirs")
	l.step("drift", []string{"updated in-place", "+ content_crc64 = \"", "+ sse_customer_key_md5 = (known after apply)"},
		[]string{"HEAD 200 customer", "HEAD 200 customer", "PUT 200 customer 5 bytes", "HEAD 200 customer"})

	// The old key is not available, so the declared body is uploaded again.
	l.declare(acctest.KeyB, "")
	l.step("rotate", []string{"updated in-place", `sse_customer_key_md5 = "` + acctest.KeyAMD5 + `" -> (known after apply)`},
		[]string{"HEAD 400", "GET 200", "PUT 200 customer 5 bytes", "HEAD 200 customer"})
	l.underKey("rotate", acctest.KeyB)

	// An import cannot access the configuration of the resource.
	l.fresh()
	l.declare(acctest.KeyB, "")
	l.show("import", l.ws.Fail("import", testObject, importID),
		"Unable to Import Encrypted Object", "none of the 0 keys of the keyring", "add that key to the provider's sse_customer_keys")
	l.provider = []string{"sse_customer_keys = { any = var.a }"} // as the error suggests
	l.declare(acctest.KeyB, "")
	l.show("import with the keyring", l.ws.Run("import", testObject, importID), "Import successful!")
	l.step("the first plan after the import", []string{"updated in-place"}, nil)
	l.provider = nil
	l.declare(acctest.KeyB, "")
	l.ws.EmptyPlan()
	l.end()
}

// After the create, the key is neither in a keyring nor in a variable. The object
// can still be refreshed, replaced and destroyed.
//
// With our runner: there are two workspaces, and the output of every plan is
// checked.
func TestAccLifeWithLostKey(t *testing.T) {
	t.Parallel()
	l := newLife(t)
	ring := []string{"sse_customer_keys = { a = var.a }"}
	l.provider, l.object = ring, []string{`sse_customer_key_name = "a"`}
	l.declare(acctest.KeyA, "")
	l.step("create", []string{"will be created"}, []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 200 customer"})

	// The configuration names a key that is no longer in the keyring. An unchanged
	// object can still be recognized without it, but not changed.
	l.provider = nil
	l.declare("", "")
	l.ResetRequests()
	l.show("plan", l.ws.EmptyPlan(), "Warning: Unknown Customer Key Name", `no key named "a"`, "sse_customer_keys", "can still be refreshed and destroyed")
	if diff := cmp.Diff([]string{"HEAD 400", "GET 200"}, l.Calls()); diff != "" {
		t.Errorf("requests of the refresh (-want +got):\n%s", diff)
	}
	l.object = append(l.object, `cache_control = "no-store"`)
	l.declare("", "")
	l.show("plan of a change", l.ws.ChangedPlan(), "Warning: Unknown Customer Key Name", `+ cache_control = "no-store"`)
	l.ResetRequests()
	l.show("apply of a change", l.ws.Fail("apply", "-auto-approve"), "Error: Unknown Customer Key Name", "COS_SSE_CUSTOMER_KEYS")
	for _, call := range l.Calls() {
		if strings.HasPrefix(call, "PUT") {
			t.Errorf("something was written: %q", l.Calls())
		}
	}

	// With a new key, the body is uploaded again.
	l.object = []string{`sse_customer_key_wo = var.b`}
	l.declare("", acctest.KeyB)
	l.later()
	l.rewrite("theirs")
	l.step("drift and rotate", []string{"updated in-place", "+ content_crc64 = \"", "+ sse_customer_key_md5 = (known after apply)"},
		[]string{"HEAD 400 customer", "HEAD 400", "HEAD 400", "GET 200", "PUT 200 customer 5 bytes", "HEAD 200 customer"})
	l.underKey("drift and rotate", acctest.KeyB)

	with := l.ws
	l.fresh()
	l.declare("", "")
	l.show("import", l.ws.Fail("import", testObject, importID),
		"Unable to Import Encrypted Object", "SSE-C", "add that key to the provider's sse_customer_keys")

	// The object is destroyed while its key is not available anywhere.
	l.ws, l.provider, l.object = with, []string{"sse_customer_keys = { a = var.b }"}, []string{`sse_customer_key_name = "a"`}
	l.declare("", acctest.KeyB)
	l.ws.Apply()
	l.provider = nil
	l.declare("", "")
	l.end()
}
