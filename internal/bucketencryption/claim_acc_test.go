package bucketencryption_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// Two resources have the default of one bucket, as when two modules declare it.
// Removing one must not remove the default that the other keeps.
//
// With our runner: the runs before and after the refused one share a state.
func TestAccKeptByAnother(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	again := strings.Replace(encryption(w, aes), `"test"`, `"again"`, 1)
	ws.Config(w.Provider(), encryption(w, aes))
	ws.Apply()
	ws.Config(w.Provider(), encryption(w, aes), again)
	ws.Apply()

	ws.Config(w.Provider(), encryption(w, aes))
	out := ws.Fail("apply", "-auto-approve").Text()
	for _, part := range []string{"Default Encryption Both Kept and Destroyed", w.Bucket(), "destroy = false", "terraform state rm"} {
		if !strings.Contains(out, part) {
			t.Errorf("it does not say %q:\n%s", part, out)
		}
	}
	notRemoved(t, w)

	ws.Config(w.Provider(), encryption(w, aes), "removed {\n  from = cos_bucket_encryption.again\n  lifecycle {\n    destroy = false\n  }\n}\n")
	ws.Apply()
	ws.EmptyPlan()
	notRemoved(t, w)

	// If both go, so does the default.
	ws.Config(w.Provider(), encryption(w, aes), again)
	ws.Apply()
	ws.Destroy()
	if all := calls(w, 0); !slices.Contains(all, "DELETE 204") {
		t.Errorf("requests: %q", all)
	}
}

// Two resources that want another default for one bucket would undo what the other
// one does in every apply, and each of them would end without an error.
//
// With our runner: the refused plan is of both resources in the state.
func TestAccDeclaredTwice(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	again := func(lines ...string) string {
		return strings.Replace(encryption(w, lines...), `"test"`, `"again"`, 1)
	}
	refused := func(parts ...string) {
		t.Helper()
		ws.Config(append([]string{w.Provider()}, parts...)...)
		if out := ws.Fail("plan").Text(); !strings.Contains(out, "Default Encryption Declared Twice") || !strings.Contains(out, w.Bucket()) {
			t.Errorf("it says:\n%s", out)
		}
	}
	refused(encryption(w, aes), again(sm4))
	ws.Config(w.Provider(), encryption(w, kms, kmsKey1))
	ws.Apply()
	ws.Config(w.Provider(), encryption(w, kms, kmsKey1), again(kms)) // any key will do for the second one
	ws.Apply()
	ws.EmptyPlan()
	refused(encryption(w, kms, kmsKey1), again(kms, kmsKey2))
	refused(encryption(w, kms, kmsKey1), again(aes))
}

// A replacement that creates first finds the default that it is to have, and the
// old instance leaves it.
//
// With our runner: -replace is an option of the CLI.
func TestAccReplacementCreatesFirst(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	ws.Config(w.Provider(), encryption(w, aes, "lifecycle {\n    create_before_destroy = true\n  }"))
	ws.Apply()
	ws.Apply("-replace=" + address)
	notRemoved(t, w)
	ws.EmptyPlan()
	ws.Destroy()
}

func notRemoved(t *testing.T, w *acctest.World) {
	t.Helper()
	if all := calls(w, 0); slices.Contains(all, "DELETE 204") {
		t.Errorf("the default was removed: %q", all)
	}
}
