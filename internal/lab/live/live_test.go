package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// Everything that "make test-live" does, run against the bundled server.
func TestAccLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	terraform := newSuite(t)
	w.sows(t)
	before := w.contents(t)
	w.mayOnly(t)
	w.ResetRequests()
	if err := w.runs(t, t.Context(), terraform); err != nil {
		t.Error(err)
	}
	printed := w.out.String()
	t.Log("\n" + printed)

	w.onlyBelowThePrefix(t)
	sent, bytes := 0, int64(0)
	for _, r := range w.Requests() {
		sent, bytes = sent+1, bytes+r.BodyBytes
	}
	if diff := cmp.Diff(before, w.contents(t)); diff != "" {
		t.Errorf("what the bucket holds (-before +after):\n%s", diff)
	}
	for _, q := range questions() {
		cells := w.row(t, q.id)
		switch {
		case q.unasked != "":
			if !strings.HasPrefix(cells[2], "not asked: ") || cells[4] != "–" {
				t.Errorf("%q", cells)
			}
		case cells[2] != cells[3] || cells[4] != "yes":
			t.Errorf("the two servers, which are the same, differ: %q", cells)
		case strings.HasPrefix(cells[2], "no"):
			t.Errorf("no answer: %q", cells)
		}
	}
	for _, name := range []string{"SSE-COS", "SSE-C", "SSE-KMS"} {
		if cells := w.row(t, name); slices.ContainsFunc(cells[1:], func(c string) bool { return c != "ok" }) || len(cells) != 1+len(stages) {
			t.Errorf("%q", cells)
		}
	}
	if strings.Contains(printed, "COS answered") {
		t.Error("the table says that COS answered, and it did not")
	}
	if !strings.Contains(printed, "Nothing is left below "+w.prefix) {
		t.Error("the report does not say that nothing is left")
	}
	if found := acctest.Leaks(printed, w.SecretKey(), w.keyA.Base64(), w.keyB.Base64()); len(found) > 0 {
		t.Errorf("the report has a secret, as %q", found)
	}
	costs(t, sent, bytes)
}

// costs checks the figures in CONTRIBUTING.md: they must be upper limits, and not far too high.
func costs(t *testing.T, sent int, bytes int64) {
	t.Helper()
	t.Logf("%d requests, %d bytes uploaded", sent, bytes)
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	unasked := 0
	for _, q := range questions() {
		if q.unasked != "" {
			unasked++
		}
	}
	text = []byte(strings.Join(strings.Fields(string(text)), " ")) // independent of line breaks
	if want := fmt.Sprintf("%d questions that are asked, and %d with the reason why they are not", len(questions())-unasked, unasked); !strings.Contains(string(text), want) {
		t.Errorf("CONTRIBUTING.md does not say %q", want)
	}
	match := regexp.MustCompile(`up to (\d+) requests\s+and\s+uploads\s+up to (\d+) KB`).FindSubmatch(text)
	if match == nil {
		t.Fatal("CONTRIBUTING.md does not say what a run costs")
	}
	requests, _ := strconv.Atoi(string(match[1]))
	kilobytes, _ := strconv.Atoi(string(match[2]))
	if sent > requests || sent*5 < requests*4 {
		t.Errorf("CONTRIBUTING.md says up to %d requests, a run sent %d", requests, sent)
	}
	if bytes > int64(kilobytes)*1000 || bytes <= int64(kilobytes-1)*1000 {
		t.Errorf("CONTRIBUTING.md says up to %d KB, a run uploaded %d bytes", kilobytes, bytes)
	}
}

// A failing stage is reported, the others continue, and everything is removed.
func TestAccLiveFailingStage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.kmsKeyID = "" // one other lifecycle is enough
	terraform := newSuite(t)
	w.sows(t)
	before := w.contents(t)
	// The object is stored without encryption, so the provider removes it again.
	key := w.prefix + "suite/SSE-C"
	if err := w.Arm(cosmock.Fault{Match: cosmock.Match{Key: &key}, Times: -1, Kind: cosmock.FaultDropEncryption}); err != nil {
		t.Fatal(err)
	}
	err := w.runs(t, t.Context(), terraform)
	if err == nil || !strings.Contains(err.Error(), "SSE-C, create") {
		t.Errorf("the error is %v", err)
	}
	if diff := cmp.Diff([]string{"SSE-C", "**failed**", "not reached", "not reached", "not reached", "not reached", "not reached"}, w.row(t, "SSE-C")); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
	if cells := w.row(t, "SSE-COS"); cells[6] != "ok" {
		t.Errorf("%q", cells)
	}
	if diff := cmp.Diff(before, w.contents(t)); diff != "" {
		t.Errorf("what the bucket holds (-before +after):\n%s", diff)
	}
	w.onlyBelowThePrefix(t)
}

// Without a KMS key, SSE-KMS is skipped. If COS refuses SSE-KMS, the report says so but the run does not fail.
func TestAccLiveWithoutKMS(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		prepare func(*world) error
		says    string
		answer  string
	}{
		"no key is named": {func(w *world) error { w.kmsKeyID = ""; return nil }, envKMSKeyID + " is not set", "not asked: " + envKMSKeyID},
		"COS refuses":     {func(w *world) error { return w.DisableKMSKey(acctest.KMSKey1) }, "COS refuses SSE-KMS: 400 KmsKeyDisabled", "400 KmsKeyDisabled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			terraform := newSuite(t)
			if err := tc.prepare(w); err != nil {
				t.Fatal(err)
			}
			l := lives(w.target)[2:]
			if err := terraform.run(t.Context(), w.target, l); err != nil {
				t.Error(err)
			}
			if err := reportLives(t.Output(), l); err != nil || !strings.HasPrefix(l[0].unasked, tc.says) {
				t.Errorf("SSE-KMS was not tried because %q; %v", l[0].unasked, err)
			}
			if err := w.runs(t, t.Context(), nil); err != nil {
				t.Error(err)
			}
			if cells := w.row(t, "5a"); !strings.Contains(cells[2], tc.answer) {
				t.Errorf("%q", cells)
			}
		})
	}
}

// An interrupt during the questions or the suite leads to the same cleanup.
func TestAccLiveInterrupted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	terraform := newSuite(t)
	w.sows(t)
	before := w.contents(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	// The first request of the test itself follows the first apply.
	w.answers(cancelAt(cancel, "GET", "/"+w.prefix+"suite/"))
	if err := w.runs(t, ctx, terraform); err == nil || !strings.Contains(err.Error(), "interrupted") {
		t.Errorf("the error is %v", err)
	}
	if diff := cmp.Diff(before, w.contents(t)); diff != "" {
		t.Errorf("what the bucket holds (-before +after):\n%s", diff)
	}
}
