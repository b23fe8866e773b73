package main_test

import (
	"context"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// net/http logs unsolicited bytes from a server on stderr, and the CLI copies
// them to its log. The binary withholds them.
//
// With our runner: the provider runs as a separate process and writes a trace
// log.
func TestAccStrayBytesAreWithheld(t *testing.T) {
	t.Parallel()
	ws := acctest.NewWorkspace(t)
	binary := build(t)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\ncanary-of-"+r.Header.Get("x-cos-server-side-encryption-customer-key"))
	}))
	t.Cleanup(server.Close)
	ca := ws.Write("ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	overrides := ws.Write("cli.tfrc", "provider_installation {\n  dev_overrides {\n    \"cos-terraform/cos\" = "+acctest.Quote(filepath.Dir(binary))+"\n  }\n  direct {}\n}\n")
	ws.Config(`provider "cos" {
  region              = "ap-guangzhou"
  secret_id           = "AKID"
  secret_key          = "k"
  max_retries         = 0
  endpoint            = ` + acctest.Quote(server.URL) + `
  ca_certificate_file = ` + acctest.Quote(ca) + `
}
ephemeral "cos_encrypted_object" "a" {
  bucket           = "lab-1250000000"
  key              = "a"
  sse_customer_key = ` + acctest.Quote(acctest.KeyA) + `
}
`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := ws.Command(ctx, "plan")
	for i, kv := range cmd.Env {
		if strings.HasPrefix(kv, "TF_REATTACH_PROVIDERS=") {
			cmd.Env[i] = "TF_CLI_CONFIG_FILE=" + overrides
		}
	}
	cmd.Env = append(cmd.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(ws.Dir, "trace.log"))
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "403") {
		t.Fatalf("%v\n%s", err, out)
	}
	log, err := os.ReadFile(filepath.Join(ws.Dir, "trace.log"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "a server sent bytes on an idle connection") {
		t.Error("the log does not tell of the bytes: the test looks at the wrong thing")
	}
	for _, text := range []string{string(out), string(log)} {
		if strings.Contains(text, "canary-of-") {
			t.Errorf("what is stray is quoted: …%s", text[strings.Index(text, "canary-of-"):][:60])
		}
	}
}
