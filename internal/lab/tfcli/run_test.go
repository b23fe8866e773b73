package tfcli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRun(t *testing.T) {
	t.Parallel()

	path := fakeCLI(t, filepath.Join(t.TempDir(), "cli"), "Apply complete! Resources: 1 added.\nmore\n")
	w := Workspace{CLI: path, Dir: t.TempDir()}
	r, err := w.Succeed(t.Context(), "version")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Line("Apply complete!"), "Apply complete! Resources: 1 added."; got != want {
		t.Errorf("line %q, want %q", got, want)
	}
	if got := r.Line("Destroy complete!"); got != "" {
		t.Errorf("line %q, want none", got)
	}

	if err := os.WriteFile(path+".fails", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if r, err = w.Run(t.Context(), "version"); err != nil || r.Code == 0 {
		t.Errorf("code %d, error %v: another exit code is not an error of Run", r.Code, err)
	}
	if _, err = w.Succeed(t.Context(), "version"); err == nil || !strings.Contains(err.Error(), "something is broken") {
		t.Errorf("error %v, want the words of the CLI in it", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Succeed(ctx, "version"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	if _, err := (Workspace{CLI: filepath.Join(w.Dir, "absent")}).Run(t.Context(), "version"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want one that says there is no CLI", err)
	}
}

func TestResultText(t *testing.T) {
	t.Parallel()

	r := Result{Stdout: "out\n", Stderr: "╷\n│ Error: no\n│   such thing\n╵\n"}
	if diff := cmp.Diff("out Error: no such thing", r.Text()); diff != "" {
		t.Error(diff)
	}
}

func TestOverrideQuotesThePath(t *testing.T) {
	t.Parallel()

	file := filepath.Join(t.TempDir(), "cli.tfrc")
	variable, err := Override(file, `/tmp/with "quotes"`)
	if err != nil || variable != "TF_CLI_CONFIG_FILE="+file {
		t.Fatalf("%q, %v", variable, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		if want := `"` + host + `/cos-terraform/cos" = "/tmp/with \"quotes\""`; !strings.Contains(string(text), want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()

	if diff := cmp.Diff(`"a\n\"$${b}%%{c}"`, Quote("a\n\"${b}%{c}")); diff != "" {
		t.Error(diff)
	}
}

func TestPeakOfChildren(t *testing.T) {
	t.Parallel()

	if _, err := os.Stat("/proc/self/task"); err != nil {
		t.Skip("there is no /proc")
	}
	cmd := Workspace{CLI: "sleep"}.Command(t.Context(), "60")
	if err := cmd.Start(); err != nil {
		t.Skip("there is no sleep")
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	if peak, own := watchChildren(os.Getpid())(); peak == 0 || own == 0 {
		t.Error("a child takes no memory")
	}
}

func TestOwnProcessorTime(t *testing.T) {
	t.Parallel()
	if spent := OwnProcessorTime(); spent < 0 || spent > 24*time.Hour {
		t.Errorf("this process has spent %v", spent)
	}
}
