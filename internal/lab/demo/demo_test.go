package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/recording"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/report"
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

func TestMain(m *testing.M) { acctest.Main(m) }

// linked is a build for runs that are not about it. It takes the provider that is built once for all of them.
func linked(t *testing.T) build {
	t.Helper()
	provider := acctest.Build(t)
	return func(_ context.Context, _, folder string, _ ...string) error {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return err
		}
		name := tfcli.Executable("terraform-provider-cos")
		return os.Link(filepath.Join(provider, name), filepath.Join(folder, name))
	}
}

func TestAccDemo(t *testing.T) {
	t.Parallel()

	root, temporary, cli := stage(t)
	var out bytes.Buffer
	if err := show(t.Context(), &report.Account{Out: &out, Color: true}, tfcli.Build, root, temporary, cli); err != nil {
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
	plain := recording.Plain(shown)
	for _, want := range []string{
		"\n      resource \"cos_encrypted_object\" \"sse_c\" {\n", // what is applied
		"\n      + sse_customer_key_name = \"new\"\n      Apply complete! Resources: 0 added, 2 changed, 0 destroyed.\n",
		"; 0 bytes were uploaded\n  ✓ With the old key the objects are refused\n",
		"\nWhat next\n" + next,
	} {
		if !strings.Contains(plain, want) {
			t.Errorf("without %q:\n%s", want, plain)
		}
	}
	recorded, err := os.ReadFile(filepath.Join(root, "examples", "demo", "recording.svg"))
	if err != nil {
		t.Fatal(err)
	}
	if len(recorded) > 60_000 {
		t.Errorf("the recording is %d bytes long", len(recorded))
	}
	if diff := cmp.Diff(anywhere(recording.Text(string(recorded))), anywhere(plain)); diff != "" {
		t.Errorf("the recording is not what the demo prints (-recorded +printed): run \"make recording\"\n%s", diff)
	}
}

// anywhere returns what the demo prints with every CLI, however long its steps take: a refresh that comes soon after a
// write asks for each object by itself.
func anywhere(printed string) string {
	printed = regexp.MustCompile(` the server saw [^;]*;|(Terraform|OpenTofu) \d\S*`).ReplaceAllString(steady(printed), "")
	return strings.ReplaceAll(printed, "✓ tofu ", "✓ terraform ")
}

// What differs between two runs is in no recording.
func TestSteady(t *testing.T) {
	t.Parallel()

	printed := "  ✓ terraform apply\x1b[2m (1.7 s)\x1b[0m\n  ✓ plan (10.2 s)\n      https://127.0.0.1:34939, bucket demo\n" +
		"      demo/sse-c.txt  35 bytes  SSE-C, key MD5 qAbhmTUlDo0ZM95YU1NtUg==\n      the state holds its name and its MD5, in 12180 bytes\n"
	want := "  ✓ terraform apply\n  ✓ plan\n      https://127.0.0.1, bucket demo\n" +
		"      demo/sse-c.txt  35 bytes  SSE-C, key MD5\n      the state holds its name and its MD5\n"
	if diff := cmp.Diff(want, steady(printed)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
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

	for name, tc := range map[string]struct {
		after string
		build build // that of linked by default
	}{
		"while it builds":   {"Made from this checkout", tfcli.Build},
		"while it applies":  {after: "One object per encryption"},
		"while it updates":  {after: "An update"},
		"while it destroys": {after: "And away"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			root, temporary, cli := stage(t)
			if tc.build == nil {
				tc.build = linked(t)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			out := &trap{text: tc.after, cancel: cancel}
			err := show(ctx, &report.Account{Out: out}, tc.build, root, temporary, cli)

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
	err := show(t.Context(), &report.Account{Out: &out}, linked(t), root, temporary, cli)

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
