package object_test

import (
	"os"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// The requests in the life of an object, as recorded by the server.
func TestAccRequests(t *testing.T) {
	t.Parallel()
	table := map[string]struct {
		encryption []string
		asked      string
		copied     []string // encryption arguments after the change
		copyAsked  string
	}{
		"SSE-COS": {
			encryption: []string{`server_side_encryption = "AES256"`},
			asked:      "AES256",
			copied:     []string{`server_side_encryption = "cos/kms"`},
			copyAsked:  "cos/kms",
		},
		"SSE-COS, spelled as on the SDK page": {
			encryption: []string{`server_side_encryption = "AES-256"`},
			asked:      "AES256",
			copied:     []string{`server_side_encryption = "cos/kms"`},
			copyAsked:  "cos/kms",
		},
		"SSE-KMS with COS's key": {
			encryption: []string{`server_side_encryption = "cos/kms"`},
			asked:      "cos/kms",
			copied:     []string{`server_side_encryption = "cos/kms"`, `sse_kms_key_id = "` + acctest.KMSKey1 + `"`},
			copyAsked:  "cos/kms",
		},
		"SSE-KMS with a key and a context": {
			encryption: []string{`server_side_encryption = "cos/kms"`, `sse_kms_key_id = "` + acctest.KMSKey1 + `"`, `sse_context = base64encode(jsonencode({ a = "b" }))`},
			asked:      "cos/kms",
			copied:     []string{`server_side_encryption = "cos/kms"`, `sse_kms_key_id = "` + acctest.KMSKey1 + `"`, `sse_context = base64encode(jsonencode({ a = "c" }))`},
			copyAsked:  "cos/kms",
		},
		"SSE-C": {
			encryption: []string{`sse_customer_key = "` + acctest.KeyA + `"`},
			asked:      "customer",
			copied:     []string{`sse_customer_key = "` + acctest.KeyB + `"`},
			copyAsked:  "customer",
		},
		"SSE-C, unpadded as on the SDK page": {
			encryption: []string{`sse_customer_key = "` + strings.TrimRight(acctest.KeyA, "=") + `"`},
			asked:      "customer",
			copied:     []string{`sse_customer_key = "` + acctest.KeyB + `"`},
			copyAsked:  "customer",
		},
		"SSE-C by the keyring": {
			encryption: []string{`sse_customer_key_name = "a"`},
			asked:      "customer",
			copied:     []string{`sse_customer_key_name = "b"`},
			copyAsked:  "customer",
		},
	}
	c := newCases(t, table)
	config := func(encryption func(name string) []string, lines ...string) string {
		text := c.Provider(twoNamed)
		for name := range table {
			text += c.object(name, "a.txt", append(append([]string{}, encryption(name)...), lines...)...)
		}
		return text
	}
	first := func(name string) []string { return table[name].encryption }
	second := func(name string) []string { return table[name].copied }
	// sent expands the requests of each case: ASKED is its encryption, HEAD its
	// HEAD request.
	sent := func(copied bool, want ...string) (checks []acctest.Check) {
		for name, tc := range table {
			was, now := tc.asked, tc.asked
			if copied {
				now = tc.copyAsked
			}
			written := strings.NewReplacer("OLD HEAD", headOf(was), "HEAD", headOf(now), "ASKED", now)
			var calls []string
			for _, call := range want {
				if !strings.HasPrefix(call, "HEAD 404") {
					call = written.Replace(call)
				}
				calls = append(calls, call)
			}
			checks = append(checks, c.sent(name, calls...))
		}
		return append(checks, c.Forget())
	}
	step := func(config string, rotated bool, apply ...string) resource.TestStep {
		return resource.TestStep{
			PreConfig:         c.ResetRequests,
			Config:            config,
			ConfigStateChecks: asStateChecks(sent(rotated, apply...)),
			ConfigPlanChecks:  resource.ConfigPlanChecks{PostApplyPostRefresh: asPlanChecks(sent(rotated, "HEAD"))},
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: c.Factories(),
		Steps: []resource.TestStep{
			step(config(first, `content = "hello"`), false, "HEAD 404", "PUT 200 ASKED 5 bytes", "HEAD"),
			step(config(first, `content = "hello, world"`), false, "HEAD", "HEAD", "GET ?acl 200", "PUT 200 ASKED 12 bytes", "HEAD"),
			step(config(first, `content = "hello, world"`, `cache_control = "no-store"`), false, "HEAD", "GET ?acl 200", "PUT copy 200 ASKED", "HEAD"),
			step(config(second, `content = "hello, world"`, `cache_control = "no-store"`), true, "OLD HEAD", "GET ?acl 200", "PUT copy 200 ASKED", "HEAD"),
			{
				PreConfig: c.ResetRequests,
				Config:    config(second, `content = "hello, world"`, `cache_control = "no-store"`),
				Destroy:   true,
			},
		},
	})
	acctest.Now(t, sent(true, "HEAD", "HEAD", "DELETE 204")...)
}

// A body with the same bytes is never sent again, whichever argument it comes from.
func TestAccSameBody(t *testing.T) {
	t.Parallel()
	w, dir := acctest.New(t), t.TempDir()
	config := func(body string) string { return w.Provider() + w.Object("a.txt", plain, body) }
	one, two := writeFile(t, dir, "one.txt", "hello"), writeFile(t, dir, "two.txt", "hello")
	fromOne, fromTwo := "source = "+acctest.Quote(one), "source = "+acctest.Quote(two)
	otherwise := func(body string) resource.TestStep {
		return resource.TestStep{
			PreConfig:         w.ResetRequests,
			Config:            config(body),
			ConfigStateChecks: []statecheck.StateCheck{w.Sent("HEAD 200")},
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{
			{Config: config(fromOne)},
			{Config: config(fromTwo), ConfigPlanChecks: unchanged},
			{
				PreConfig:        func() { must(t, os.Chtimes(one, acctest.LongAgo, acctest.LongAgo)) },
				Config:           config(fromOne),
				ConfigPlanChecks: unchanged,
			},
			otherwise(`content = "hello"`),
			otherwise(`content_base64 = base64encode("hello")`),
			otherwise(""),
			{ // other bytes of the same length
				PreConfig: func() { writeFile(t, dir, "one.txt", "HELLO"); w.ResetRequests() },
				Config:    config(fromOne),
				ConfigStateChecks: []statecheck.StateCheck{
					w.Sent("HEAD 200", "HEAD 200", "GET ?acl 200", "PUT 200 AES256 5 bytes", "HEAD 200"),
				},
			},
		},
	})
}

// An empty object is a valid object.
func TestAccEmptyObject(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Factories(),
		Steps: []resource.TestStep{{
			Config: w.Provider() + w.Object("empty", plain, `content = ""`),
			ConfigStateChecks: []statecheck.StateCheck{
				acctest.State(address, map[string]any{"content_length": 0.0, "content_crc64": "0", "content_type": "application/octet-stream"}),
				w.Holds("empty", "", sse.Observed{Mode: sse.ModeAES256}),
			},
		}},
	})
}
