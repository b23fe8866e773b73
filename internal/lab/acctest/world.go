// Package acctest is the shared support of the acceptance tests. It gives each
// test a COS server of its own, the provider configured for it, and a way to run
// the CLI.
package acctest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/echoprovider"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
	"github.com/cos-terraform/terraform-provider-cos/internal/provider"
)

// Customer keys for tests. KeyA is the key that the SDK pages use.
const (
	KeyA    = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	KeyAMD5 = "U5L61r7jcwdNvT7frmUG8g=="
	KeyB    = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	KeyBMD5 = "hRasmdxgYDKV3nvbahU1MA=="

	KMSKey1 = "11111111-c05d-11ef-8000-5254005dfa17"
	KMSKey2 = "22222222-c05d-11ef-8000-5254005dfa17"
)

// World is the environment of one test, with a server that no other test uses.
type World struct {
	*cosmock.Server

	t    *testing.T
	said *diagnostics
}

// New starts a server and stops it when the test ends. The options can change the
// server's configuration.
func New(t *testing.T, options ...func(*cosmock.Options)) *World {
	t.Helper()
	opts := cosmock.Options{
		DataDir: t.TempDir(),
		CAFile:  filepath.Join(t.TempDir(), "ca.pem"),
		KMSKeys: []string{KMSKey1, KMSKey2},
	}
	for _, option := range options {
		option(&opts)
	}
	server, err := cosmock.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &World{Server: server, t: t, said: &diagnostics{}}
	t.Cleanup(func() { w.said.checkQuiet(t, w.SecretKey(), KeyA, KeyB) })
	return w
}

// Factories returns provider factories for one test, including the fast path that
// the binary has. Tests do not share providers, so that no state leaks between
// them. The diagnostics are recorded; see Says.
func (w *World) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"cos": func() (tfprotov6.ProviderServer, error) { return w.said.record(provider.Server("test")()), nil },
	}
}

// Factories returns the provider factories for a test without a World.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return (&World{said: &diagnostics{}}).Factories()
}

// Echo returns Factories plus the echo provider, which makes ephemeral values
// visible to a test: pass them to the provider as data, and read them from the
// state of the echo resource.
func (w *World) Echo() map[string]func() (tfprotov6.ProviderServer, error) {
	factories := w.Factories()
	factories["echo"] = echoprovider.NewProviderServer()
	return factories
}

// Required is the required_providers block, which a configuration needs to call
// provider functions.
const Required = "terraform {\n  required_providers {\n    cos = {\n      source = \"hashicorp/cos\"\n    }\n  }\n}\n"

// Provider returns a provider block for the server with additional lines.
func (w *World) Provider(lines ...string) string {
	return ProviderBlock(append([]string{
		"region              = " + Quote(w.Region()),
		"secret_id           = " + Quote(w.SecretID()),
		"secret_key          = " + Quote(w.SecretKey()),
		"endpoint            = " + Quote(w.URL()),
		"ca_certificate_file = " + Quote(w.CAFile()),
	}, lines...)...)
}

// ProviderBlock returns a provider block with these lines.
func ProviderBlock(lines ...string) string {
	return tfcli.Block(`provider "cos"`, lines...)
}

// Object returns a resource named test in the server's first bucket.
func (w *World) Object(key string, lines ...string) string {
	all := append([]string{
		"bucket = " + Quote(w.Bucket()),
		"key    = " + Quote(key),
	}, lines...)
	return tfcli.Block(`resource "cos_encrypted_object" "test"`, all...)
}

// Echoed returns a configuration that passes a value, which may be ephemeral, to
// the echo provider. It is the data of echo.test.
func Echoed(expression string) string {
	return "provider \"echo\" {\n  data = " + expression + "\n}\nresource \"echo\" \"test\" {}\n"
}

// Quote returns a string as an HCL literal.
func Quote(s string) string { return tfcli.Quote(s) }

// Calls returns the journal, one line per request: method, subresource, status,
// requested encryption and body size.
func (w *World) Calls() []string {
	var calls []string
	for _, r := range w.Requests() {
		calls = append(calls, Call(r))
	}
	return calls
}

// Call formats one request of the journal.
func Call(r cosmock.Request) string {
	parts := []string{r.Method}
	if r.Subresource != "" {
		parts = append(parts, "?"+r.Subresource)
	}
	if r.CopySource != "" {
		parts = append(parts, "copy")
	}
	parts = append(parts, fmt.Sprint(r.Status))
	if r.SSE != "" {
		parts = append(parts, r.SSE)
	}
	if r.BodyBytes > 0 {
		parts = append(parts, fmt.Sprintf("%d bytes", r.BodyBytes))
	}
	return strings.Join(parts, " ")
}

// LongAgo is a time in the past that differs from that of any test run.
var LongAgo = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

// CallsOf is like Calls for one key.
func (w *World) CallsOf(key string) []string {
	var calls []string
	for _, r := range w.Requests() {
		if r.Key == key {
			calls = append(calls, Call(r))
		}
	}
	return calls
}

// Stored returns the object with a key in the server's first bucket.
func (w *World) Stored(key string) (cosmock.Object, bool) {
	return w.Server.Object(w.Bucket(), key)
}
