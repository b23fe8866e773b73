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

// launcher is a shell script that starts a CLI for tests. The acceptance tests start the CLI more than ten thousand
// times, and most of the time of each start goes into initialization, threads waiting for each other, and garbage
// collection that the end of the process makes unnecessary. Several CLIs run concurrently anyway.
//
// Two commands of plugin-testing are not passed on. It queries the version before each test, which cannot change during
// a run. And it has each plan with changes printed for its trace log; it has a plan printed a second time to report it.
const launcher = `#!/bin/sh
if [ "$*" = 'version -json' ]; then
	cat <<'END'
%s
END
	exit
fi
case "$# $1 $2 $3" in
'3 show -no-color '*/plugintest*/work*/tfplan)
	if ! [ "$3.logged" -nt "$3" ]; then
		: >"$3.logged"
		exit
	fi
esac
export GOMAXPROCS=1 GOGC=off GOMEMLIMIT=256MiB CHECKPOINT_DISABLE=1
exec %s "$@"
`

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
	path := filepath.Join(folder, "launcher-"+filepath.Base(c.Path))
	text := fmt.Sprintf(launcher, strings.TrimSpace(string(answer)), ShellQuote(c.Path))
	// Renaming prevents concurrent tests from running a partial script.
	if err := os.WriteFile(path+".new", []byte(text), 0o755); err != nil {
		return CLI{}, err
	}
	c.Path = path
	return c, os.Rename(path+".new", path)
}

// ShellQuote quotes text as a single word of a POSIX shell.
func ShellQuote(text string) string { return "'" + strings.ReplaceAll(text, `'`, `'\''`) + "'" }
