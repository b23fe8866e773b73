package main

import (
	"os/exec"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShellLines(t *testing.T) {
	t.Parallel()

	got := shellLines(map[string]string{"B": "/plain", "A": `/it's "$HOME" here`})
	want := "export A='/it'\\''s \"$HOME\" here'\nexport B='/plain'\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	// Let a real shell evaluate the lines.
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh on the PATH")
	}
	output, err := exec.CommandContext(t.Context(), sh, "-c", got+`printf '%s|%s' "$A" "$B"`).Output()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`/it's "$HOME" here|/plain`, string(output)); diff != "" {
		t.Error(diff)
	}
}
