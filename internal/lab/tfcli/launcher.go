package tfcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// launcher is a shell script that starts a CLI for tests. The acceptance tests start the CLI thousands of times,
// and most of the time of each start goes into initialization, threads waiting for each other, and garbage
// collection that the end of the process makes unnecessary. Several CLIs run concurrently anyway.
//
// Some commands of plugin-testing are not passed on. It queries the version before each test, which cannot change during
// a run. It initializes its folder, where nothing is to be installed if there is no module, no backend, and the providers
// are running. It has each plan with changes printed for its trace log; it has a plan printed a second time to report it.
// It reads the same state after the last apply and before the destroy.
//
// After each apply, it makes two plans to see that they change nothing: one without a refresh, and one with it. If the one
// with it changes nothing and the refresh finds the state that it began with, the other one is the same, and is not made.
// Neither is read, because the exit code has told already: it is answered with a plan that lists nothing. A configuration
// with EveryPlan has each plan made and read.
const launcher = `#!/bin/sh
if [ "$*" = 'version -json' ]; then
	cat <<'END'
%[1]s
END
	exit
fi
export GOMAXPROCS=1 GOGC=off GOMEMLIMIT=256MiB CHECKPOINT_DISABLE=1
refreshed() {
	for argument; do
		shift
		if [ "$argument" = -refresh=false ]; then argument=-refresh=true; fi
		set -- "$@" "$argument"
	done
	%[2]s "$@"
}
case "$1 $PWD $*" in
'init '*/plugintest*/work*' -upgrade=true')
	if [ -n "$TF_REATTACH_PROVIDERS" ] && ! grep -qsE '^[[:space:]]*(module|backend|cloud)[[:space:]]' ./*.tf; then exit; fi
	;;
'plan '*/plugintest*/work*' -out=tfplan '*)
	plan=$PWD/tfplan every=
	if grep -qs %[3]s ./*.tf; then every=1; fi
	# The latter of the two plans after an apply differs from the plan before an apply only in what came before;
	# plugin-testing removes the plan between two steps.
	case "$* " in
	*' -refresh=false '*) after=1 ;;
	*) if [ -e "$plan.after" ] && [ -e "$plan" ]; then after=2; else after=0; fi ;;
	esac
	if [ $after = 2 ] && [ -e "$plan.both" ]; then
		rm "$plan.after" "$plan.both"
		exit
	fi
	rm -f "$plan.after" "$plan.both" "$plan.empty"
	if [ $after = 1 ] && [ -z "$every" ] && refreshed "$@" >/dev/null 2>&1 && %[5]s "$plan"; then
		: >"$plan.after"
		: >"$plan.both"
		: >"$plan.empty"
		exit
	fi
	%[2]s "$@"
	code=$?
	if [ $after = 1 ] && { [ $code = 0 ] || [ $code = 2 ]; }; then : >"$plan.after"; fi
	if [ $after != 0 ] && [ $code = 0 ] && [ -z "$every" ]; then : >"$plan.empty"; fi
	exit $code
	;;
'show '*/plugintest*/work*' show -json -no-color')
	# Not a name of the configuration: plugin-testing removes it with the configuration's.
	shown=$PWD/shown.json
	if [ "$shown" -nt terraform.tfstate ]; then exec cat "$shown"; fi
	if ! [ -e terraform.tfstate ]; then exec %[2]s "$@"; fi
	%[2]s "$@" >"$shown.new" || exit
	mv "$shown.new" "$shown"
	exec cat "$shown"
	;;
'show '*' show -json -no-color '*/plugintest*/work*/tfplan)
	if [ -e "$4.empty" ]; then
		echo '{"format_version": "1.2", "terraform_version": "%[4]s"}'
		exit
	fi
	;;
'show '*' show -no-color '*/plugintest*/work*/tfplan)
	if ! [ "$3.logged" -nt "$3" ]; then
		: >"$3.logged"
		exit
	fi
	;;
esac
exec %[2]s "$@"
`

// EveryPlan is a line for the configuration of a test that looks into plans that change nothing, or does something between
// the plans after an apply.
const EveryPlan = "# every plan is made and read\n"

// Launcher writes a program to a directory that behaves like the CLI but takes less CPU time, and returns the CLI with
// the program's path. On a system without a POSIX shell, it returns c.
func (c CLI) Launcher(ctx context.Context, folder string) (CLI, error) {
	if _, err := exec.LookPath("sh"); err != nil || runtime.GOOS == "windows" {
		return c, nil //nolint:nilerr // it is a gain of time, and nothing else
	}
	command := exec.CommandContext(ctx, c.Path, "version", "-json")
	command.Env = Environment(os.Environ())
	command.Dir = os.TempDir()
	answer, err := command.Output()
	if err != nil {
		return CLI{}, fmt.Errorf("%s version -json: %w%s", c.Path, err, standardError(err))
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return CLI{}, err
	}
	if err := Build(ctx, "", folder, "github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli/cmd/undrifted"); err != nil {
		return CLI{}, err
	}
	path := filepath.Join(folder, "launcher-"+filepath.Base(c.Path))
	text := fmt.Sprintf(launcher, strings.TrimSpace(string(answer)), ShellQuote(c.Path), ShellQuote(strings.TrimSpace(EveryPlan)), c.Version,
		ShellQuote(filepath.Join(folder, Executable("undrifted"))))
	// Renaming prevents concurrent tests from running a partial script.
	if err := os.WriteFile(path+".new", []byte(text), 0o755); err != nil {
		return CLI{}, err
	}
	c.Path = path
	return c, os.Rename(path+".new", path)
}

// ShellQuote quotes text as a single word of a POSIX shell.
func ShellQuote(text string) string { return "'" + strings.ReplaceAll(text, `'`, `'\''`) + "'" }
