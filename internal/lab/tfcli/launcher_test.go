package tfcli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// telling is a stand-in for a CLI that prints how it was started.
const telling = `#!/bin/sh
echo "$# $2 $GOMAXPROCS $GOGC $CHECKPOINT_DISABLE"
if [ "$1" = version ]; then echo "it's $MOOD"; fi
if [ "$1" = fail ]; then exit 3; fi
`

func TestLauncher(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh on the PATH")
	}
	folder := filepath.Join(t.TempDir(), "it's here")
	original := CLI{Path: filepath.Join(folder, "terraform"), Product: Terraform, Version: "1.11.4"}
	write(t, original.Path, telling)
	launched, err := original.Launcher(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	if launched.Path == original.Path || launched.Product != original.Product || launched.Version != original.Version {
		t.Errorf("the launcher of %s is %s", original, launched)
	}
	for name, tc := range map[string]struct {
		args []string
		want string
		code int
	}{
		"a command passes its arguments on": {[]string{"plan", `-var=a="b c" $HOME`}, `2 -var=a="b c" $HOME 1 off 1` + "\n", 0},
		"an exit code comes back":           {[]string{"fail"}, "1  1 off 1\n", 3},
		"the version is the remembered one": {[]string{"version", "-json"}, "2 -json   1\nit's\n", 0},
		"any other version is asked for":    {[]string{"version"}, "1  1 off 1\nit's new\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), launched.Path, tc.args...)
			cmd.Env = append(Environment(os.Environ()), "MOOD=new")
			out, err := cmd.Output()
			if cmd.ProcessState == nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, strings.ReplaceAll(string(out), " \n", "\n")); diff != "" || cmd.ProcessState.ExitCode() != tc.code {
				t.Errorf("exit code %d, want %d; output (-want +got):\n%s", cmd.ProcessState.ExitCode(), tc.code, diff)
			}
		})
	}
}

// The plan that plugin-testing logs is printed only if it is asked for again, which
// it is for an error.
func TestLauncherPrintsNoPlanForALog(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh on the PATH")
	}
	folder := t.TempDir()
	original := CLI{Path: filepath.Join(folder, "terraform"), Product: Terraform, Version: "1.11.4"}
	write(t, original.Path, telling)
	launched, err := original.Launcher(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	plan := filepath.Join(folder, "plugintest12", "work34", "tfplan")
	show := func(path string) bool {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), launched.Path, "show", "-no-color", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		return len(out) > 0
	}
	for round := range 2 {
		if err := os.MkdirAll(filepath.Dir(plan), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, plan, "a plan")
		later := time.Now().Add(time.Duration(round-2) * time.Minute)
		if err := os.Chtimes(plan, later, later); err != nil {
			t.Fatal(err)
		}
		if round > 0 { // an old mark does not count for a new plan
			before := later.Add(-time.Second)
			if err := os.Chtimes(plan+".logged", before, before); err != nil {
				t.Fatal(err)
			}
		}
		if show(plan) || !show(plan) || !show(plan) {
			t.Errorf("round %d: the plan is printed the first time, or not again", round)
		}
	}
	if !show(filepath.Join(folder, "tfplan")) {
		t.Error("another plan is not printed")
	}
}

func TestLauncherOfACLIThatFails(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh on the PATH")
	}
	broken := filepath.Join(t.TempDir(), "terraform")
	write(t, broken, "#!/bin/sh\necho out of order >&2\nexit 1\n")
	if _, err := (CLI{Path: broken}).Launcher(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "out of order") {
		t.Errorf("error %v, want the words of the CLI in it", err)
	}
}

// write writes a script that can be started.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}
