package tfcli

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
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

// launch writes a script in place of a CLI to a folder, and returns both it and its launcher.
func launch(t *testing.T, folder, script string) (original, launched CLI) {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("no sh on the PATH")
	}
	original = CLI{Path: filepath.Join(folder, "terraform"), Product: Terraform, Version: "1.11.4"}
	write(t, original.Path, script)
	launched, err := original.Launcher(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	return original, launched
}

func TestLauncher(t *testing.T) {
	original, launched := launch(t, filepath.Join(t.TempDir(), "it's here"), telling)
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
	folder := t.TempDir()
	_, launched := launch(t, folder, telling)
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

// Of a step of plugin-testing, the plans after the apply are made twice only if the refresh finds something, and read only
// if they have changes.
func TestLauncherPlansOnceAfterAnApply(t *testing.T) {
	t.Parallel()
	const planning = `#!/bin/sh
if [ "$1" != plan ]; then echo '{"read": "yes"}'; exit; fi
case "$*" in
*-refresh=false*) echo without >>log; code=$WITHOUT ;;
*) echo with >>log; code=$WITH ;;
esac
rm -f tfplan
cp "$PLANS/$DRIFT" tfplan
exit $code
`
	plans := t.TempDir()
	plan := func(name, before, after string) {
		var buffer bytes.Buffer
		archive := zip.NewWriter(&buffer)
		for name, text := range map[string]string{"tfstate-prev": before, "tfstate": after} {
			if w, err := archive.Create(name); err != nil {
				t.Fatal(err)
			} else if _, err := io.WriteString(w, text); err != nil {
				t.Fatal(err)
			}
		}
		if err := archive.Close(); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(plans, name), buffer.String())
	}
	plan("no", `{"outputs": {}}`, `{"outputs": {}}`)
	plan("yes", `{"outputs": {}}`, `{"outputs": {"a": 1}}`)

	folder := t.TempDir()
	_, launched := launch(t, folder, planning)
	const before, after, next = "true", "false true", "|"
	for name, tc := range map[string]struct {
		config        string
		plans         string // the refresh of each; "|" is the next step
		drift         string
		without, with int
		ran           string
		want          string // of the last plan
	}{
		"before the apply":           {"", before, "no", 0, 0, "with", "read"},
		"before the apply, changes":  {"", before, "no", 2, 2, "with", "read"},
		"nothing":                    {"", before + " " + after, "no", 0, 0, "with with", "format_version"},
		"nothing, and half a step":   {"", before + " false", "no", 0, 0, "with with", "format_version"},
		"drift":                      {"", before + " " + after, "yes", 0, 0, "with with without with", "format_version"},
		"changes":                    {"", before + " " + after, "no", 2, 2, "with with without with", "read"},
		"changes by the refresh":     {"", before + " " + after, "yes", 0, 2, "with with without with", "read"},
		"changes that a refresh saw": {"", before + " " + after, "yes", 2, 0, "with with without with", "format_version"},
		"an error of the refresh":    {"", before + " " + after, "no", 0, 1, "with with without with", "read"},
		"the next step":              {"", after + " " + next + " " + before, "no", 0, 0, "with with", "read"},
		"after half a step":          {"", "false " + next + " " + before, "no", 0, 0, "with with", "read"},
		"after one that failed":      {"", "false " + next + " " + before, "no", 1, 1, "with without with", "read"},
		"two steps":                  {"", after + " " + next + " " + before + " " + after, "no", 0, 0, "with with with", "format_version"},
		"every plan":                 {EveryPlan, before + " " + after, "no", 0, 0, "with without with", "read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work := filepath.Join(folder, "plugintest"+strings.ReplaceAll(name, " ", ""), "work34")
			plan := filepath.Join(work, "tfplan")
			write(t, filepath.Join(work, "terraform_plugin_test.tf"), tc.config+"resource {}\n")
			for _, refresh := range strings.Fields(tc.plans) {
				if refresh == next {
					if err := os.Remove(plan); err != nil {
						t.Fatal(err)
					}
					continue
				}
				cmd := exec.CommandContext(t.Context(), launched.Path, "plan", "-detailed-exitcode", "-out=tfplan", "-lock=true", "-refresh="+refresh)
				cmd.Dir = work
				cmd.Env = append(Environment(os.Environ()), "PLANS="+plans, "DRIFT="+tc.drift,
					fmt.Sprintf("WITH=%d", tc.with), fmt.Sprintf("WITHOUT=%d", tc.without))
				want := tc.with
				if refresh == "false" {
					want = tc.without
				}
				if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != want {
					t.Fatalf("a plan with -refresh=%s: %v, want exit code %d", refresh, err, want)
				}
			}
			log, err := os.ReadFile(filepath.Join(work, "log"))
			if ran := strings.Join(strings.Fields(string(log)), " "); err != nil || ran != tc.ran {
				t.Errorf("error %v; the CLI planned %q, want %q", err, ran, tc.ran)
			}
			out, err := exec.CommandContext(t.Context(), launched.Path, "show", "-json", "-no-color", plan).Output()
			if err != nil || !strings.Contains(string(out), tc.want) {
				t.Errorf("error %v; shown %q, want %q in it", err, out, tc.want)
			}
		})
	}
}

// A state is read once until it changes, or the configuration does.
func TestLauncherShowsAStateOnce(t *testing.T) {
	t.Parallel()
	const showing = `#!/bin/sh
echo "$*" >>log
if [ -e broken ]; then exit 1; fi
wc -l <log
`
	folder := t.TempDir()
	_, launched := launch(t, folder, showing)
	work := filepath.Join(folder, "plugintest12", "work34")
	state := filepath.Join(work, "terraform.tfstate")
	show := func(want string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), launched.Path, "show", "-json", "-no-color")
		cmd.Dir = work
		out, err := cmd.Output()
		if got := strings.TrimSpace(string(out)); got != want || (err != nil) != (want == "") {
			t.Errorf("shown %q and error %v, want %q", got, err, want)
		}
	}
	at := time.Now().Add(-time.Hour)
	apply := func() {
		t.Helper()
		write(t, state, "{}")
		if err := os.Chtimes(state, at, at); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(work, "terraform_plugin_test.tf"), "")
	show("1")
	show("2") // as long as there is no state
	apply()
	show("3")
	show("3")
	at = time.Now().Add(time.Hour)
	apply()
	show("4")
	at = time.Now().Add(-time.Hour)
	apply()
	show("4")
	if err := os.Remove(filepath.Join(work, "shown.json")); err != nil { // as plugin-testing does before another configuration
		t.Fatal(err)
	}
	write(t, filepath.Join(work, "broken"), "")
	show("")
	show("")
}

// A folder of plugin-testing is initialized only if there is something to install or to set up.
func TestLauncherInitializesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, launched := launch(t, folder, telling)
	const running = "TF_REATTACH_PROVIDERS={}"
	for name, tc := range map[string]struct {
		work, config, env string
		passed            bool
	}{
		"a resource":                {"plugintest1/work2", "resource \"a\" \"b\" {}\n", running, false},
		"a module":                  {"plugintest1/work3", "\n  module \"a\" {\n", running, true},
		"a backend":                 {"plugintest1/work4", "terraform {\n\tbackend \"local\" {", running, true},
		"a provider to install":     {"plugintest1/work5", "", "", true},
		"a folder of somebody else": {"elsewhere", "", running, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work := filepath.Join(folder, tc.work)
			write(t, filepath.Join(work, "terraform_plugin_test.tf"), tc.config)
			cmd := exec.CommandContext(t.Context(), launched.Path, "init", "-no-color", "-upgrade=true")
			cmd.Dir, cmd.Env = work, append(Environment(os.Environ()), tc.env)
			out, err := cmd.Output()
			if err != nil || (len(out) > 0) != tc.passed {
				t.Errorf("error %v, the CLI said %q, want something: %t", err, out, tc.passed)
			}
		})
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
