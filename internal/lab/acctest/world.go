// Package acctest is what acceptance tests share: a COS server of their own,
// the provider against it, and a command line to run it with.
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

// Keys for tests. KeyA is the one that SDK pages print.
const (
	KeyA    = "MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlBQkNERUY="
	KeyAMD5 = "U5L61r7jcwdNvT7frmUG8g=="
	KeyB    = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
	KeyBMD5 = "hRasmdxgYDKV3nvbahU1MA=="

	KMSKey1 = "11111111-c05d-11ef-8000-5254005dfa17"
	KMSKey2 = "22222222-c05d-11ef-8000-5254005dfa17"
)

// World is the surroundings of one test: a server that nobody else uses.
type World struct {
	*cosmock.Server

	t    *testing.T
	said *diagnostics
}

// New starts a server for the test and stops it at its end. The options may
// change how the server is set up.
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

// Factories makes providers for one test, with the front that the binary has.
// They are not shared between tests: the state of one would leak into another.
// Their diagnostics are noted; see Says.
func (w *World) Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"cos": func() (tfprotov6.ProviderServer, error) { return w.said.record(provider.Server("test")()), nil },
	}
}

// Factories are those of World for a test that has none.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return (&World{said: &diagnostics{}}).Factories()
}

// Echo is Factories with the provider that shows ephemeral values to a test:
// give them to it as data, and find them in the state of the resource echo.
func (w *World) Echo() map[string]func() (tfprotov6.ProviderServer, error) {
	factories := w.Factories()
	factories["echo"] = echoprovider.NewProviderServer()
	return factories
}

// Required names the provider, as a configuration has to that calls its
// functions.
const Required = "terraform {\n  required_providers {\n    cos = {\n      source = \"hashicorp/cos\"\n    }\n  }\n}\n"

// Provider is a provider block for the server, with further lines in it.
func (w *World) Provider(lines ...string) string {
	return ProviderBlock(append([]string{
		"region              = " + Quote(w.Region()),
		"secret_id           = " + Quote(w.SecretID()),
		"secret_key          = " + Quote(w.SecretKey()),
		"endpoint            = " + Quote(w.URL()),
		"ca_certificate_file = " + Quote(w.CAFile()),
	}, lines...)...)
}

// ProviderBlock is a provider block of these lines.
func ProviderBlock(lines ...string) string {
	return tfcli.Block(`provider "cos"`, lines...)
}

// Object is a resource named test in the server's first bucket.
func (w *World) Object(key string, lines ...string) string {
	all := append([]string{
		"bucket = " + Quote(w.Bucket()),
		"key    = " + Quote(key),
	}, lines...)
	return tfcli.Block(`resource "cos_encrypted_object" "test"`, all...)
}

// Echoed hands a value, which may be ephemeral, to the provider of Echo: it is
// data of echo.test.
func Echoed(expression string) string {
	return "provider \"echo\" {\n  data = " + expression + "\n}\nresource \"echo\" \"test\" {}\n"
}

// Quote writes a string as an HCL literal.
func Quote(s string) string { return tfcli.Quote(s) }

// Calls is the journal in one line a request: method, sub-resource, status,
// the encryption that was asked for, and the bytes of the body.
func (w *World) Calls() []string {
	var calls []string
	for _, r := range w.Requests() {
		calls = append(calls, Call(r))
	}
	return calls
}

// Call writes one request of the journal.
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

// LongAgo is a time that no test runs at.
var LongAgo = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

// CallsOf is Calls for one key.
func (w *World) CallsOf(key string) []string {
	var calls []string
	for _, r := range w.Requests() {
		if r.Key == key {
			calls = append(calls, Call(r))
		}
	}
	return calls
}

// Stored is what the server holds under a key of its first bucket.
func (w *World) Stored(key string) (cosmock.Object, bool) {
	return w.Server.Object(w.Bucket(), key)
}
