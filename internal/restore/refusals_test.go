package restore_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// Invalid arguments are reported during plan, before any request.
func TestWrongArgumentsAreRefusedAtPlan(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for name, tc := range map[string]struct {
		arguments map[string]any
		says      string // "" if the arguments are valid
	}{
		"fine":                   {nil, ""},
		"fine, all":              {map[string]any{"region": "ap-guangzhou", "prefix": "a", "match": "a/**", "days": 365, "tier": "Bulk", "wait": true, "timeout": "90m", "dry_run": true, "report_file": "r", "parallelism": 256}, ""},
		"unknown":                {map[string]any{"bucket": acctest.NotKnown{}, "days": acctest.NotKnown{}, "tier": acctest.NotKnown{}, "wait": acctest.NotKnown{}, "timeout": acctest.NotKnown{}}, ""},
		"no days":                {map[string]any{"days": 0}, "days is a number of days from 1 to 365"},
		"a year and a day":       {map[string]any{"days": 366}, "Invalid Days"},
		"tier":                   {map[string]any{"tier": "Fast"}, `"Fast" is not a tier`},
		"tier in lower case":     {map[string]any{"tier": "bulk"}, "Invalid Tier"},
		"timeout without a wait": {map[string]any{"timeout": "6h"}, "Timeout Without a Wait"},
		"timeout, no wait":       {map[string]any{"timeout": "6h", "wait": false}, "Timeout Without a Wait"},
		"no duration":            {map[string]any{"timeout": "soon", "wait": true}, "Invalid Duration"},
		"a short one":            {map[string]any{"timeout": "59s", "wait": true}, "Invalid Duration"},
		"bucket":                 {map[string]any{"bucket": "name"}, "Invalid Bucket"},
		"region":                 {map[string]any{"region": "no where"}, "Invalid Region"},
		"pattern":                {map[string]any{"match": "a["}, "Invalid Pattern"},
		"parallelism":            {map[string]any{"parallelism": 257}, "Invalid Parallelism"},
		"report":                 {map[string]any{"report_file": ""}, "Invalid Path"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused := w.ActionServer(nil).Plan(actionName, arguments(w, tc.arguments))
			switch said := strings.Join(refused, "\n"); {
			case tc.says == "" && said != "":
				t.Error(said)
			case !strings.Contains(said, tc.says):
				t.Errorf("%q does not say %q", said, tc.says)
			}
		})
	}
	t.Cleanup(func() {
		if calls := w.Calls(); len(calls) > 0 {
			t.Errorf("sent: %q", calls)
		}
	})
}

// A problem that affects every object or prevents the run is reported once.
func TestWhatCannotRun(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	for _, key := range strings.Fields("a b c d") {
		put(t, w, key, cosmock.NewObject{Class: "ARCHIVE"})
	}
	for name, tc := range map[string]struct {
		provider, arguments map[string]any
		says                string
	}{
		"no such bucket":      {nil, map[string]any{"bucket": "none-1250000000"}, "There is no such bucket in the region"},
		"a wrong secret":      {map[string]any{"secret_key": "wrong"}, nil, "COS does not accept the signature"},
		"an unknown provider": {map[string]any{"secret_id": acctest.NotKnown{}}, nil, "not known yet"},
		"no region":           {map[string]any{"region": nil}, nil, "No Region"},
		"a report nowhere":    {nil, map[string]any{"report_file": t.TempDir() + "/missing/report.jsonl"}, "cannot be opened"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := w.ActionServer(tc.provider).Invoke(t.Context(), actionName, arguments(w, tc.arguments), nil)
			if said := strings.Join(run.Errors, "\n"); len(run.Errors) != 1 || !strings.Contains(said, tc.says) {
				t.Errorf("%q does not say %q", said, tc.says)
			}
		})
	}
	t.Cleanup(func() {
		for _, r := range w.Requests() {
			if r.Method == "POST" && r.Status < 400 {
				t.Errorf("sent: POST %s", r.Key)
			}
		}
	})
}

// The documented policy suffices. If any of its actions is missing, the error
// names it.
func TestLeastPolicy(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.FromSlash("../../templates/actions/restore_objects.md.tmpl"))
	must(t, err)
	found := regexp.MustCompile("(?s)```json\n([^`]*statement.*?)```").FindStringSubmatch(string(page))
	if found == nil {
		t.Fatal("the page shows no policy")
	}
	const bucket = "examplebucket-1250000000"
	on := "qcs::cos:ap-guangzhou:uid/1250000000:" + bucket + "/"
	for without, says := range map[string][]string{
		"":                  nil,
		"HeadObject":        {"denied: 2 objects", "name/cos:HeadObject on " + on + "backups/"},
		"PostObjectRestore": {"denied: 2 objects", "name/cos:PostObjectRestore on " + on + "backups/"},
		"GetBucket":         {"could not be listed", "name/cos:GetBucket on " + on + "*"},
	} {
		t.Run(without, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.Buckets = []string{bucket} })
			put(t, w, "backups/a", cosmock.NewObject{Class: "ARCHIVE"})
			put(t, w, "backups/b", cosmock.NewObject{Class: "DEEP_ARCHIVE"})
			must(t, w.SetPolicy(strings.Replace(found[1], `"name/cos:`+without+`"`, `"name/cos:Nothing"`, 1)))
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"prefix": "backups/", "wait": true}), nil)
			said := strings.Join(run.Errors, "\n")
			if without == "" && said != "" {
				t.Error(said)
			}
			for _, want := range says {
				if !strings.Contains(said, want) {
					t.Errorf("%q does not say %q", said, want)
				}
			}
		})
	}
}
