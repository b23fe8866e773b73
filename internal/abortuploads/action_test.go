package abortuploads_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

const actionName = "cos_abort_multipart_uploads"

// begin initiates uploads of the keys and backdates them.
func begin(t *testing.T, w *acctest.World, ago time.Duration, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if err := w.BeginUpload(w.Bucket(), key, time.Now().Add(-ago)); err != nil {
			t.Fatal(err)
		}
	}
}

func arguments(w *acctest.World, more map[string]any) map[string]any {
	all := map[string]any{"bucket": w.Bucket(), "older_than": "2d"}
	for name, value := range more {
		all[name] = value
	}
	return all
}

// Uploads that are old enough are aborted, across pages, and no others.
func TestAbort(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		arguments map[string]any
		want      int // remaining of 24 uploads
		says      string
	}{
		"all":       {nil, 4, "20 uploads aborted, 4 too young; the oldest was begun at "},
		"a prefix":  {map[string]any{"prefix": "in/"}, 14, "10 uploads aborted, 2 too young"},
		"a dry run": {map[string]any{"dry_run": true}, 24, "nothing was aborted. It would be: 20 uploads aborted"},
		"hours":     {map[string]any{"older_than": "48h"}, 4, "20 uploads aborted"},
		"too young": {map[string]any{"older_than": "73h"}, 24, "0 uploads aborted, 24 too young"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t, func(o *cosmock.Options) { o.Limits.ListMaxKeys = 7 })
			for i := range 10 {
				begin(t, w, 72*time.Hour, fmt.Sprintf("in/ü+ %%%d", i), fmt.Sprintf("out/%d", i/3)) // several uploads of one key
			}
			begin(t, w, time.Minute, "in/new", "in/ü+ %0", "new", "out/1")
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, tc.arguments), nil)
			if len(run.Errors)+len(run.Warnings) > 0 {
				t.Fatal(run)
			}
			if got := len(w.Uploads(w.Bucket())); got != tc.want {
				t.Errorf("%d uploads are left, want %d", got, tc.want)
			}
			if last := run.Progress[len(run.Progress)-1]; !strings.Contains(last, tc.says) {
				t.Errorf("%q does not say %q", last, tc.says)
			}
		})
	}
}

// An upload that no longer exists is not a failure. A missing permission is, and
// is reported after all uploads were tried.
func TestAbortFails(t *testing.T) {
	t.Parallel()
	allow := func(actions ...string) string {
		return `{"version":"2.0","statement":[{"effect":"allow","action":["name/cos:` + strings.Join(actions, `","name/cos:`) + `"],"resource":["*"]}]}`
	}
	for name, tc := range map[string]struct {
		policy string
		fault  cosmock.FaultKind
		left   int
		says   []string // nil if there is no error
	}{
		"allowed":            {allow("ListMultipartUploads", "AbortMultipartUpload"), "", 0, nil},
		"may not list":       {allow("AbortMultipartUpload"), "", 3, []string{"could not be listed", "name/cos:ListMultipartUploads on "}},
		"may not abort":      {allow("ListMultipartUploads"), "", 3, []string{"3 uploads of the bucket", `"a", "b", "c"`, "name/cos:AbortMultipartUpload on "}},
		"an answer is lost":  {"", cosmock.FaultResetAfter, 0, nil},
		"throttled":          {"", cosmock.FaultSlowDown, 0, nil},
		"the gateway fails":  {"", cosmock.FaultUnavailableAfter, 0, nil},
		"an error and again": {"", cosmock.FaultInternalError, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.New(t)
			begin(t, w, 72*time.Hour, "a", "b", "c")
			if err := w.SetPolicy(tc.policy); err != nil {
				t.Fatal(err)
			}
			if tc.fault != "" {
				if err := w.Arm(cosmock.Fault{Match: cosmock.OnSubresource("DELETE", "b", "uploadId"), Kind: tc.fault}); err != nil {
					t.Fatal(err)
				}
			}
			run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, nil), nil)
			said := strings.Join(run.Errors, "\n")
			for _, want := range tc.says {
				if !strings.Contains(said, want) {
					t.Errorf("%q does not say %q", said, want)
				}
			}
			if tc.says == nil && said != "" {
				t.Error(said)
			}
			if got := len(w.Uploads(w.Bucket())); got != tc.left {
				t.Errorf("%d uploads are left, want %d", got, tc.left)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	got := map[string]string{}
	for _, age := range []string{"1h", "60m", "3600s", "1d", "36500d", "59m59s", "0d", "-2h", "-1d", "36501d", "x", "", "7", "1w", "d"} {
		said := strings.Join(w.ActionServer(nil).Plan(actionName, arguments(w, map[string]any{"older_than": age})), "\n")
		got[age], _, _ = strings.Cut(said, "\n")
	}
	const wrong, young = "Invalid Duration", "Uploads That May Be Under Way"
	want := map[string]string{
		"1h": "", "60m": "", "3600s": "", "1d": "", "36500d": "", "59m59s": young, "0d": young, "-2h": young,
		"-1d": wrong, "36501d": wrong, "x": wrong, "": wrong, "7": wrong, "1w": wrong, "d": wrong,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for attribute, value := range map[string]any{"bucket": "name", "region": "no where"} {
		if said := w.ActionServer(nil).Plan(actionName, arguments(w, map[string]any{attribute: value})); len(said) != 1 {
			t.Errorf("%s: %q", attribute, said)
		}
	}
	if said := w.ActionServer(nil).Plan(actionName, arguments(w, map[string]any{"bucket": acctest.NotKnown{}, "older_than": acctest.NotKnown{}})); len(said) > 0 {
		t.Errorf("%q", said)
	}
	if calls := w.Calls(); len(calls) > 0 {
		t.Errorf("sent: %q", calls)
	}
}
