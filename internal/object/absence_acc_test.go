package object_test

import (
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// absentVariable is an ephemeral variable that a run may leave out.
func absentVariable(name string) string {
	return "variable \"" + name + "\" {\n  type      = string\n  ephemeral = true\n  sensitive = true\n  default   = null\n}\n"
}

// wrote names the requests that changed something.
func wrote(w *acctest.World) []string {
	var calls []string
	for _, r := range w.Requests() {
		if r.Method != "HEAD" && r.Method != "GET" {
			calls = append(calls, acctest.Call(r))
		}
	}
	return calls
}

// A secret that only the run which needs it has: refresh, plan and destroy go
// without it, and what does need it fails before anything is sent.
func TestAccAbsentSecrets(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		secret          string // the value
		provider, lines []string
		needs           []string // what cannot be done without the secret
		says            string
	}{
		"the body": {
			secret: "canary-body", lines: []string{plain, "content_wo = var.secret", "content_wo_version = 1"},
			needs: []string{plain, "content_wo = var.secret", "content_wo_version = 2"}, says: "content_wo is not set in this run",
		},
		"the key": {
			secret: acctest.KeyA, lines: []string{hello, "sse_customer_key_wo = var.secret"},
			needs: []string{hello, "sse_customer_key_wo = var.secret", `cache_control = "no-store"`}, says: "neither in the state nor in the provider's keyring",
		},
		"the key, with a default encryption": {
			secret: acctest.KeyA, provider: []string{`default_encryption = { server_side_encryption = "AES256" }`}, lines: []string{hello, "sse_customer_key_wo = var.secret"},
			needs: []string{hello, "sse_customer_key_wo = var.secret", `cache_control = "no-store"`}, says: "neither in the state nor in the provider's keyring",
		},
		"the key, which a policy forbids by now": {
			secret: acctest.KeyA, provider: []string{`require_encryption = { modes = ["cos/kms", "customer"] }`}, lines: []string{hello, "sse_customer_key_wo = var.secret"},
			needs: []string{hello, "sse_customer_key_wo = var.secret", `cache_control = "no-store"`}, says: "neither in the state nor in the provider's keyring",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			config := func(lines []string) {
				ws.Config(absentVariable("secret"), w.Provider(tc.provider...), w.Object("a", lines...))
			}
			config(tc.lines)
			if name != "the key, with a default encryption" { // which a create gets then
				checkReport(t, ws.Fail("apply", "-auto-approve"), nil)
				if len(wrote(w)) > 0 {
					t.Errorf("a create without the secret sent %q", wrote(w))
				}
			}
			ws.Env = []string{"TF_VAR_secret=" + tc.secret}
			ws.Apply()
			ws.EmptyPlan()
			ws.Env = nil
			before := everythingOfSize(t, w)
			w.ResetRequests()
			ws.EmptyPlan()
			ws.EmptyPlan("-refresh=false")
			ws.Apply("-refresh-only")
			config(tc.needs)
			checkReport(t, ws.ChangedPlan(), []string{"Warning: ", tc.says}, tc.secret)
			checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Unable to Update Encrypted Object", tc.says, "Nothing was sent"}, tc.secret)
			if len(wrote(w)) > 0 || everythingOfSize(t, w) != before {
				t.Errorf("sent without the secret: %q", wrote(w))
			}
			ws.Env = []string{"TF_VAR_secret=" + tc.secret}
			ws.Apply()
			ws.EmptyPlan()
			ws.Env = nil
			ws.Destroy()
			if _, there := w.Stored("a"); there {
				t.Error("it is still there")
			}
		})
	}
}

func everythingOfSize(t *testing.T, w *acctest.World) [3]any {
	t.Helper()
	o, ok := w.Stored("a")
	if !ok {
		t.Fatal("the object is gone")
	}
	return [3]any{o.CRC64, o.CustomerKeyMD5, o.Mode}
}

// A customer key that is taken out of the configuration may have been the only
// copy. What is declared instead, a default or the keyring decide.
func TestAccKeyTakenOut(t *testing.T) {
	t.Parallel()
	const key = "sse_customer_key = \"" + acctest.KeyA + "\""
	for name, tc := range map[string]struct {
		provider []string
		fails    string
		mode     sse.Mode
		copies   int
	}{
		"nothing else":            {fails: "may hold the only copy", mode: sse.ModeCustomer},
		"the keyring has it":      {provider: []string{twoKeys}, mode: sse.ModeCustomer},
		"there is a default":      {provider: []string{`default_encryption = { server_side_encryption = "AES256" }`}, mode: sse.ModeAES256, copies: 1},
		"a default, and the ring": {provider: []string{twoKeys, `default_encryption = { server_side_encryption = "AES256" }`}, mode: sse.ModeAES256, copies: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Config(w.Provider(tc.provider...), w.Object("a", hello, key))
			ws.Apply()
			ws.Config(w.Provider(tc.provider...), w.Object("a", hello))
			w.ResetRequests()
			if tc.fails != "" {
				checkReport(t, ws.ChangedPlan(), []string{"Warning: Only Copy of the Customer Key"}, acctest.KeyA)
				checkReport(t, ws.Fail("apply", "-auto-approve"), []string{tc.fails}, acctest.KeyA)
				if ws.Attributes(testObject)["sse_customer_key"] != acctest.KeyA {
					t.Error("the state has lost the key")
				}
			} else {
				ws.Apply()
				ws.EmptyPlan()
			}
			copies := 0
			for _, r := range w.Requests() {
				if r.BodyBytes > 0 {
					t.Errorf("sent %s", acctest.Call(r))
				}
				if r.CopySource != "" {
					copies++
				}
			}
			if o, _ := w.Stored("a"); o.Mode != tc.mode || copies != tc.copies {
				t.Errorf("stored under %s after %d copies", o.Mode, copies)
			}
			ws.Destroy()
		})
	}
}

// Tags and an ACL whose lines are gone stay with the object, and the plan says so.
func TestAccTakenOutStays(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), w.Object("a", plain, hello, `tags = { a = "b" }`, `acl = "public-read"`))
	ws.Apply()
	ws.Config(w.Provider(), w.Object("a", plain, hello))
	checkReport(t, ws.ChangedPlan(), []string{"Warning: Tags Stay", "tags = {}", "Warning: ACL Stays", `acl = "default"`})
	w.ResetRequests()
	ws.Apply()
	if o, _ := w.Stored("a"); len(wrote(w)) > 0 || o.Tags["a"] != "b" || !o.PublicRead {
		t.Errorf("sent %q; stored %v, public %v", wrote(w), o.Tags, o.PublicRead)
	}
	ws.EmptyPlan()
}

// An object that nobody encrypts and nobody declares to be encrypted is warned
// of; it is not changed until somebody declares how.
func TestAccNothingDeclared(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	must(t, w.PutObject(w.Bucket(), "a", cosmock.NewObject{Body: strings.NewReader("hello")}))
	ws.Config(w.Provider(), w.Object("a", "acl = \"default\""))
	ws.Run("import", testObject, importID)
	checkReport(t, ws.ChangedPlan(), []string{"Warning: Object Not Encrypted", "server_side_encryption"})
	checkReport(t, ws.Fail("apply", "-auto-approve"), []string{"Unable to Update Encrypted Object", "stored without encryption"})
	ws.Config(w.Provider(), w.Object("a", plain))
	ws.Apply()
	ws.EmptyPlan()
	if o, _ := w.Stored("a"); o.Mode != sse.ModeAES256 {
		t.Errorf("stored under %s", o.Mode)
	}
}

// A key of the keyring that is not known when it is planned counts as another
// one: no green apply leaves an object under its old key, and nothing is
// written if the key turns out to be the same.
func TestAccLateKeyOfKeyring(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	config := func(key string, header string) {
		ws.Config(late("key", acctest.Quote(key)), w.Provider("sse_customer_keys = { k = "+lateValue("key")+", old = "+acctest.Quote(acctest.KeyA)+" }"),
			strings.Replace(w.Object("a", hello, `sse_customer_key_name = "k"`), "\n}", "\n  depends_on = [terraform_data.key]\n}", 1),
			strings.Replace(w.Object("b", hello, `sse_customer_key_name = "k"`, header), `"test"`, `"other"`, 1))
	}
	config(acctest.KeyA, "")
	ws.Apply()
	ws.EmptyPlan()
	config(acctest.KeyB, `cache_control = "no-store"`)
	w.ResetRequests()
	ws.Apply()
	for _, key := range []string{"a", "b"} {
		if o, _ := w.Stored(key); o.CustomerKeyMD5 != acctest.KeyBMD5 {
			t.Errorf("%s is under the key of MD5 %s after a green apply", key, o.CustomerKeyMD5)
		}
	}
	for _, r := range w.Requests() {
		if r.BodyBytes > 0 {
			t.Errorf("sent %s", acctest.Call(r))
		}
	}
	ws.EmptyPlan()
	// The resource changes, and the value it makes does not.
	ws.Run("taint", "terraform_data.key")
	w.ResetRequests()
	ws.Apply()
	if len(wrote(w)) > 0 {
		t.Errorf("the same key was written again: %q", wrote(w))
	}
	ws.EmptyPlan()
}

// Somebody else has rotated the object to a key that the keyring has: the plan
// names it, and the apply rotates back by a copy.
func TestAccForeignRotation(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	c := cosmock.NewObject{Body: strings.NewReader("hello"), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}
	ws.Config(w.Provider(twoKeys), w.Object("a", `sse_customer_key_name = "one"`, hello))
	ws.Apply()
	must(t, w.PutObject(w.Bucket(), "a", c))
	checkReport(t, ws.ChangedPlan("-out=plan"), []string{`sse_customer_key_name`, `"two" -> "one"`}, acctest.KeyA, acctest.KeyB)
	w.ResetRequests()
	applyPlan(t, ws)
	for _, r := range w.Requests() {
		if r.BodyBytes > 0 {
			t.Errorf("sent %s", acctest.Call(r))
		}
	}
	if o, _ := w.Stored("a"); o.CustomerKeyMD5 != acctest.KeyAMD5 {
		t.Errorf("it is under the key of MD5 %s", o.CustomerKeyMD5)
	}
	ws.EmptyPlan()
}
