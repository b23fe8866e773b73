// Command tfcli prints the path of the Terraform-compatible CLI to run, and obtains one if there is none. With -env it
// prints shell assignments that make the acceptance tests use it. Progress goes to standard error.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

func main() {
	asVariables := flag.Bool("env", false, "print variables for a shell instead of the path")
	openTofu := flag.Bool("tofu", false, "find OpenTofu, even if there is a Terraform")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, os.Stderr, *asVariables, *openTofu)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "tfcli:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, log io.Writer, asVariables, openTofu bool) error {
	finder, err := tfcli.NewFinder(ctx, log)
	if err != nil {
		return err
	}
	find := finder.Find
	if openTofu {
		find = finder.OpenTofu
	}
	cli, err := find(ctx)
	if err != nil {
		return err
	}

	_, _ = fmt.Fprintln(log, "tfcli: using", cli)
	if !asVariables {
		_, err = fmt.Fprintln(out, cli.Path)
		return err
	}
	if cli, err = cli.Launcher(ctx, filepath.Join(finder.Root, ".tools")); err != nil {
		return err
	}
	_, err = io.WriteString(out, shellLines(cli.TestVariables()))
	return err
}

// shellLines returns assignments for a POSIX shell, quoted for any path.
func shellLines(variables map[string]string) string {
	var lines strings.Builder
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		fmt.Fprintf(&lines, "export %s=%s\n", name, tfcli.ShellQuote(variables[name]))
	}
	return lines.String()
}
