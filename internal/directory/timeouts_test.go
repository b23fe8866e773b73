package directory_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// If the timeout of an operation expires, the error names the timeout, no more
// requests are sent, and nothing is lost: the next run without the timeout
// continues.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	limited := func(operation string) args { return s.args(w, args{"timeouts": args{operation: "1ns"}}) }
	over := func(o outcome, operation string) {
		t.Helper()
		if want := "timeouts." + operation + " sets is over"; !strings.Contains(o.failed(), want) || strings.Count(o.failed(), "over") > 1 {
			t.Errorf("errors %q, want %q once", o.failed(), want)
		}
	}

	calls := since(w, func() { over(d.apply(limited("create")), "create") })
	if calls["PUT"] != 0 || !d.state.IsNull() {
		t.Errorf("the requests are %v, the state is %v", calls, d.state)
	}
	must(t, d.apply(s.args(w, nil)))
	s.write("a.js", "changed")
	over(d.apply(limited("update")), "update")
	must(t, d.apply(limited("read")))
	stored(t, w, "site/a.js", "site/b.html")
	over(d.apply(limited("read")), "read")
	over(d.destroy(), "read")
	d.set("timeouts", args{"delete": "1ns"})
	over(d.destroy(), "delete")
	stored(t, w, "site/a.js", "site/b.html")
	d.set("timeouts", nil)
	must(t, d.destroy())
	if keys := w.Keys(w.Bucket()); len(keys) > 0 {
		t.Errorf("left behind: %q", keys)
	}
}

// The state contains what was stored before the timeout, and the next run stores
// the rest.
func TestTimeoutInTheMiddle(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	hangs := cosmock.Fault{Kind: cosmock.FaultInternalError, Match: cosmock.On("PUT", "site/b.html"), Until: t.Context().Done()}
	if err := w.Arm(hangs); err != nil {
		t.Fatal(err)
	}
	limited := s.args(w, args{"timeouts": args{"create": "3s"}})
	o := d.apply(limited)
	if !strings.Contains(o.failed(), "timeouts.create") || len(o.state) > 1 {
		t.Errorf("errors %q, state %v", o.failed(), o.state)
	}
	w.Disarm()
	must(t, d.apply(s.args(w, nil)))
	d.mustNoop(s.args(w, nil))
	stored(t, w, "site/a.js", "site/b.html")
}

// COS stores a file whose response the timeout cuts off: it is in the state.
func TestTimeoutDuringAWrite(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	hangs := cosmock.Fault{Kind: cosmock.FaultUnavailableAfter, Match: cosmock.On("PUT", "site/b.html"), Until: t.Context().Done()}
	if err := w.Arm(hangs); err != nil {
		t.Fatal(err)
	}
	o := d.apply(s.args(w, args{"timeouts": args{"create": "3s"}}))
	if !strings.Contains(o.failed(), "timeouts.create") || len(o.state) != len(w.Keys(w.Bucket())) {
		t.Errorf("errors %q, state %v, stored %q", o.failed(), o.state, w.Keys(w.Bucket()))
	}
	w.Disarm()
	must(t, d.apply(s.args(w, nil)))
	stored(t, w, "site/a.js", "site/b.html")
}

// set changes an attribute of the state.
func (d *driver) set(name string, v any) {
	var all map[string]tftypes.Value
	_ = d.state.As(&all)
	all[name] = value(d.typ.AttributeTypes[name], v)
	d.state = tftypes.NewValue(d.typ, all)
}
