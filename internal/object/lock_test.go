package object

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// What a known lock forbids is decided from the plan and the private state, at a
// time set by the test.
func TestDecideOfLocked(t *testing.T) {
	t.Parallel()
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	in := func(years int) string { return now.AddDate(years, 0, 0).Format(time.RFC3339) }
	retained := privateState{Lock: &cosclient.Lock{RetainUntil: now.AddDate(2, 0, 0)}}
	over := privateState{Lock: &cosclient.Lock{RetainUntil: now}}
	held := privateState{Lock: &cosclient.Lock{LegalHold: true}}
	changed := func(m *model) { m.CacheControl = str("no-store") }
	until := func(years int) func(*model) { return func(m *model) { m.RetainUntil = str(in(years)) } }
	hold := func(on bool) func(*model) { return func(m *model) { m.LegalHold = types.BoolValue(on) } }
	all := func(changes ...func(*model)) func(*model) {
		return func(m *model) {
			for _, change := range changes {
				change(m)
			}
		}
	}
	versioned := func(m *model) { m.VersionID = str("v1") }
	policy := func(name string) func(*model) { return func(m *model) { m.DeletionPolicy = str(name) } }
	moved := func(m *model) { m.Key = str("b") }
	tagged := func(m *model) { m.Tags = arguments.Map(map[string]string{"a": "b"}) }
	for name, tc := range map[string]struct {
		first, drifted, after func(*model)
		private               privateState
		want                  decision
		refused               string
		warned                string
		same, invalid         bool
	}{
		"nothing":                            {first: until(2), private: retained, same: true},
		"a date that is over by now":         {first: until(-1), same: true},
		"a new date that is over":            {after: until(-1), invalid: true},
		"a later date":                       {first: until(2), after: until(3), private: retained, want: decision{Retention: true}},
		"an earlier date":                    {first: until(2), after: until(1), private: retained, want: decision{Retention: true}, refused: "Retention Cannot Be Shortened"},
		"a date before somebody's later one": {after: until(1), private: retained, want: decision{Retention: true}},
		"another date after the first":       {first: until(-1), after: until(1), private: over, want: decision{Retention: true}},
		"a date that is not known yet":       {first: until(2), after: func(m *model) { m.RetainUntil = types.StringUnknown() }, private: retained, want: decision{Retention: true}},
		"a retention that is missing":        {first: until(2), drifted: func(m *model) { m.RetainUntil = types.StringNull() }, after: until(2), want: decision{Retention: true}},
		"no longer declared":                 {first: until(2), after: func(m *model) { m.RetainUntil = types.StringNull() }, private: retained, warned: "Retention Is Kept"},
		"no longer declared, and over":       {first: until(-1), after: func(m *model) { m.RetainUntil = types.StringNull() }, private: over},
		"a header, retained":                 {after: changed, private: retained, want: decision{Rewrite: true}, refused: objectLocked},
		"a header, retained and versioned":   {drifted: versioned, after: changed, private: retained, want: decision{Rewrite: true}},
		"a header, no longer retained":       {after: changed, private: over, want: decision{Rewrite: true}},
		"a header, held":                     {after: changed, private: held, want: decision{Rewrite: true}, refused: objectLocked},
		"a header, and the hold is lifted":   {first: hold(true), after: all(hold(false), changed), private: held, want: decision{Rewrite: true, Hold: true}},
		"a header and a hold":                {after: all(hold(true), changed), want: decision{Rewrite: true, Hold: true}},
		"tags, retained and versioned":       {drifted: versioned, after: tagged, private: retained, want: decision{Tags: true}, refused: objectLocked},
		"moved, retained":                    {after: moved, private: retained, want: decision{Move: true}, refused: objectLocked},
		"moved, and the old one stays":       {first: policy("abandon"), after: all(policy("abandon"), moved), private: retained, want: decision{Move: true}},
		"moved, versioned":                   {drifted: versioned, after: moved, private: retained, want: decision{Move: true}},
		"moved, versioned, with its version": {first: policy("delete_version"), drifted: versioned, after: all(policy("delete_version"), moved), private: retained, want: decision{Move: true}, refused: objectLocked},
		"acl, held":                          {after: func(m *model) { m.ACL = str("private") }, private: held, want: decision{ACL: true}},
		"a body that may be another":         {after: func(m *model) { m.Content = types.StringUnknown() }, private: held, want: decision{Body: bodyContent, Optional: true}},
		"another body":                       {after: func(m *model) { m.Content = str("HELLO") }, private: held, want: decision{Body: bodyContent}, refused: objectLocked},
		"a hold no longer declared":          {first: hold(true), after: func(m *model) { m.LegalHold = types.BoolNull() }, private: held, warned: "Legal Hold Is Kept"},
		"no hold no longer declared":         {first: hold(false), after: func(m *model) { m.LegalHold = types.BoolNull() }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := onAES.config()
			if tc.first != nil {
				tc.first(&config)
			}
			prior := applied(config, onAES.found)
			config.VersionID = types.StringNull()
			if tc.drifted != nil {
				tc.drifted(&prior)
			}
			if tc.after != nil {
				tc.after(&config)
			}
			o := decide(t.Context(), situation{config: config, prior: &prior, private: tc.private, data: someData(t), now: now})
			if o.diags.HasError() != tc.invalid {
				t.Fatal(o.diags)
			}
			if tc.invalid {
				return
			}
			if o.same != tc.same {
				t.Errorf("same is %v", o.same)
			}
			got := o.decision
			refused := ""
			if got.Refused != nil {
				refused = got.Refused.Summary
			}
			got.Refused, got.Fallback, got.Key = nil, bodyNone, tc.want.Key
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("decision (-want +got):\n%s", diff)
			}
			if refused != tc.refused {
				t.Errorf("refused with %q", refused)
			}
			var warnings []string
			for _, d := range o.diags {
				warnings = append(warnings, d.Summary())
			}
			if want := tc.warned + tc.refused; strings.Join(warnings, ", ") != want {
				t.Errorf("warned of %q, want %q", warnings, want)
			}
		})
	}
}
