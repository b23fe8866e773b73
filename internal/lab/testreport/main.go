// Command testreport reads the event file of a test run (go test -json), prints one line that counts the tests, and
// fails with -strict when an acceptance test was skipped or none ran: a green run without them proves little.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// acceptancePrefix begins the name of every test that runs a real CLI.
const acceptancePrefix = "TestAcc"

func main() {
	strict := flag.Bool("strict", false, "fail when an acceptance test was skipped or none ran")
	flag.Parse()
	if err := run(os.Stdout, flag.Arg(0), *strict); err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		os.Exit(1)
	}
}

func run(out io.Writer, path string, strict bool) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()

	result, err := read(file)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, name := range result.skippedAcceptance {
		_, _ = fmt.Fprintln(out, "skipped acceptance test:", name)
	}
	_, _ = fmt.Fprintf(out, "acceptance tests: %d passed, %d skipped\n", result.passedAcceptance, len(result.skippedAcceptance))
	_, _ = fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", result.passed, result.failed, result.skipped)
	return result.verdict(strict)
}

// report counts the tests of a run, subtests included.
type report struct {
	passed, failed, skipped int
	passedAcceptance        int
	skippedAcceptance       []string
}

// verdict is an error for a run that must not count as a success.
func (r report) verdict(strict bool) error {
	switch {
	case r.failed > 0:
		return fmt.Errorf("%d tests failed", r.failed)
	case r.passed == 0:
		return errors.New("no test ran")
	case strict && len(r.skippedAcceptance) > 0:
		return fmt.Errorf("%d acceptance tests were skipped", len(r.skippedAcceptance))
	case strict && r.passedAcceptance == 0:
		return errors.New("no acceptance test ran")
	}
	return nil
}

// read takes the events that go test -json writes, one a line.
func read(events io.Reader) (report, error) {
	var result report
	lines := bufio.NewReader(events)
	for number := 1; ; number++ {
		line, readErr := lines.ReadBytes('\n')
		if len(line) > 0 {
			var event struct{ Action, Package, Test string }
			if err := json.Unmarshal(line, &event); err != nil {
				return report{}, fmt.Errorf("line %d is no test event: %w", number, err)
			}
			// Without a test's name the event is about a whole package.
			if event.Test != "" {
				result.count(event.Action, event.Package, event.Test)
			}
		}
		if errors.Is(readErr, io.EOF) {
			slices.Sort(result.skippedAcceptance)
			return result, nil
		}
		if readErr != nil {
			return report{}, readErr
		}
	}
}

func (r *report) count(action, pkg, test string) {
	acceptance := strings.HasPrefix(test, acceptancePrefix)
	switch action {
	case "pass":
		r.passed++
		if acceptance {
			r.passedAcceptance++
		}
	case "fail":
		r.failed++
	case "skip":
		r.skipped++
		if acceptance {
			r.skippedAcceptance = append(r.skippedAcceptance, pkg+"."+test)
		}
	}
}
