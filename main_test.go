package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// The provider is built once for all tests, in the directory builtIn.
var (
	builtIn string
	built   sync.Once
)

// TestMain removes the build.
func TestMain(m *testing.M) {
	var err error
	if builtIn, err = os.MkdirTemp("", "terraform-provider-cos-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(builtIn)
	os.Exit(code)
}

// build builds the provider with the options of a release.
func build(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(builtIn, "terraform-provider-cos")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	built.Do(func() {
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, ".").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	})
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// With TF_LOG_SDK_PROTO_DATA_DIR, the SDK would write every message to a file,
// including customer keys and bodies. The binary prevents this.
//
// With our runner: the provider runs as a separate process and writes a trace
// log.
func TestAccProtocolDataIsNotWritten(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	binary := build(t)
	out, err := exec.CommandContext(t.Context(), binary, "-version").CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "terraform-provider-cos dev") {
		t.Errorf("-version: %v, %q", err, out)
	}
	dump := t.TempDir()
	overrides := ws.Write("cli.tfrc", "provider_installation {\n  dev_overrides {\n    \"cos-terraform/cos\" = "+acctest.Quote(filepath.Dir(binary))+"\n  }\n  direct {}\n}\n")
	ws.Config(w.Provider(), w.Object("a", `content = "canary-body"`, "sse_customer_key = "+acctest.Quote(acctest.KeyA)))

	ctx, cancel := acctest.Patience(t)
	defer cancel()
	cmd := ws.Command(ctx, "apply", "-auto-approve")
	for i, kv := range cmd.Env {
		if strings.HasPrefix(kv, "TF_REATTACH_PROVIDERS=") {
			cmd.Env[i] = "TF_CLI_CONFIG_FILE=" + overrides // applies to the binary, not to this process
		}
	}
	cmd.Env = append(cmd.Env, "TF_LOG_SDK_PROTO_DATA_DIR="+dump, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(ws.Dir, "trace.log"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if _, ok := w.Stored("a"); !ok {
		t.Fatal("nothing was stored: the binary did not run")
	}
	files, err := os.ReadDir(dump)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) > 0 {
		t.Errorf("%d files were written to TF_LOG_SDK_PROTO_DATA_DIR, such as %s", len(files), files[0].Name())
	}
	// The log contains no secrets either. Only the CLI's own lines could contain
	// the configuration, and they do not.
	log, err := os.ReadFile(filepath.Join(ws.Dir, "trace.log"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(log)) {
		if found := acctest.Leaks(line, acctest.KeyA, w.SecretKey()); len(found) > 0 {
			t.Errorf("the log shows a secret, as %q: %s", found, line)
		}
	}
	if !strings.Contains(string(log), "PutObject") {
		t.Error("the log does not tell of the upload: the search looks at the wrong thing")
	}
}

// If no log is asked for, the provider writes none, which the CLI would have to
// read. It writes one that is asked for.
//
// With our runner: the provider runs as a separate process, whose standard error
// is recorded.
func TestAccNoLogUnlessAskedFor(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the recorder is a shell script")
	}
	binary := build(t)
	for _, level := range []string{"", "DEBUG"} {
		t.Run("level "+level, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			ws := acctest.NewWorkspace(t)
			ws.Binary = t.TempDir()
			written := filepath.Join(t.TempDir(), "stderr")
			// A garbage collector that the environment configures means that nothing is tuned.
			script := fmt.Sprintf("#!/bin/sh\nunset GOGC GOMEMLIMIT\nexec '%s' \"$@\" 2>>'%s'\n", binary, written)
			if err := os.WriteFile(filepath.Join(ws.Binary, "terraform-provider-cos"), []byte(script), 0o755); err != nil {
				t.Fatal(err)
			}
			if level != "" {
				ws.Env = append(ws.Env, "TF_LOG_PROVIDER="+level, "TF_LOG_PATH="+filepath.Join(t.TempDir(), "log"))
			}
			ws.Config(w.Provider(), w.Object("k", `content = "hello"`, `server_side_encryption = "AES256"`))
			ws.Apply()
			log, err := os.ReadFile(written)
			if err != nil {
				t.Fatal(err)
			}
			if asked := level != ""; strings.Contains(string(log), "COS request") != asked || strings.Contains(string(log), `"@module"`) != asked { // go-plugin's few lines have no module
				t.Errorf("the provider wrote %q", log)
			}
		})
	}
}
