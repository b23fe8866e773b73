package cosmock_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// backend is a configuration that stores its state in the bucket. Its only
// resource is built into the CLI.
const backend = `
terraform {
  backend "cos" {
    region     = %q
    bucket     = %q
    prefix     = "infra/网络"
    key        = "main.tfstate"
    secret_id  = %q
    secret_key = %q
  }
}

variable "greeting" {
  default = "hello"
}

resource "terraform_data" "it" {
  input = "${var.greeting} from ${terraform.workspace}"
}

output "it" {
  value = terraform_data.it.output
}
`

const (
	backendState = "infra/网络/main.tfstate"
	backendStage = "infra/网络/stage/main.tfstate"
	lockSuffix   = ".tflock"
)

// The CLI's own backend is a widely used COS client that this project did not
// write. It stores states, workspaces and locks in the mock as it does in COS.
//
// With our runner: terraform-plugin-testing offers neither two workspaces that
// share a state nor a choice of backend.
func TestAccBackend(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the CLI takes further authorities from SSL_CERT_FILE on Linux only")
	}
	first, second := acctest.NewWorkspace(t), acctest.NewWorkspace(t)
	s := start(t, cosmock.Options{RefusePathStyle: true})
	tags := newTagService(t)
	p := newProxy(t, map[string]string{
		s.Bucket() + ".cos." + s.Region() + ".myqcloud.com": hostPort(s.URL()),
		tagHost: hostPort(tags.URL),
	})
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, bytes.Join([][]byte{s.CAPEM(), tags.pem}, nil), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, w := range []*acctest.Workspace{first, second} {
		w.Env = []string{
			"SSL_CERT_FILE=" + ca, "HTTPS_PROXY=" + p.URL, "https_proxy=" + p.URL, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
		}
		w.Write("main.tf", fmt.Sprintf(backend, s.Region(), s.Bucket(), s.SecretID(), s.SecretKey()))
	}

	succeed(t, first, "init")
	first.Apply()
	o, ok := s.Object(s.Bucket(), backendState)
	if !ok || o.Mode != sse.ModeAES256 || o.PublicRead || !o.OwnACL {
		t.Fatalf("the state is stored as %+v, %v", o, ok)
	}
	sum := checksum(o.Header.Get(checksumHeader))
	state, err := o.Plaintext(sse.CustomerKey{})
	if err != nil || sum == nil || o.Header.Get(checksumHeader) != sum(state) {
		t.Fatalf("%v is not the checksum of %s, %v", o.Header, state, err)
	}
	if local := first.State(); local != "" {
		t.Errorf("there is a local state: %s", local)
	}

	// A second clone finds the state.
	succeed(t, second, "init")
	if got := succeed(t, second, "output", "-raw", "it").Stdout; got != "hello from default" {
		t.Errorf("the output is %q", got)
	}
	second.EmptyPlan()

	// The backend lists the bucket to find workspaces.
	succeed(t, second, "workspace", "new", "stage")
	second.Apply("-var", "greeting=hi")
	if got := strings.Join(strings.Fields(succeed(t, first, "workspace", "list").Stdout), " "); got != "* default stage" {
		t.Errorf("workspaces are %q", got)
	}
	if !stored(s, backendStage) {
		t.Error("the state of the workspace is somewhere else")
	}

	lockedOut(t, s, first, sum)

	first.Destroy()
	succeed(t, second, "workspace", "select", "default")
	succeed(t, second, "workspace", "delete", "-force", "stage")
	held, calls := tags.held()
	if stored(s, backendStage) || stored(s, backendStage+lockSuffix) || stored(s, backendState+lockSuffix) || held != 0 {
		t.Errorf("left behind are objects or %d tags", held)
	}
	if elsewhere := p.elsewhere(); calls == 0 || len(elsewhere) > 0 {
		t.Errorf("%d calls for locks; other hosts were asked: %q", calls, elsewhere)
	}
	for _, r := range s.Requests() {
		missing := r.Method == http.MethodGet && r.Status == http.StatusNotFound && r.Key != ""
		if r.Status/100 != 2 && !missing {
			t.Errorf("%s %s?%s was answered by %d", r.Method, r.Key, r.Subresource, r.Status)
		}
	}
}

// checksumHeader contains the MD5 of the object, or its SHA-256 with newer CLIs.
const checksumHeader = "X-Cos-Meta-Md5"

// checksum returns the hash function that a value comes from, judging by its
// length, or nil.
func checksum(value string) func([]byte) string {
	switch len(value) {
	case 2 * md5.Size:
		return func(data []byte) string { sum := md5.Sum(data); return hex.EncodeToString(sum[:]) }
	case 2 * sha256.Size:
		return func(data []byte) string { sum := sha256.Sum256(data); return hex.EncodeToString(sum[:]) }
	}
	return nil
}

func succeed(t *testing.T, w *acctest.Workspace, args ...string) acctest.Result {
	t.Helper()
	r := w.Run(args...)
	if r.Code != 0 {
		t.Fatalf("%s ended with %d:\n%s", strings.Join(args, " "), r.Code, r.Output())
	}
	return r
}

// lockedOut stores a lock held by another user, checks that apply fails, and then
// breaks the lock.
func lockedOut(t *testing.T, s *cosmock.Server, w *acctest.Workspace, sum func([]byte) string) {
	t.Helper()
	const lock = backendState + lockSuffix
	const info = `{"ID":"1","Operation":"OperationTypeApply","Info":"","Who":"ada@elsewhere","Version":"1.11.4","Created":"2026-01-02T03:04:05Z","Path":"` + lock + `"}`
	id := sum([]byte(info))
	err := s.PutObject(s.Bucket(), lock, cosmock.NewObject{
		Body: strings.NewReader(info), Header: http.Header{checksumHeader: {id}},
	})
	if err != nil {
		t.Fatal(err)
	}
	text := w.Fail("apply", "-auto-approve", "-var", "greeting=never").Text()
	if !strings.Contains(text, "Error acquiring the state lock") || !strings.Contains(text, "ada@elsewhere") {
		t.Errorf("a locked state is refused by: %s", text)
	}
	if r := w.Run("force-unlock", "-force", id); r.Code != 0 || stored(s, lock) {
		t.Fatalf("force-unlock ended with %d: %s", r.Code, r.Output())
	}
	w.Apply("-var", "greeting=again")
	if got := succeed(t, w, "output", "-raw", "it").Stdout; got != "again from default" {
		t.Errorf("the output is %q", got)
	}
}
