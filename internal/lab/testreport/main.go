// Command testreport reads the events of a test run (go test -json). With -strict, it fails if no acceptance tests ran
// or if one was skipped, because a passing run would then prove little. A test may be skipped if allowed.go lists it
// with a newer CLI version than the installed one. gotestsum prints the counts.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/go-version"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/tfcli"
)

// acceptancePrefix is the prefix of all tests that run a real CLI.
const acceptancePrefix = "TestAcc"

func main() {
	strict := flag.Bool("strict", false, "fail when an acceptance test was skipped or none ran")
	flag.Parse()
	if err := report(flag.Arg(0), *strict); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
}

func report(path string, strict bool) error {
	g := gate{strict: strict, allowed: allowed}
	// The tests used the same CLI.
	if path := os.Getenv(tfcli.PathVariable); path != "" {
		cli, err := tfcli.Inspect(context.Background(), path)
		if err != nil {
			return err
		}
		g.cli = cli.Version
	}
	return run(os.Stdout, path, g)
}

// gate decides which test runs pass.
type gate struct {
	strict  bool
	cli     string // CLI version; "" allows no skipped test
	allowed map[string]string
}

func run(out io.Writer, path string, g gate) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	ran, skipped, err := acceptance(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	refused := 0
	for _, test := range skipped {
		reason, err := g.excuse(test)
		if err != nil {
			return err
		}
		if reason == "" {
			refused++
			reason = "it is not allowed to be"
		}
		_, _ = fmt.Fprintf(out, "skipped acceptance test: %s: %s\n", test, reason)
	}
	switch {
	case g.strict && refused > 0:
		return fmt.Errorf("%d acceptance tests were skipped", refused)
	case g.strict && ran == 0:
		return errors.New("no acceptance test ran")
	}
	return nil
}

// excuse returns why a test may be skipped, or "" if it may not.
func (g gate) excuse(test testName) (string, error) {
	name, _, _ := strings.Cut(test.test, "/")
	floor, listed := g.allowed[name]
	if !listed || g.cli == "" {
		return "", nil
	}
	need, err := version.NewVersion(floor)
	if err != nil {
		return "", fmt.Errorf("%s in the list of allowed tests: %w", name, err)
	}
	have, err := version.NewVersion(g.cli)
	if err != nil {
		return "", fmt.Errorf("the CLI: %w", err)
	}
	if have.Core().GreaterThanOrEqual(need) {
		return "", nil
	}
	return fmt.Sprintf("it needs version %s of the CLI, and this is %s", floor, g.cli), nil
}

type testName struct{ pkg, test string }

func (t testName) String() string { return t.pkg + "." + t.test }

// acceptance reads the output of go test -json, one event per line. It returns the number of acceptance tests that ran,
// including subtests, and those that were skipped.
func acceptance(events io.Reader) (ran int, skipped []testName, err error) {
	lines := bufio.NewReader(events)
	for number := 1; ; number++ {
		line, readErr := lines.ReadBytes('\n')
		if len(line) > 0 {
			var event struct{ Action, Package, Test string }
			if err := json.Unmarshal(line, &event); err != nil {
				return 0, nil, fmt.Errorf("line %d is no test event: %w", number, err)
			}
			switch ours := strings.HasPrefix(event.Test, acceptancePrefix); {
			case ours && event.Action == "pass":
				ran++
			case ours && event.Action == "skip":
				skipped = append(skipped, testName{event.Package, event.Test})
			}
		}
		if errors.Is(readErr, io.EOF) {
			slices.SortFunc(skipped, func(a, b testName) int { return strings.Compare(a.String(), b.String()) })
			return ran, skipped, nil
		}
		if readErr != nil {
			return 0, nil, readErr
		}
	}
}
