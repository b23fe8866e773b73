package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-version"
)

const (
	unitPassed           = `{"Action":"pass","Package":"p","Test":"TestUnit","Elapsed":0.1}`
	unitSkipped          = `{"Action":"skip","Package":"p","Test":"TestUnit"}`
	unitFailed           = `{"Action":"fail","Package":"p","Test":"TestUnit"}`
	acceptancePassed     = `{"Action":"pass","Package":"p","Test":"TestAccOne"}`
	acceptanceSkipped    = `{"Action":"skip","Package":"p","Test":"TestAccTwo"}`
	subtestSkipped       = `{"Action":"skip","Package":"p","Test":"TestAccOne/with_a_key"}`
	listedSubtestSkipped = `{"Action":"skip","Package":"p","Test":"TestAccTwo/sub"}`
	packageSkipped       = `{"Action":"skip","Package":"without/tests"}`
	output               = `{"Action":"output","Package":"p","Test":"TestAccOne","Output":"--- SKIP: TestAccOne\n"}`
)

func TestRun(t *testing.T) {
	t.Parallel()

	strict := gate{strict: true}
	listed := func(cli, floor string) gate {
		return gate{strict: true, cli: cli, allowed: map[string]string{"TestAccTwo": floor}}
	}
	const refused = ": it is not allowed to be\n"
	tests := map[string]struct {
		events []string
		gate   gate
		want   string
		err    string
	}{
		"all passed":                       {events: []string{unitPassed, output, acceptancePassed, packageSkipped}, gate: strict},
		"a skipped unit test is no matter": {events: []string{unitSkipped, acceptancePassed}, gate: strict},
		"a failure is gotestsum's matter":  {events: []string{acceptancePassed, unitFailed}, gate: strict},
		"a skipped acceptance test": {
			events: []string{unitPassed, acceptancePassed, acceptanceSkipped, subtestSkipped}, gate: strict,
			want: "skipped acceptance test: p.TestAccOne/with_a_key" + refused + "skipped acceptance test: p.TestAccTwo" + refused,
			err:  "2 acceptance tests were skipped",
		},
		"a skipped acceptance test at home": {
			events: []string{unitPassed, acceptanceSkipped},
			want:   "skipped acceptance test: p.TestAccTwo" + refused,
		},
		"a listed test and an older CLI": {
			events: []string{acceptancePassed, acceptanceSkipped, listedSubtestSkipped}, gate: listed("1.11.4", "1.14"),
			want: "skipped acceptance test: p.TestAccTwo: it needs version 1.14 of the CLI, and this is 1.11.4\n" +
				"skipped acceptance test: p.TestAccTwo/sub: it needs version 1.14 of the CLI, and this is 1.11.4\n",
		},
		"a listed test and a CLI that has it": {
			events: []string{acceptancePassed, acceptanceSkipped}, gate: listed("1.14.0", "1.14"),
			want: "skipped acceptance test: p.TestAccTwo" + refused, err: "1 acceptance tests were skipped",
		},
		"a listed test and a pre-release that has it": {
			events: []string{acceptancePassed, acceptanceSkipped}, gate: listed("1.14.0-beta1", "1.14"),
			want: "skipped acceptance test: p.TestAccTwo" + refused, err: "1 acceptance tests were skipped",
		},
		"a listed test and an unknown CLI": {
			events: []string{acceptancePassed, acceptanceSkipped}, gate: listed("", "1.14"),
			want: "skipped acceptance test: p.TestAccTwo" + refused, err: "1 acceptance tests were skipped",
		},
		"a test whose name only begins like a listed one": {
			events: []string{acceptancePassed, strings.ReplaceAll(acceptanceSkipped, "TestAccTwo", "TestAccTwofold")}, gate: listed("1.11.4", "1.14"),
			want: "skipped acceptance test: p.TestAccTwofold" + refused, err: "1 acceptance tests were skipped",
		},
		"a list that is broken": {events: []string{acceptancePassed, acceptanceSkipped}, gate: listed("1.11.4", "soon"), err: "TestAccTwo in the list of allowed tests"},
		"no acceptance test":    {events: []string{unitPassed}, gate: strict, err: "no acceptance test ran"},
		"nothing":               {gate: strict, err: "no acceptance test ran"},
		"not an event":          {events: []string{unitPassed, "FAIL: build"}, err: "line 2 is no test event"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			path := filepath.Join(t.TempDir(), "events.json")
			if err := os.WriteFile(path, []byte(strings.Join(test.events, "\n")), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := run(&out, path, test.gate)
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

	if err := run(&bytes.Buffer{}, filepath.Join(t.TempDir(), "absent"), gate{}); err == nil {
		t.Error("a report without a run")
	}
}

// The list contains acceptance tests and valid versions.
func TestAllowed(t *testing.T) {
	t.Parallel()

	for name, floor := range allowed {
		if !strings.HasPrefix(name, acceptancePrefix) || strings.Contains(name, "/") {
			t.Errorf("%s is not the name of an acceptance test", name)
		}
		if _, err := version.NewVersion(floor); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
