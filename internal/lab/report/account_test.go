package report

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/program"
)

func TestAccountStep(t *testing.T) {
	t.Parallel()

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := map[string]struct {
		ctx      context.Context //nolint:containedctx // it is what the case is about
		findings []string
		err      error
		want     string
		fails    bool
	}{
		"success": {
			ctx: t.Context(), findings: []string{"one", "two"},
			want: "  ✓ apply\n      one\n      two\n",
		},
		"failure": {
			ctx: t.Context(), err: errors.Join(errors.New("first line"), errors.New("second line")),
			want: "  ✗ apply\n      first line\n      second line\n", fails: true,
		},
		"an interrupt hides what a killed program said": {
			ctx: cancelled, findings: []string{"half"}, err: errors.New("signal: killed"),
			want: "  ✗ apply\n      interrupted\n", fails: true,
		},
		"an interrupt fails even a step that came through": {
			ctx: cancelled, want: "  ✗ apply\n      interrupted\n", fails: true,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			var out bytes.Buffer
			a := &Account{Out: &out}
			err := a.Run(test.ctx, "apply", func(context.Context) []string {
				program.Check(test.err)
				return test.findings
			})
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Error(diff)
			}
			if errors.Is(err, program.ErrShown) != test.fails {
				t.Errorf("error %v, want program.ErrShown: %t", err, test.fails)
			}
		})
	}
}

func TestAccountColors(t *testing.T) {
	t.Parallel()

	var out bytes.Buffer
	a := &Account{Out: &out, Color: true}
	_ = a.Run(t.Context(), "apply", func(context.Context) []string { return nil })
	_ = a.Run(t.Context(), "plan", func(context.Context) []string {
		program.Fail("no")
		return nil
	})
	want := "  \x1b[32m✓\x1b[0m apply\n  \x1b[31m✗\x1b[0m plan\n      no\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// A file is not a terminal. A terminal is one that no test has, so another device stands in for it.
func TestColored(t *testing.T) {
	t.Parallel()

	device, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, test := range map[string]struct {
		out         *os.File
		environment map[string]string
		want        bool
	}{
		"a terminal":                   {out: device, want: true},
		"a terminal, and NO_COLOR":     {out: device, environment: map[string]string{"NO_COLOR": "1"}},
		"a terminal without colors":    {out: device, environment: map[string]string{"TERM": "dumb"}},
		"a file, or the end of a pipe": {out: file},
	} {
		if got := Colored(test.out, func(name string) string { return test.environment[name] }); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()

	for d, want := range map[time.Duration]string{999 * time.Millisecond: "", 1500 * time.Millisecond: " (1.5 s)", time.Minute: " (60.0 s)"} {
		if got := duration(d); got != want {
			t.Errorf("duration(%s) = %q, want %q", d, got, want)
		}
	}
}
