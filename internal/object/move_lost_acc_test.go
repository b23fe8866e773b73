package object_test

import (
	"testing"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// A move that fails anywhere loses nothing: the body is at an address that the
// state names, and the next apply ends the move.
//
// With our runner: it looks at the state that a failed apply leaves.
func TestAccMoveLosesNothing(t *testing.T) {
	t.Parallel()
	type failure struct {
		method, key string
		kind        cosmock.FaultKind
		pass        int  // requests of that kind that go well before
		moved       bool // the state has the new address all the same
		green       bool
	}
	failures := map[string]failure{
		"the copy is refused":                   {method: "PUT", key: "b", kind: cosmock.FaultUnavailable},
		"the copy is made, and answered by 503": {method: "PUT", key: "b", kind: cosmock.FaultUnavailableAfter, moved: true, green: true},
		"the copy is made, and not answered":    {method: "PUT", key: "b", kind: cosmock.FaultResetAfter, moved: true, green: true},
		"the copy cannot be proved":             {method: "HEAD", key: "b", kind: cosmock.FaultInternalError, pass: 2},
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
	for what, f := range failures {
		for change, tc := range changes {
			for _, versioning := range []string{"", "Enabled", "Suspended"} {
				t.Run(what+", "+change+" "+versioning, func(t *testing.T) {
					t.Parallel()
					if change == "and new bytes" && what == "the old object cannot be read" {
						f.pass++ // which is read before new bytes are sent as well
					}
					w := acctest.New(t)
					if versioning != "" {
						must(t, w.SetVersioning(w.Bucket(), versioning))
					}
					ws := acctest.NewWorkspace(t)
					provider := w.Provider("max_retries = 0", twoKeys)
					ws.Config(provider, w.Object("a", `sse_customer_key_name = "one"`, hello))
					ws.Apply()
					ws.Config(provider, w.Object("b", tc.second...))
					ws.ChangedPlan("-out=plan")
					if f.pass > 0 {
						must(t, w.Arm(cosmock.Fault{Match: cosmock.On(f.method, f.key), Kind: cosmock.FaultDelay, Times: f.pass - boolean(f.key == "b")}))
					}
					must(t, w.Arm(cosmock.Fault{Match: cosmock.On(f.method, f.key), Kind: f.kind, Times: -1}))
					r := ws.Run("apply", "plan")
					w.Disarm()
					t.Logf("%d: %s", r.Code, r.Text())
					if (r.Code == 0) != f.green {
						t.Errorf("the apply ended with %d", r.Code)
					}
					at, _ := ws.Attributes(testObject)["key"].(string)
					if (at == "b") != f.moved {
						t.Errorf("the state has it at %q", at)
					}
					body, want := bodyAt(w, at), "hello"
					if at == "b" {
						want = tc.body
					}
					if body != want {
						t.Errorf("at %s is %q", at, body)
					}
					ws.Apply()
					ws.EmptyPlan()
					if body := bodyAt(w, "b"); body != tc.body || ws.Attributes(testObject)["key"] != "b" {
						t.Errorf("in the end b holds %q, and the state has %v", body, ws.Attributes(testObject)["key"])
					}
				})
			}
		}
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// bodyAt is what is stored at a key, under whichever key of the test.
func bodyAt(w *acctest.World, key string) string {
	o, ok := w.Stored(key)
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
