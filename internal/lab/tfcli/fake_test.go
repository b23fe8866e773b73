package tfcli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestMain lets the test binary stand in for a CLI: if a file with an answer is next to the executable, it prints the
// answer. A shell script would not work on Windows.
func TestMain(m *testing.M) {
	if answer, err := os.ReadFile(os.Args[0] + ".answer"); err == nil {
		fmt.Print(string(answer))
		for _, name := range []string{"TF_CLI_CONFIG_FILE", "TF_CLI_ARGS_version", "CHECKPOINT_DISABLE"} {
			if value, set := os.LookupEnv(name); set {
				fmt.Printf("%s=%s\n", name, value)
			}
		}
		if _, err := os.Stat(os.Args[0] + ".fails"); err == nil {
			fmt.Fprintln(os.Stderr, "something is broken")
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// fakeCLI creates an executable that always prints the answer.
func fakeCLI(t *testing.T, path, answer string) string {
	t.Helper()
	if runtime.GOOS == "windows" && filepath.Ext(path) != ".exe" {
		path += ".exe"
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(self, path); err != nil {
		// Links do not work across file systems, so copy.
		program, err := os.ReadFile(self)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, program, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path+".answer", []byte(answer), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
