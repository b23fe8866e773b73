package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// stage returns what a run needs: the checkout, a CLI, and a directory that must be empty afterwards.
func stage(t *testing.T) (root, temporary string, cli tfcli.CLI) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1")
	}
	finder, err := tfcli.NewFinder(t.Context(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	cli, err = finder.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// t.TempDir includes the test's name, which can make the path of the provider's socket too long.
	temporary, err = os.MkdirTemp("", "demo") //nolint:usetesting // see above
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		left, err := os.ReadDir(temporary)
		if err != nil || len(left) > 0 {
			t.Errorf("left behind: %v (%v)", left, err)
		}
		if err := os.RemoveAll(temporary); err != nil {
			t.Error(err)
		}
	})
	return finder.Root, temporary, cli
}

func TestAccDemo(t *testing.T) {
	t.Parallel()

	root, temporary, cli := stage(t)
	var out bytes.Buffer
	if err := show(t.Context(), &out, root, temporary, cli); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	shown := out.String()
	if strings.Contains(shown, "✗") {
		t.Errorf("a failure in a demo that succeeded:\n%s", shown)
	}
	// One line per step, and one for the cleanup.
	want := 1
	for _, part := range (&demo{}).parts() {
		want += len(part.steps)
	}
	if got := strings.Count(shown, "✓"); got != want {
		t.Errorf("%d steps shown, want %d:\n%s", got, want, shown)
	}
}

// trap is a writer that cancels the context when it sees a text.
type trap struct {
	mu     sync.Mutex
	text   string
	cancel context.CancelFunc
	out    bytes.Buffer
}

func (tr *trap) Write(data []byte) (int, error) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if bytes.Contains(data, []byte(tr.text)) {
		// Wait until the next step is well under way.
		time.AfterFunc(200*time.Millisecond, tr.cancel)
	}
	return tr.out.Write(data)
}

func TestAccDemoInterrupted(t *testing.T) {
	t.Parallel()

	for name, after := range map[string]string{
		"while it builds":   "Made from this checkout",
		"while it applies":  "One object per encryption",
		"while it updates":  "An update",
		"while it destroys": "And away",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			root, temporary, cli := stage(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			out := &trap{text: after, cancel: cancel}
			err := show(ctx, out, root, temporary, cli)

			shown := out.out.String()
			if !errors.Is(err, program.ErrShown) || strings.Count(shown, "✗") != 1 || !strings.Contains(shown, "interrupted") {
				t.Errorf("error %v, want one step that was interrupted:\n%s", err, shown)
			}
			if !strings.HasSuffix(strings.TrimSpace(shown), "✓ No process and no file is left behind") {
				t.Errorf("not cleaned up:\n%s", shown)
			}
		})
	}
}

func TestAccDemoStopsAtAFailure(t *testing.T) {
	t.Parallel()

	root, temporary, cli := stage(t)
	// This is not a CLI. The server is already running when that is noticed.
	cli.Path = os.Args[0]
	var out bytes.Buffer
	err := show(t.Context(), &out, root, temporary, cli)

	shown := out.String()
	if !errors.Is(err, program.ErrShown) || strings.Count(shown, "✗") != 1 {
		t.Errorf("error %v, want one that was shown:\n%s", err, shown)
	}
	if strings.Contains(shown, "What the server has stored") {
		t.Errorf("went on after the failure:\n%s", shown)
	}
	if !strings.Contains(shown, "✓ No process and no file is left behind") {
		t.Errorf("not cleaned up:\n%s", shown)
	}
}
