package sse

import "testing"

func TestPolicy(t *testing.T) {
	t.Parallel()
	strict := Policy{Modes: []Mode{ModeKMS, ModeCustomer}, KMSKeyIDs: []string{"one", "two"}, NoKeyInState: true}
	for name, tc := range map[string]struct {
		got  *Violation
		rule string
	}{
		"any mode":              {Policy{}.AllowsMode(ModeAES256), ""},
		"any key":               {Policy{}.AllowsKMSKey(""), ""},
		"any place":             {Policy{}.AllowsKeyInState(), ""},
		"an allowed mode":       {strict.AllowsMode(ModeCustomer), ""},
		"a forbidden mode":      {strict.AllowsMode(ModeAES256), "modes"},
		"no encryption":         {strict.AllowsMode(ModeNone), "modes"},
		"an allowed key":        {strict.AllowsKMSKey("two"), ""},
		"a forbidden key":       {strict.AllowsKMSKey("three"), "sse_kms_key_ids"},
		"the default key":       {strict.AllowsKMSKey(""), "sse_kms_key_ids"},
		"a key in the state":    {strict.AllowsKeyInState(), "allow_customer_key_in_state"},
		"a key where it may be": {Policy{Modes: []Mode{ModeCustomer}}.AllowsKeyInState(), ""},
	} {
		switch {
		case tc.got == nil && tc.rule != "", tc.got != nil && (tc.got.Rule != tc.rule || tc.got.Text == ""):
			t.Errorf("%s: %+v", name, tc.got)
		}
	}
}
