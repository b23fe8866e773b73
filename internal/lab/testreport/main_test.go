package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	unitPassed        = `{"Action":"pass","Package":"p","Test":"TestUnit","Elapsed":0.1}`
	unitSkipped       = `{"Action":"skip","Package":"p","Test":"TestUnit"}`
	unitFailed        = `{"Action":"fail","Package":"p","Test":"TestUnit"}`
	acceptancePassed  = `{"Action":"pass","Package":"p","Test":"TestAccOne"}`
	acceptanceSkipped = `{"Action":"skip","Package":"p","Test":"TestAccTwo"}`
	subtestSkipped    = `{"Action":"skip","Package":"p","Test":"TestAccOne/with_a_key"}`
	packageSkipped    = `{"Action":"skip","Package":"without/tests"}`
	output            = `{"Action":"output","Package":"p","Test":"TestAccOne","Output":"--- SKIP: TestAccOne\n"}`
)

func TestRun(t *testing.T) {
	t.Parallel()

	tests := map[string]struct {
		events []string
		strict bool
		want   string
		err    string
	}{
		"all passed": {
			events: []string{unitPassed, output, acceptancePassed, packageSkipped}, strict: true,
			want: "acceptance tests: 1 passed, 0 skipped\n2 passed, 0 failed, 0 skipped\n",
		},
		"a skipped unit test is no matter": {
			events: []string{unitSkipped, acceptancePassed}, strict: true,
			want: "acceptance tests: 1 passed, 0 skipped\n1 passed, 0 failed, 1 skipped\n",
		},
		"a skipped acceptance test": {
			events: []string{unitPassed, acceptancePassed, acceptanceSkipped, subtestSkipped}, strict: true,
			want: "skipped acceptance test: p.TestAccOne/with_a_key\nskipped acceptance test: p.TestAccTwo\n" +
				"acceptance tests: 1 passed, 2 skipped\n2 passed, 0 failed, 2 skipped\n",
			err: "2 acceptance tests were skipped",
		},
		"a skipped acceptance test at home": {
			events: []string{unitPassed, acceptanceSkipped},
			want:   "skipped acceptance test: p.TestAccTwo\nacceptance tests: 0 passed, 1 skipped\n1 passed, 0 failed, 1 skipped\n",
		},
		"no acceptance test": {
			events: []string{unitPassed}, strict: true,
			want: "acceptance tests: 0 passed, 0 skipped\n1 passed, 0 failed, 0 skipped\n",
			err:  "no acceptance test ran",
		},
		"a failure": {
			events: []string{acceptancePassed, unitFailed},
			want:   "acceptance tests: 1 passed, 0 skipped\n1 passed, 1 failed, 0 skipped\n",
			err:    "1 tests failed",
		},
		"nothing": {
			want: "acceptance tests: 0 passed, 0 skipped\n0 passed, 0 failed, 0 skipped\n",
			err:  "no test ran",
		},
		"not an event": {
			events: []string{unitPassed, "FAIL: build"},
			err:    "line 2 is no test event",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			path := filepath.Join(t.TempDir(), "events.json")
			if err := os.WriteFile(path, []byte(strings.Join(test.events, "\n")), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := run(&out, path, test.strict)
			if diff := cmp.Diff(test.want, out.String()); diff != "" {
				t.Error(diff)
			}
			switch {
			case test.err == "" && err != nil:
				t.Errorf("unexpected error: %v", err)
			case test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)):
				t.Errorf("error %v, want one with %q", err, test.err)
			}
		})
	}
}

func TestRunWithoutFile(t *testing.T) {
	t.Parallel()

	if err := run(&bytes.Buffer{}, filepath.Join(t.TempDir(), "absent"), false); err == nil {
		t.Error("a report without a run")
	}
}
