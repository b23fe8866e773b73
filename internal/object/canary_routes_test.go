package object_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
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
	for name, life := range map[string]func(*testing.T, string){"lived": canariesLived, "refused": canariesRefused} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			life(t, binary)
		})
	}
}

// Objects are created, drift, change their keys, and are imported and destroyed.
//
// Values stored by contract or by the CLI itself are found, which proves that the
// search works: all of them are values of sensitive variables.
func canariesLived(t *testing.T, binary string) {
	c := newCage(t, binary, map[string]string{
		"secret_key": "canary/secret+key?of=provider~", "security_token": "canary/security+token?of=provider~",
		"ring_a": canaryKey("ring_a"), "ring_b": canaryKey("ring_b"), keyringVariable: canaryKey("environment"),
		"key_wo": canaryKey("key_wo"), "key_wo_next": canaryKey("key_wo_next"), "body_wo": "canary/body+that?is=written~only",

		"key": canaryKey("key"), "key_next": canaryKey("key_next"), "body": "canary/body+that?is=content~", "body_base64": base64.StdEncoding.EncodeToString([]byte("canary/body+that?is=base64~of~bytes")),
		"sensitive_wo": canaryKey("sensitive_wo"), "sensitive_ring": canaryKey("sensitive_ring"), "sensitive_body": "canary/sensitive+body?written=only~", "argument": canaryKey("argument"),
	})
	c.variables[keyringVariable] = `{"env":"` + c.canaries[keyringVariable] + `"}`
	argument := "argument=" + c.canaries["argument"]
	delete(c.variables, "argument")
	foreign := func(key, canary, body string) {
		must(t, c.PutObject(c.Bucket(), key, cosmock.NewObject{Body: strings.NewReader(body), Mode: sse.ModeCustomer, CustomerKey: customerKey(t, c.canaries[canary])}))
	}
	foreign("source", "ring_a", c.canaries["body_wo"])
	provider := func(lines ...string) string {
		return providerWith(c.World, append(lines, `secret_id = "AKIDcanary"`, "secret_key = var.secret_key", "security_token = var.security_token")...)
	}
	written := []string{"content_wo = var.body_wo", "content_wo_version = 1"}
	config := func(name, wo, key string) {
		c.ws.Config(
			acctest.Ephemeral("argument", "secret_key", "security_token", "ring_a", "ring_b", "key_wo", "key_wo_next", "body_wo"),
			acctest.Sensitive("key", "key_next", "body", "body_base64", "sensitive_wo", "sensitive_ring", "sensitive_body"),
			provider("sse_customer_keys = { a = var.ring_a, b = var.ring_b }"),
			resourceBlock("ring", append(written, `sse_customer_key_name = "a"`)...),
			resourceBlock("wo", append(written, "sse_customer_key_wo = var.key_wo")...),
			resourceBlock("ring_rotated", append(written, "sse_customer_key_name = "+acctest.Quote(name))...),
			resourceBlock("wo_rotated", append(written, "sse_customer_key_wo = var."+wo)...),
			resourceBlock("env", append(written, `sse_customer_key_name = "env"`)...),
			resourceBlock("copy", aes, `copy_source = { bucket = "lab-1250000000", key = "source", sse_customer_key_name = "a" }`),

			provider(`alias = "stored"`, "sse_customer_keys = { ring = var.sensitive_ring }"),
			resourceBlock("key", "provider = cos.stored", "sse_customer_key = var."+key, "content = var.body"),
			resourceBlock("base64", "provider = cos.stored", `sse_customer_key_name = "ring"`, "content_base64 = var.body_base64"),
			resourceBlock("sensitive_wo", "provider = cos.stored", "sse_customer_key_wo = var.sensitive_wo", "content_wo = var.sensitive_body", "content_wo_version = 1"),
			resourceBlock("argument", "provider = cos.stored", "sse_customer_key_wo = var.argument", "content = \"x\""))
	}
	config("a", "key_wo", "key")
	c.run(0, "apply", "-auto-approve", "-var", argument)
	c.run(0, "show", "-json")
	foreign("ring", "ring_a", "drifted: another length")
	foreign("wo", "ring_b", "drifted: another length")
	config("b", "key_wo_next", "key_next")
	if r := c.run(2, "plan", "-detailed-exitcode", "-out=changes", "-var", argument); !strings.Contains(r.Text(), "Plan: 0 to add, 5 to change, 0 to destroy") {
		t.Errorf("not the two that drifted and the three with new keys change:\n%s", r.Output())
	}
	c.run(0, "show", "-json", "changes")
	c.run(0, "apply", "-var", argument, "changes")
	c.run(0, "state", "rm", "cos_encrypted_object.ring")
	c.run(0, "import", "-var", argument, "cos_encrypted_object.ring", "lab-1250000000/ring")
	c.run(0, "destroy", "-auto-approve", "-var", argument)
	c.search("server log", c.serverLog.String())
	inState := []string{"plan file", "show -json of the plan", "show -json of the state", "state", "state backup"}
	byCLI := []string{"plan file", "show -json of the plan"}
	c.check(map[string][]string{
		"key": inState, "key_next": {"plan file", "show -json of the plan", "state", "state backup"}, "body": inState, "body_base64": inState,
		// The CLI stores every variable that is not ephemeral, and logs its arguments.
		"sensitive_wo": byCLI, "sensitive_ring": byCLI, "sensitive_body": byCLI, "argument": {"log of the CLI"},
	})
	c.lookedAt("journal", "log of the CLI", "log of the provider", "output", "plan file", "private state", "server log", "show -json of the plan", "show -json of the state", "state", "state backup")
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
	rows := map[string]refusal{
		// The body of this 403 quotes the signed headers, including the keys.
		"wrong secret_key": {provider: []string{"secret_key = var.secret_key"}, applied: true, says: []string{"SignatureDoesNotMatch"}},
		"wrong token": {provider: []string{`secret_id = "AKIDnobody"`, "secret_key = var.secret_key", "security_token = var.security_token"},
			applied: true, says: []string{"InvalidAccessKeyId"}},
		"http endpoint":         {provider: []string{"endpoint = " + acctest.Quote(c.HTTPURL())}, says: []string{"Customer Key Over Plain HTTP"}},
		"unknown name":          {provider: []string{ring}, object: []string{`sse_customer_key_name = "nope"`, hello}, says: []string{"Unknown Customer Key Name", "It has: a."}},
		"wrong key of a source": {provider: []string{ring}, object: []string{aes, `copy_source = { bucket = "lab-1250000000", key = "theirs", sse_customer_key_name = "a" }`}, applied: true, says: []string{"Unable to Read Copy Source", "SsecDecryptHeaderInvalid"}},
		"wrong key of an import": {provider: []string{ring}, imports: "lab-1250000000/theirs",
			says: []string{"none of the 1 keys of the keyring"}},
		"a short key":                    {object: []string{"sse_customer_key_wo = var.short", hello}, says: []string{"exactly 32 bytes"}},
		"a body for a key":               {object: []string{"sse_customer_key_wo = var.body_wo", hello}, says: []string{"not base64"}},
		"a short key in the keyring":     {provider: []string{"sse_customer_keys = { a = var.short }"}, says: []string{"exactly 32 bytes"}},
		"name and key swapped":           {provider: []string{`sse_customer_keys = { (var.ring) = "logs" }`}, says: []string{"itself a customer key"}},
		"a short key as a name":          {provider: []string{`sse_customer_keys = { (var.short) = "logs" }`}, says: []string{"swapped"}},
		"a short key in the environment": {env: `{"a":"` + short + `"}`, says: []string{"COS_SSE_CUSTOMER_KEYS", "exactly 32 bytes"}},
		"no JSON in the environment":     {env: short, says: []string{"COS_SSE_CUSTOMER_KEYS", "not a JSON object"}},
	}
	names := slices.Sorted(maps.Keys(rows))
	label := func(name string) string { return fmt.Sprintf("row%02d", slices.Index(names, name)) }
	// refused runs the CLI with the resources of these rows, each with a provider of
	// its own, and compares the errors of each. The error of an import names no
	// resource.
	refused := func(names []string, args ...string) {
		config := acctest.Ephemeral(slices.Sorted(maps.Keys(c.canaries))...)
		for _, name := range names {
			object := rows[name].object
			if object == nil {
				object = written
			}
			config += "# " + name + "\n" + providerWith(c.World, append(rows[name].provider, "alias = "+acctest.Quote(label(name)))...) +
				resourceBlock(label(name), append(object, "provider = cos."+label(name))...)
		}
		c.ws.Config(config)
		r, said := c.run(1, args...), map[string]string{}
		for _, text := range strings.Split(r.Text(), "Error: ")[1:] {
			row := ofRow.FindString(text)
			if row == "" && len(names) == 1 {
				row = label(names[0])
			}
			said[row] += text
		}
		for _, name := range names {
			if text := said[label(name)]; !containsAll(text, rows[name].says...) {
				t.Errorf("%s: it does not say %q but %q:\n%s", name, rows[name].says, text, r.Output())
			}
			delete(said, label(name))
		}
		if len(said) > 0 {
			t.Errorf("errors of no row: %v", said)
		}
	}
	var planned, applied []string
	for _, name := range names {
		switch row := rows[name]; {
		case row.env != "":
			c.variables[keyringVariable] = row.env
			refused([]string{name}, "apply", "-auto-approve")
			delete(c.variables, keyringVariable)
		case row.imports != "":
			refused([]string{name}, "import", "cos_encrypted_object."+label(name), row.imports)
		case row.applied:
			applied = append(applied, name)
		default:
			planned = append(planned, name)
		}
	}
	refused(planned, "apply", "-auto-approve")
	refused(applied, "apply", "-auto-approve")
	c.search("server log", c.serverLog.String())
	c.check(nil)
	c.lookedAt("journal", "log of the CLI", "log of the provider", "output", "server log")
}

// refusal is a provider and an object, with the errors of an apply or an import.
type refusal struct {
	provider, object []string
	env              string // the keyring in the environment, of all providers of a run
	imports          string // the ID of an import
	applied          bool   // the plan succeeds
	says             []string
}

// ofRow is the first word in an error that identifies the row: in the address, or,
// of a provider, in its alias.
var ofRow = regexp.MustCompile(`\brow\d\d\b`)
