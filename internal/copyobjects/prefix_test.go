package copyobjects_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// A source prefix is the beginning of keys. A run that covers more than the folder
// of that name says so, and a dry run says it before anything is written.
func TestPrefixOfTwoFolders(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		source, prefix string
		says           []string
	}{
		"two folders":            {"a", "b", []string{`besides 2 objects in the folder "a/", it covers 1 object`, `such as "a-old/3"`, `write "a/"`}},
		"and another's contents": {"a", "b/", []string{`such as "a-old/3"`, `The copy of "a/1" is "b//1"`}},
		"the folder":             {"a/", "b/", nil},
		"beginnings of names":    {"a-o", "b/o", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			for _, key := range []string{"a/1", "a/2", "a-old/3"} {
				put(t, w, key, cosmock.NewObject{})
			}
			for _, dry := range []bool{true, false} {
				run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"source_prefix": tc.source, "prefix": tc.prefix, "dry_run": dry}), nil)
				if len(run.Errors) > 0 {
					t.Fatal(run.Errors)
				}
				text := strings.Join(run.Warnings, "\n")
				if strings.Contains(text, "Prefix Without a Slash") != (tc.says != nil) {
					t.Errorf("dry run %t: warned %q", dry, text)
				}
				for _, want := range tc.says {
					if !strings.Contains(text, want) {
						t.Errorf("dry run %t: %q does not say %q", dry, text, want)
					}
				}
			}
			var want []string
			for _, key := range w.Keys(w.Bucket()) {
				if rest, ok := strings.CutPrefix(key, tc.source); ok {
					want = append(want, tc.prefix+rest)
				}
			}
			slices.Sort(want)
			if got := w.Keys(otherBucket); !slices.Equal(got, want) {
				t.Errorf("copied to %q, want %q", got, want)
			}
		})
	}
}

// The plan warns of a target prefix to which the names of a folder would be joined.
func TestJoinedPrefixIsWarnedOf(t *testing.T) {
	t.Parallel()
	const joined = "Warning: Prefix Without a Slash"
	for name, tc := range map[string]struct {
		source, prefix any
		says           []string
	}{
		"a folder to a name":      {"a/", "b", []string{joined, `the copy of "a/index.html" would be "bindex.html"`, `write "b/"`}},
		"everything to a name":    {nil, "b", []string{joined, `"bindex.html"`}},
		"a folder to a folder":    {"a/", "b/", nil},
		"a folder to the root":    {"a/", nil, nil},
		"everything to a folder":  {"", "b/", nil},
		"a name to a name":        {"a-", "b-", nil},
		"a name to a folder":      {"a-", "b/", nil},
		"what is not known yet":   {acctest.NotKnown{}, "b", nil},
		"a target that comes yet": {"a/", acctest.NotKnown{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(t)
			if refused := w.ActionServer(nil).Plan(actionName, arguments(w, map[string]any{"source_prefix": tc.source, "prefix": tc.prefix})); len(refused) > 0 {
				t.Fatal(refused)
			}
			must(t, w.Says(tc.says...)())
		})
	}
}
