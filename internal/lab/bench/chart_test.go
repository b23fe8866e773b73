package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The chart shows a line for each series.
func TestChart(t *testing.T) {
	t.Parallel()
	b := &bench{}
	for _, n := range []int{10, 100, 1000} {
		b.plot("terraform_data", n, measured{took: time.Duration(n) * time.Millisecond})
		b.plot("cos_encrypted_directory", n, measured{took: time.Second})
	}
	text, err := json.Marshal(b.points)
	if err != nil {
		t.Fatal(err)
	}
	from, to := filepath.Join(t.TempDir(), "points.json"), filepath.Join(t.TempDir(), "plan.svg")
	if err := os.WriteFile(from, text, 0o600); err != nil {
		t.Fatal(err)
	}
	draw := exec.CommandContext(t.Context(), "go", "run", "-C", "../tools/chart", ".", from, to)
	draw.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	if out, err := draw.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	picture, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<svg", "terraform_data", "cos_encrypted_directory", "A plan without changes", "seconds", "1000"} {
		if !strings.Contains(string(picture), want) {
			t.Errorf("the picture does not show %q", want)
		}
	}
}
