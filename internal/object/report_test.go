package object_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

const testObject = "cos_encrypted_object.test"

// rawBody are words from bodies in which COS quotes the signed request, and from
// the header with the signature.
var rawBody = []string{"<Error>", "<Code>", "StringToSign", "FormatString", "q-sign-algorithm", "q-signature", "Authorization"}

// checkReport checks that the output contains all of says, and neither a secret nor
// parts of a raw response.
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

// reported is a diagnostic of a command with -json.
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

// secretVariables declares sensitive variables and sets them outside of the files
// that the CLI quotes.
func secretVariables(ws *acctest.Workspace, values map[string]string) string {
	var b strings.Builder
	for name, value := range values {
		fmt.Fprintf(&b, "variable %q {\n  sensitive = true\n}\n", name)
		ws.Env = append(ws.Env, "TF_VAR_"+name+"="+value)
	}
	return b.String()
}
