package main

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUndrifted(t *testing.T) {
	t.Parallel()
	const before = `{"version": 4, "serial": 0, "lineage": "", "outputs": {"o": {"value": 1}}, "resources": [{"type": "a", "name": "b",
		"instances": [{"attributes": {"n": 9007199254740993}, "private": "YQ==", "sensitive_attributes": [[{"value": "x"}], [{"value": "y"}]]}]}], "check_results": null}`
	for name, tc := range map[string]struct {
		change []string // of the state after the refresh: pairs of what it was and what it is
		want   bool
		err    bool
	}{
		"the same":                         {nil, true, false},
		"its numbers":                      {[]string{`"serial": 0`, `"serial": 7`, `"lineage": ""`, `"lineage": "x"`}, true, false},
		"the order of sensitive arguments": {[]string{`[{"value": "x"}], [{"value": "y"}]`, `[{"value": "y"}], [{"value": "x"}]`}, true, false},
		"a sensitive argument more":        {[]string{`[{"value": "y"}]`, `[{"value": "y"}], [{"value": "z"}]`}, false, false},
		"an attribute":                     {[]string{"993", "992"}, false, false},
		"what a provider keeps":            {[]string{"YQ==", "Yg=="}, false, false},
		"an output":                        {[]string{`"value": 1`, `"value": 2`}, false, false},
		"a label":                          {[]string{`"name": "b"`, `"name": "c"`}, false, false},
		"a check":                          {[]string{`"check_results": null`, `"check_results": []`}, false, false},
		"no JSON":                          {[]string{"{", "("}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := undrifted(planOf(t, map[string]string{"tfstate-prev": before, "tfstate": strings.NewReplacer(tc.change...).Replace(before)}))
			if got != tc.want || (err != nil) != tc.err {
				t.Errorf("got %t and error %v, want %t and an error: %t", got, err, tc.want, tc.err)
			}
		})
	}
}

func TestNoPlan(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{
		"no file":               filepath.Join(t.TempDir(), "tfplan"),
		"without an old state":  planOf(t, map[string]string{"tfstate": "{}"}),
		"without a later state": planOf(t, map[string]string{"tfstate-prev": "{}"}),
	} {
		if same, err := undrifted(path); same || err == nil {
			t.Errorf("%s: got %t and no error", name, same)
		}
	}
}

func planOf(t *testing.T, files map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tfplan")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	for name, text := range files {
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
