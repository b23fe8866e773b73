//go:build unix

package object_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// After one interrupt, the upload is aborted and the run ends, even if the server
// does not respond.
//
// With our runner: the CLI is interrupted.
func TestAccLargeFileInterrupted(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	ws := acctest.NewWorkspace(t)
	path, data := large(t, "file", "0123456789abcdef")
	ws.Config(w.Provider(inParts), w.Object("a", aes, "source = "+acctest.Quote(path)))
	must(t, w.Arm(cosmock.Fault{Match: cosmock.OnSubresource("PUT", "a", "uploadId"), Kind: cosmock.FaultDelay, Delay: time.Hour, Times: -1}))
	cmd := ws.Command(t.Context(), "apply", "-auto-approve")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	must(t, cmd.Start())
	waitFor(t, w, "PUT", 2)
	must(t, cmd.Process.Signal(os.Interrupt))
	if err := cmd.Wait(); err == nil { // does not wait for the delayed request
		t.Errorf("it succeeded:\n%s", out.String())
	}
	if text := out.String(); !strings.Contains(text, "interrupted") || strings.Contains(text, w.SecretKey()) {
		t.Errorf("the user sees:\n%s", text)
	}
	if _, there := w.Stored("a"); there || len(w.Uploads(w.Bucket())) != 0 || !slices.Contains(w.Calls(), "DELETE ?uploadId 204") {
		t.Errorf("there is an object: %v; uploads left: %v; %q", there, w.Uploads(w.Bucket()), w.Calls())
	}
	w.Disarm()
	ws.Apply()
	checkLarge(t, w, data, sse.Observed{Mode: sse.ModeAES256}, sse.CustomerKey{})
}
