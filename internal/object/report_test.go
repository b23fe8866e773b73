package object_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

const testObject = "cos_encrypted_object.test"

// rawBody are words of the bodies in which COS quotes what was signed, and of
// the header that signs.
var rawBody = []string{"<Error>", "<Code>", "StringToSign", "FormatString", "q-sign-algorithm", "q-signature", "Authorization"}

// checkReport makes sure that what the user sees says all of says, and shows
// neither a secret nor anything of a raw answer.
func checkReport(t *testing.T, r acctest.Result, says []string, secrets ...string) {
	t.Helper()
	text := r.Text()
	for _, part := range says {
		if !strings.Contains(text, part) {
			t.Errorf("%v does not say %q:\n%s", r.Args, part, r.Output())
		}
	}
	for _, word := range rawBody {
		if strings.Contains(r.Output(), word) {
			t.Errorf("%v shows a raw answer (%q):\n%s", r.Args, word, r.Output())
		}
	}
	if found := acctest.Leaks(r.Output(), secrets...); len(found) > 0 {
		t.Errorf("%v shows a secret, as %q:\n%s", r.Args, found, r.Output())
	}
}

// reported is a diagnostic of a command that was run with -json.
type reported struct {
	Severity, Summary, Detail, Address string
	Snippet                            struct{ Code string }
}

func reports(t *testing.T, r acctest.Result) []reported {
	t.Helper()
	var all []reported
	for line := range strings.Lines(r.Stdout) {
		var message struct{ Diagnostic *reported }
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		if message.Diagnostic != nil {
			all = append(all, *message.Diagnostic)
		}
	}
	return all
}

// secretVariables declares variables that are sensitive and sets them, so that
// their values stand in no file that the CLI quotes.
func secretVariables(ws *acctest.Workspace, values map[string]string) string {
	var b strings.Builder
	for name, value := range values {
		fmt.Fprintf(&b, "variable %q {\n  sensitive = true\n}\n", name)
		ws.Env = append(ws.Env, "TF_VAR_"+name+"="+value)
	}
	return b.String()
}
