package object_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A failed move loses nothing: the body is at an address in the state, and the next
// apply completes the move.
//
// With our runner: the test inspects the state after a failed apply.
func TestAccMoveLosesNothing(t *testing.T) {
	t.Parallel()
	type failure struct {
		method, key string
		kind        cosmock.FaultKind
		pass        int  // number of matching requests that succeed first
		moved       bool // the state has the new address nevertheless
		green       bool
	}
	failures := map[string]failure{
		"the copy is refused":                   {method: "PUT", key: "b", kind: cosmock.FaultUnavailable},
		"the copy is made, and answered by 503": {method: "PUT", key: "b", kind: cosmock.FaultUnavailableAfter, moved: true, green: true},
		"the copy is made, and not answered":    {method: "PUT", key: "b", kind: cosmock.FaultResetAfter, moved: true, green: true},
		"the copy cannot be proved":             {method: "HEAD", key: "b", kind: cosmock.FaultInternalError, pass: 1},
		"the copy is stored unencrypted":        {method: "PUT", key: "b", kind: cosmock.FaultDropEncryption},
		"the old object cannot be read":         {method: "HEAD", key: "a", kind: cosmock.FaultInternalError, pass: 1, moved: true, green: true},
		"the old object cannot be deleted":      {method: "DELETE", key: "a", kind: cosmock.FaultUnavailable, moved: true, green: true},
		"the deletion is not answered":          {method: "DELETE", key: "a", kind: cosmock.FaultResetAfter, moved: true, green: true},
	}
	changes := map[string]struct {
		second []string
		body   string
	}{
		"alone":         {[]string{`sse_customer_key_name = "one"`, hello}, "hello"},
		"and rotation":  {[]string{plain, hello}, "hello"},
		"and a header":  {[]string{`sse_customer_key_name = "one"`, hello, `cache_control = "no-store"`}, "hello"},
		"and new bytes": {[]string{`sse_customer_key_name = "one"`, `content = "other"`}, "other"},
	}
	// One run combines every kind of move with every failure and versioning of the
	// bucket. The moves are independent, so the CLI starts only five times.
	type move struct {
		failure
		name, address string
		bucket        string
		from, to      string // keys
		second        []string
		body          string
	}
	var moves []move
	w := acctest.New(t)
	for i, versioning := range []string{"", cosmock.VersioningEnabled, cosmock.VersioningSuspended} {
		bucket := fmt.Sprintf("moves%d-1250000000", i)
		must(t, w.CreateBucket(bucket, w.Region()))
		if versioning != "" {
			must(t, w.SetVersioning(bucket, versioning))
		}
		for what, f := range failures {
			for change, tc := range changes {
				f := f
				if change == "and new bytes" && what == "the old object cannot be read" {
					f.pass++ // the old object is also read before new bytes are sent
				}
				n := len(moves)
				moves = append(moves, move{
					failure: f, name: what + ", " + change + ", versioning " + versioning, address: fmt.Sprintf("cos_encrypted_object.move%d", n), bucket: bucket,
					from: fmt.Sprintf("%d/a", n), to: fmt.Sprintf("%d/b", n), second: tc.second, body: tc.body,
				})
			}
		}
	}
	ws := acctest.NewWorkspace(t)
	object := func(bucket, label, key string, lines ...string) string {
		return strings.NewReplacer(`"test"`, acctest.Quote(label), acctest.Quote(w.Bucket()), acctest.Quote(bucket)).Replace(w.Object(key, lines...))
	}
	before, after := w.Provider("max_retries = 0", twoKeys), w.Provider("max_retries = 0", twoKeys)
	for _, m := range moves {
		_, label, _ := strings.Cut(m.address, ".")
		before += object(m.bucket, label, m.from, `sse_customer_key_name = "one"`, hello)
		after += object(m.bucket, label, m.to, m.second...)
	}
	ws.Config(before)
	ws.Apply()
	ws.Config(after)
	ws.ChangedPlan("-out=plan")
	for _, m := range moves {
		key := m.from
		if m.key == "b" {
			key = m.to
		}
		match := cosmock.On(m.method, key)
		match.Bucket = &m.bucket
		if m.pass > 0 {
			must(t, w.Arm(cosmock.Fault{Match: match, Kind: cosmock.FaultDelay, Times: m.pass}))
		}
		must(t, w.Arm(cosmock.Fault{Match: match, Kind: m.kind, Times: -1}))
	}
	r := ws.Run("apply", "-json", "plan")
	w.Disarm()
	failed := failedAt(t, r)
	for _, m := range moves {
		if failed[m.address] == m.green {
			t.Errorf("%s: the apply failed: %t\n%s", m.name, failed[m.address], r.Text())
		}
		at, _ := ws.Attributes(m.address)["key"].(string)
		if (at == m.to) != m.moved {
			t.Errorf("%s: the state has it at %q", m.name, at)
		}
		body, want := bodyAt(w, m.bucket, at), "hello"
		if at == m.to {
			want = m.body
		}
		if body != want {
			t.Errorf("%s: at %s is %q", m.name, at, body)
		}
	}
	ws.Apply()
	ws.EmptyPlan()
	for _, m := range moves {
		if body := bodyAt(w, m.bucket, m.to); body != m.body || ws.Attributes(m.address)["key"] != m.to {
			t.Errorf("%s: in the end b holds %q, and the state has %v", m.name, body, ws.Attributes(m.address)["key"])
		}
	}
}

// failedAt returns the addresses in the errors of a run with -json.
func failedAt(t *testing.T, r acctest.Result) map[string]bool {
	t.Helper()
	failed := map[string]bool{}
	for line := range strings.Lines(r.Stdout) {
		var message struct {
			Diagnostic struct{ Severity, Address string }
		}
		if err := json.Unmarshal([]byte(line), &message); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if message.Diagnostic.Severity == "error" {
			failed[message.Diagnostic.Address] = true
		}
	}
	return failed
}

// bodyAt returns the body stored at a key, decrypted with any of the test's keys.
func bodyAt(w *acctest.World, bucket, key string) string {
	o, ok := w.Server.Object(bucket, key)
	if !ok {
		return "(nothing)"
	}
	customer, _ := sse.ParseCustomerKey(acctest.KeyA)
	body, err := o.Plaintext(customer)
	if err != nil {
		return err.Error()
	}
	return string(body)
}
