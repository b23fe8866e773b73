package report

import (
	"bytes"
	"context"
	"errors"
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
			err := a.Run(test.ctx, "apply", func(context.Context) ([]string, error) { return test.findings, test.err })
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Error(diff)
			}
			if errors.Is(err, program.ErrShown) != test.fails {
				t.Errorf("error %v, want program.ErrShown: %t", err, test.fails)
			}
		})
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
