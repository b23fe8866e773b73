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

// launcher is a shell script that starts a CLI for tests. A run of the acceptance tests starts the CLI more than ten
// thousand times, and it spends most of each start on itself: on its initialization, on threads that wait for one another
// and on collecting garbage that the end of the process would free. One test process has several CLIs running anyway.
// The testing framework asks for the version before each test, which does not change while tests run.
const launcher = `#!/bin/sh
if [ "$*" = 'version -json' ]; then
	cat <<'END'
%s
END
	exit
fi
export GOMAXPROCS=1 GOGC=off GOMEMLIMIT=256MiB CHECKPOINT_DISABLE=1
exec %s "$@"
`

// Launcher writes a program for tests into a folder, which behaves as the CLI and takes less processor time, and returns
// the CLI with its path. On a system without a POSIX shell it returns the CLI itself.
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
	// Renamed, so that tests that run at the same time never start half a script.
	if err := os.WriteFile(path+".new", []byte(text), 0o755); err != nil {
		return CLI{}, err
	}
	c.Path = path
	return c, os.Rename(path+".new", path)
}

// ShellQuote writes a text as one word of a POSIX shell.
func ShellQuote(text string) string { return "'" + strings.ReplaceAll(text, `'`, `'\''`) + "'" }
