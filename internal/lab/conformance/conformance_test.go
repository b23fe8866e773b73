package conformance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
)

// clients returns the directories that are Go modules.
func clients(t *testing.T) []string {
	t.Helper()
	modules, err := filepath.Glob("*/go.mod")
	if err != nil || len(modules) < 2 {
		t.Fatalf("the clients are %q, %v", modules, err)
	}
	for i := range modules {
		modules[i] = filepath.Dir(modules[i])
	}
	return modules
}

var passed = regexp.MustCompile(`(?m)^--- PASS: `)

// The tests of each client pass against a server of its own.
func TestAccConformance(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("other modules are built with TF_ACC set")
	}
	for _, client := range clients(t) {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			server, err := cosmock.Start(cosmock.Options{CAFile: filepath.Join(t.TempDir(), "ca.pem"), DataDir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := server.Close(); err != nil {
					t.Error(err)
				}
			})
			cmd := exec.CommandContext(t.Context(), "go", "test", "-v", "-count=1", ".")
			cmd.Dir = client
			cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=readonly",
				"COSMOCK_ADDRESS="+strings.TrimPrefix(server.URL(), "https://"), "COSMOCK_CA="+server.CAFile(), "COSMOCK_BUCKET="+server.Bucket(),
				"COSMOCK_REGION="+server.Region(), "COSMOCK_SECRET_ID="+server.SecretID(), "COSMOCK_SECRET_KEY="+server.SecretKey())
			out, err := cmd.CombinedOutput()
			if err != nil || !passed.Match(out) {
				t.Fatalf("%v\n%s", err, out)
			}
			// A client that skips its tests would send no requests.
			if n := len(server.Requests()); n < 10 {
				t.Errorf("the client sent %d requests:\n%s", n, out)
			}
		})
	}
}
