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

// ephemeralVariable declares a variable whose value is in no plan and no state.
func ephemeralVariable(name string) string {
	return "variable \"" + name + "\" {\n  type      = string\n  ephemeral = true\n}\n"
}

// A customer key that is only ever written: no route by which it could be in
// the state, and still drift is seen, the key is rotated, and all is deleted.
func TestAccWriteOnlyKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	step := func(what, key string, want []string, lines ...string) {
		t.Helper()
		ws.Env = []string{"TF_VAR_key=" + key}
		ws.Config(w.Provider(), ephemeralVariable("key"), w.Object("a", append(lines, `sse_customer_key_wo = var.key`)...))
		w.ResetRequests()
		ws.Apply()
		if diff := cmp.Diff(want, w.Calls()); diff != "" {
			t.Errorf("%s: requests (-want +got):\n%s", what, diff)
		}
		w.ResetRequests()
		ws.EmptyPlan()
		// The key is not known to a refresh: the listing proves the object.
		if diff := cmp.Diff([]string{"HEAD 400", "GET 200"}, w.Calls()); diff != "" {
			t.Errorf("%s: requests of the plan after it (-want +got):\n%s", what, diff)
		}
		if leaks := acctest.Leaks(ws.State(), key); len(leaks) > 0 {
			t.Errorf("%s: the state holds %q", what, leaks)
		}
		stored, _ := w.Stored("a")
		if md5 := customerKey(t, key).MD5(); stored.CustomerKeyMD5 != md5 || ws.Attributes("cos_encrypted_object.test")["sse_customer_key_md5"] != md5 {
			t.Errorf("%s: stored under the key of MD5 %s", what, stored.CustomerKeyMD5)
		}
	}
	looked := []string{"HEAD 400", "GET 200"}
	step("create", acctest.KeyA, []string{"HEAD 404", "PUT 200 customer 5 bytes", "HEAD 200 customer"}, `content = "hello"`)
	step("another spelling", strings.TrimRight(acctest.KeyA, "="), looked, `content = "hello"`)
	// The old key is nowhere: the body is uploaded again, guarded by the listing.
	step("rotation", acctest.KeyB, []string{"HEAD 400", "GET 200", "HEAD 400", "GET 200", "GET ?tagging 200", "GET ?acl 200", "PUT 200 customer 5 bytes", "HEAD 200 customer"}, `content = "hello"`)
	ws.Destroy()
	if _, ok := w.Stored("a"); ok {
		t.Error("the object is still there")
	}
}

// With the old key in the keyring a write-only key rotates by a copy.
func TestAccWriteOnlyKeyRotationByCopy(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	config := func(ring string) {
		ws.Config(w.Provider(ring), ephemeralVariable("key"), w.Object("a", `sse_customer_key_wo = var.key`, `content_wo = "hello"`, `content_wo_version = 1`))
	}
	ws.Env = []string{"TF_VAR_key=" + acctest.KeyA}
	config("")
	ws.Apply()
	ws.Env = []string{"TF_VAR_key=" + acctest.KeyB}
	config(`sse_customer_keys = { old = "` + acctest.KeyA + `" }`)
	w.ResetRequests()
	if out := ws.Apply().Text(); !strings.Contains(out, acctest.KeyAMD5) {
		t.Errorf("the plan does not show the key that goes:\n%s", out)
	}
	// Its ETag is not in the state: a HEAD tells it for the copy's condition.
	if diff := cmp.Diff([]string{"HEAD 200 customer", "HEAD 200 customer", "GET ?acl 200", "PUT copy 200 customer", "HEAD 200 customer"}, w.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	config("")
	ws.EmptyPlan()
}

// A write-only body is uploaded when its version changes or somebody else
// changed the object, and leaves no checksum in the state.
func TestAccWriteOnlyContent(t *testing.T) {
	t.Parallel()
	var c clock
	w := acctest.New(t, c.options)
	ws := acctest.NewWorkspace(t)
	config := func(body, version string, lines ...string) {
		ws.Env = []string{"TF_VAR_body=" + body}
		ws.Config(w.Provider(), ephemeralVariable("body"), w.Object("a", append(lines, plain, `content_wo = var.body`, `content_wo_version = `+version)...))
	}
	check := func(what, want string) {
		t.Helper()
		stored, _ := w.Stored("a")
		if body, err := stored.Plaintext(sse.CustomerKey{}); err != nil || string(body) != want {
			t.Errorf("%s: stored is %q, %v", what, body, err)
		}
		got := ws.Attributes("cos_encrypted_object.test")
		if diff := cmp.Diff([]any{nil, nil, nil, float64(len(want))}, []any{got["content_wo"], got["etag"], got["content_crc64"], got["content_length"]}); diff != "" {
			t.Errorf("%s: state (-want +got):\n%s", what, diff)
		}
		for _, secret := range []string{want, stored.ETag} {
			if leaks := acctest.Leaks(ws.State(), secret); len(leaks) > 0 {
				t.Errorf("%s: the state holds %q", what, leaks)
			}
		}
	}
	config("the first secret", "1")
	ws.Apply()
	check("create", "the first secret")
	ws.EmptyPlan()

	config("another secret", "1")
	ws.EmptyPlan() // it is the version that counts
	config("another secret", "2")
	ws.Apply()
	check("another version", "another secret")

	config("another secret", "2", `cache_control = "no-store"`)
	w.ResetRequests()
	ws.Apply()
	check("a header", "another secret")
	if diff := cmp.Diff([]string{"HEAD 200", "HEAD 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, w.Calls()); diff != "" {
		t.Errorf("a header: requests (-want +got):\n%s", diff)
	}

	c.forward(2 * time.Second) // the time of last modification has whole seconds
	if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("foreign secret"), Mode: sse.ModeAES256}); err != nil {
		t.Fatal(err)
	}
	ws.ChangedPlan()
	ws.Run("apply", "-refresh-only", "-auto-approve")
	check("refreshed after somebody else", "foreign secret")
	ws.ChangedPlan()
	ws.Apply()
	check("repaired", "another secret")
	ws.EmptyPlan()
}

// A body that was in the state leaves it without being sent again, and comes
// back the same way.
func TestAccContentBecomesWriteOnly(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	const inState, outside = `content = "a secret of some length"`, "content_wo = \"a secret of some length\"\n content_wo_version = 1"
	for i, body := range []string{inState, outside, inState} {
		ws.Config(w.Provider(), w.Object("a", plain, body))
		w.ResetRequests()
		ws.Apply()
		got := ws.Attributes("cos_encrypted_object.test")
		if hidden := got["content_crc64"] == nil && got["etag"] == nil && got["content"] == nil; hidden != (body == outside) {
			t.Errorf("step %d: hidden is %v", i, hidden)
		}
		if i == 1 {
			if diff := cmp.Diff([]string{"HEAD 200"}, w.Calls()); diff != "" {
				t.Errorf("step %d: requests (-want +got):\n%s", i, diff)
			}
		}
		ws.EmptyPlan()
	}
}

// An imported object whose body is declared write-only is not sent again.
func TestAccImportWriteOnlyContent(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	if err := w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("secret"), Mode: sse.ModeAES256}); err != nil {
		t.Fatal(err)
	}
	ws.Config(w.Provider(), w.Object("a", plain, `content_wo = "secret"`, `content_wo_version = 7`))
	ws.Run("import", "cos_encrypted_object.test", w.Bucket()+"/a")
	// An import does not know the configuration: the page says what that means.
	if got := ws.Attributes("cos_encrypted_object.test"); got["content_crc64"] == nil || got["etag"] == nil {
		t.Errorf("the state of the import has the CRC64 %v and the ETag %v", got["content_crc64"], got["etag"])
	}
	w.ResetRequests()
	ws.Apply()
	if diff := cmp.Diff([]string{"HEAD 200"}, w.Calls()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	ws.EmptyPlan()
	if got := ws.Attributes("cos_encrypted_object.test"); got["content_crc64"] != nil || got["etag"] != nil {
		t.Errorf("the state still has the CRC64 %v and the ETag %v", got["content_crc64"], got["etag"])
	}
}

// A key that is another one in every run is explained, from the second time.
func TestAccUnstableKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), ephemeralVariable("key"), w.Object("a", `sse_customer_key_wo = var.key`, `content = "x"`))
	for i, explained := range []bool{false, false, true, true} {
		key, err := sse.NewCustomerKey([]byte(strings.Repeat(string(rune('a'+i)), sse.KeySize)))
		if err != nil {
			t.Fatal(err)
		}
		ws.Env = []string{"TF_VAR_key=" + key.Base64()}
		plan, apply := ws.ChangedPlan().Text(), ws.Apply().Text()
		for what, out := range map[string]string{"plan": plan, "apply": apply} {
			if got := containsAll(out, "Customer Key Changes Again and Again", "random_bytes", "keep it in a secret store"); got != explained {
				t.Errorf("%s %d: explained is %v:\n%s", what, i, got, out)
			}
		}
	}
	ws.EmptyPlan()
}

// A write-only body whose proof failed is written again by the next apply:
// nothing else in the state would show that it is not the declared one.
func TestAccWriteOnlyContentNotProved(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	for version, body := range []string{"first", "second"} {
		if version > 0 {
			if err := w.Arm(cosmock.Fault{Match: cosmock.On("PUT", "a"), Times: 1, Kind: cosmock.FaultWrongCRC}); err != nil {
				t.Fatal(err)
			}
		}
		ws.Config(w.Provider(), w.Object("a", plain, `content_wo = "`+body+`"`, `content_wo_version = `+string(rune('1'+version))))
		if version == 0 {
			ws.Apply()
			continue
		}
		if out := ws.Fail("apply", "-auto-approve").Text(); strings.Contains(out, "10391171846257723915") {
			t.Errorf("the checksum of a secret is told:\n%s", out)
		}
	}
	ws.ChangedPlan()
	ws.Apply()
	ws.EmptyPlan()
}
