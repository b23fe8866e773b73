package reencrypt_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

const actionName = "cos_reencrypt_objects"

func put(t testing.TB, w *acctest.World, key string, o cosmock.NewObject) {
	t.Helper()
	if o.Body == nil {
		o.Body = strings.NewReader("body of " + key)
	}
	if err := w.PutObject(w.Bucket(), key, o); err != nil {
		t.Fatal(err)
	}
}

// arguments returns the arguments of an action for the server's bucket.
func arguments(w *acctest.World, more map[string]any) map[string]any {
	all := map[string]any{"bucket": w.Bucket()}
	for name, value := range more {
		all[name] = value
	}
	return all
}

// In the simplest case, unencrypted objects are copied onto themselves with four
// requests per object, and a second run only inspects them.
func TestReencrypt(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	put(t, w, "a", cosmock.NewObject{})
	put(t, w, "b", cosmock.NewObject{Mode: sse.ModeAES256})
	run := w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
	if len(run.Errors)+len(run.Warnings) > 0 {
		t.Fatal(run.Errors, run.Warnings)
	}
	if o, _ := w.Stored("a"); o.Mode != sse.ModeAES256 {
		t.Errorf("a has the encryption %s", o.Mode)
	}
	if diff := cmp.Diff([]string{"HEAD 200", "GET ?acl 200", "PUT copy 200 AES256", "HEAD 200"}, w.CallsOf("a")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"HEAD 200"}, w.CallsOf("b")); diff != "" {
		t.Error(diff)
	}
	if last := run.Progress[len(run.Progress)-1]; !strings.Contains(last, "1 done, 1 right") {
		t.Error(last)
	}
	w.ResetRequests()
	w.ActionServer(nil).Invoke(t.Context(), actionName, arguments(w, map[string]any{"server_side_encryption": "AES256"}), nil)
	if diff := cmp.Diff([]string{"HEAD 200"}, w.CallsOf("a")); diff != "" {
		t.Error(diff)
	}
}
