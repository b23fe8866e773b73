package object_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

func resourceBlock(name string, lines ...string) string {
	return "resource \"cos_encrypted_object\" \"" + name + "\" {\n  bucket = \"lab-1250000000\"\n  key = \"" + name + "\"\n  " + strings.Join(lines, "\n  ") + "\n}\n"
}

// Secrets that enter by a route which promises not to store them appear nowhere
// during the whole life of an object.
//
// With our runner: the test searches trace logs, plan files and all output, with the provider as a separate program.
func TestAccCanary(t *testing.T) {
	t.Parallel()
	acctest.NewWorkspace(t)
	binary := acctest.Build(t)
	for name, life := range map[string]func(*testing.T, string){"kept": canariesKept, "stored": canariesStored, "refused": canariesRefused} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			life(t, binary)
		})
	}
}

func canariesKept(t *testing.T, binary string) {
	c := newCage(t, binary, map[string]string{
		"secret_key": "canary/secret+key?of=provider~", "security_token": "canary/security+token?of=provider~",
		"ring_a": canaryKey("ring_a"), "ring_b": canaryKey("ring_b"), keyringVariable: canaryKey("environment"),
		"key_wo": canaryKey("key_wo"), "key_wo_next": canaryKey("key_wo_next"), "body_wo": "canary/body+that?is=written~only",
	})
	c.variables[keyringVariable] = `{"env":"` + c.canaries[keyringVariable] + `"}`
	foreign := func(key, canary, body string) {
		must(t, c.PutObject(c.Bucket(), key, cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, c.canaries[canary])}))
	}
	foreign("source", "ring_a", c.canaries["body_wo"])
	config := func(name, wo string) {
		c.ws.Config(c.declare("ephemeral"),
			providerWith(c.World, `secret_id = "AKIDcanary"`, "secret_key = var.secret_key", "security_token = var.security_token", "sse_customer_keys = { a = var.ring_a, b = var.ring_b }"),
			resourceBlock("ring", `sse_customer_key_name = "`+name+`"`, "content_wo = var.body_wo", "content_wo_version = 1"),
			resourceBlock("env", `sse_customer_key_name = "env"`, "content_wo = var.body_wo", "content_wo_version = 1"),
			resourceBlock("wo", "sse_customer_key_wo = var."+wo, "content_wo = var.body_wo", "content_wo_version = 1"),
			resourceBlock("copy", aes, `copy_source = { bucket = "lab-1250000000", key = "source", sse_customer_key_name = "a" }`))
	}
	config("a", "key_wo")
	c.run(0, "apply", "-auto-approve")
	c.run(0, "show", "-json")
	foreign("ring", "ring_a", "drifted: another length")
	foreign("wo", "ring_b", "drifted: another length")
	c.run(2, "plan", "-detailed-exitcode", "-out=drift")
	c.run(0, "show", "-json", "drift")
	c.run(0, "apply", "drift")
	config("b", "key_wo_next")
	c.run(2, "plan", "-detailed-exitcode", "-out=rotate")
	c.run(0, "show", "-json", "rotate")
	c.run(0, "apply", "rotate")
	c.run(0, "state", "rm", "cos_encrypted_object.ring")
	c.run(0, "import", "cos_encrypted_object.ring", "lab-1250000000/ring")
	c.run(0, "destroy", "-auto-approve")
	c.search("server log", c.serverLog.String())
	c.check(nil)
	c.lookedAt("journal", "log of the CLI", "log of the provider", "output", "plan file", "private state", "server log", "show -json of the plan", "show -json of the state", "state", "state backup")
}

// Values stored by contract or by the CLI itself are found, which proves that the
// search works.
func canariesStored(t *testing.T, binary string) {
	c := newCage(t, binary, map[string]string{
		"key": canaryKey("key"), "key_next": canaryKey("key_next"), "body": "canary/body+that?is=content~", "body_base64": base64.StdEncoding.EncodeToString([]byte("canary/body+that?is=base64~of~bytes")),
		"key_wo": canaryKey("sensitive_wo"), "ring": canaryKey("sensitive_ring"), "body_wo": "canary/sensitive+body?written=only~", "argument": canaryKey("argument"),
	})
	argument := "argument=" + c.canaries["argument"]
	delete(c.variables, "argument")
	variables := c.declare("sensitive") + "variable \"argument\" {\n  ephemeral = true\n}\n"
	config := func(key string) {
		c.ws.Config(variables, c.Provider("sse_customer_keys = { ring = var.ring }"),
			resourceBlock("key", "sse_customer_key = var."+key, "content = var.body"),
			resourceBlock("base64", `sse_customer_key_name = "ring"`, "content_base64 = var.body_base64"),
			resourceBlock("wo", "sse_customer_key_wo = var.key_wo", "content_wo = var.body_wo", "content_wo_version = 1"),
			resourceBlock("argument", "sse_customer_key_wo = var.argument", "content = \"x\""))
	}
	config("key")
	c.run(0, "apply", "-auto-approve", "-var", argument)
	c.run(0, "show", "-json")
	config("key_next")
	c.run(2, "plan", "-detailed-exitcode", "-out=rotate", "-var", argument)
	c.run(0, "show", "-json", "rotate")
	c.run(0, "apply", "-var", argument, "rotate")
	c.run(0, "destroy", "-auto-approve", "-var", argument)
	c.search("server log", c.serverLog.String())
	inState := []string{"plan file", "show -json of the plan", "show -json of the state", "state", "state backup"}
	byCLI := []string{"plan file", "show -json of the plan"}
	c.check(map[string][]string{
		"key": inState, "key_next": {"plan file", "show -json of the plan", "state", "state backup"}, "body": inState, "body_base64": inState,
		// The CLI stores every variable that is not ephemeral, and logs its arguments.
		"key_wo": byCLI, "ring": byCLI, "body_wo": byCLI, "argument": {"log of the CLI"},
	})
}

// Errors reveal no secrets: neither the invalid value nor other secrets in the same
// request.
func canariesRefused(t *testing.T, binary string) {
	short := base64.StdEncoding.EncodeToString([]byte("canary~of~a~key~that~is~short"))
	c := newCage(t, binary, map[string]string{
		"secret_key": "canary/secret+key?that=is~wrong", "security_token": "canary/security+token?that=is~wrong",
		"key_wo": canaryKey("refused_key_wo"), "ring": canaryKey("refused_ring"), "body_wo": "canary/body+that?is=refused~", "short": short,
	})
	must(t, c.PutObject(c.Bucket(), "theirs", cosmock.NewObject{Body: strings.NewReader(c.canaries["body_wo"]), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, acctest.KeyB)}))
	written := []string{"sse_customer_key_wo = var.key_wo", "content_wo = var.body_wo", "content_wo_version = 1", "overwrite = true"}
	ring := "sse_customer_keys = { a = var.ring }"
	for name, tc := range map[string]struct {
		provider, object []string
		env              string
		args             []string
		says             []string
	}{
		// The body of this 403 quotes the signed headers, including the keys.
		"wrong secret_key": {provider: []string{"secret_key = var.secret_key"}, says: []string{"SignatureDoesNotMatch"}},
		"wrong token": {provider: []string{`secret_id = "AKIDnobody"`, "secret_key = var.secret_key", "security_token = var.security_token"},
			says: []string{"InvalidAccessKeyId"}},
		"http endpoint":         {provider: []string{"endpoint = " + acctest.Quote(c.HTTPURL())}, says: []string{"Customer Key Over Plain HTTP"}},
		"unknown name":          {provider: []string{ring}, object: []string{`sse_customer_key_name = "nope"`, hello}, says: []string{"Unknown Customer Key Name", "It has: a."}},
		"wrong key of a source": {provider: []string{ring}, object: []string{aes, `copy_source = { bucket = "lab-1250000000", key = "theirs", sse_customer_key_name = "a" }`}, says: []string{"Unable to Read Copy Source", "SsecDecryptHeaderInvalid"}},
		"wrong key of an import": {provider: []string{ring}, args: []string{"import", testObject, "lab-1250000000/theirs"},
			says: []string{"none of the 1 keys of the keyring"}},
		"a short key":                    {object: []string{"sse_customer_key_wo = var.short", hello}, says: []string{"exactly 32 bytes"}},
		"a body for a key":               {object: []string{"sse_customer_key_wo = var.body_wo", hello}, says: []string{"not base64"}},
		"a short key in the keyring":     {provider: []string{"sse_customer_keys = { a = var.short }"}, says: []string{"exactly 32 bytes"}},
		"name and key swapped":           {provider: []string{`sse_customer_keys = { (var.ring) = "logs" }`}, says: []string{"itself a customer key"}},
		"a short key as a name":          {provider: []string{`sse_customer_keys = { (var.short) = "logs" }`}, says: []string{"swapped"}},
		"a short key in the environment": {env: `{"a":"` + short + `"}`, says: []string{"COS_SSE_CUSTOMER_KEYS", "exactly 32 bytes"}},
		"no JSON in the environment":     {env: short, says: []string{"COS_SSE_CUSTOMER_KEYS", "not a JSON object"}},
	} {
		t.Log(name)
		if tc.object == nil {
			tc.object = written
		}
		c.variables[keyringVariable] = tc.env
		c.ws.Config(c.declare("ephemeral"), providerWith(c.World, tc.provider...), resourceBlock("test", tc.object...))
		if tc.args == nil {
			tc.args = []string{"apply", "-auto-approve"}
		}
		if r := c.run(1, tc.args...); !containsAll(r.Text(), tc.says...) {
			t.Errorf("%s: it does not say %q:\n%s", name, tc.says, r.Output())
		}
	}
	c.search("server log", c.serverLog.String())
	c.check(nil)
	c.lookedAt("journal", "log of the CLI", "log of the provider", "output", "server log")
}
