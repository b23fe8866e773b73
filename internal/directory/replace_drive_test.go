package directory_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosmock"
	"github.com/cos-terraform/terraform-provider-cos/internal/lab/acctest"
)

// replace simulates a CLI that replaces a tainted directory: it plans a create,
// deletes with the private state of that plan, plans the create again, and
// creates. The apply is a process of its own.
func (d *driver) replace(a args) outcome {
	d.t.Helper()
	var o outcome
	ctx := d.t.Context()
	config, null := object(d.typ, a), d.dynamic(d.typ, tftypes.NewValue(d.typ, nil))
	plan := func(server tfprotov6.ProviderServer) *tfprotov6.PlanResourceChangeResponse {
		resp, err := server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
			TypeName: typeName, PriorState: null, ProposedNewState: d.dynamic(d.typ, d.proposed(config)), Config: d.dynamic(d.typ, config),
		})
		if err != nil {
			d.t.Fatal(err)
		}
		o.note(resp.Diagnostics)
		return resp
	}
	apply := func(server tfprotov6.ProviderServer, req *tfprotov6.ApplyResourceChangeRequest) {
		req.TypeName = typeName
		resp, err := server.ApplyResourceChange(ctx, req)
		if err != nil {
			d.t.Fatal(err)
		}
		o.note(resp.Diagnostics)
		d.state, d.private = d.undynamic(resp.NewState), resp.Private
	}

	server := d.configured()
	d.refresh(ctx, server, &o)
	old := d.dynamic(d.typ, d.state)
	d.state = tftypes.NewValue(d.typ, nil)
	planned := plan(server)
	server = d.configured()
	apply(server, &tfprotov6.ApplyResourceChangeRequest{PriorState: old, PlannedState: null, Config: null, PlannedPrivate: planned.PlannedPrivate})
	planned = plan(server)
	apply(server, &tfprotov6.ApplyResourceChangeRequest{PriorState: null, PlannedState: planned.PlannedState, Config: d.dynamic(d.typ, config), PlannedPrivate: planned.PlannedPrivate})
	o.state = field(d.state, "files")
	return o
}

// A create with one customer key fails half-way, and the next run has another
// key. The record shows that the stored objects are ours, although they cannot be
// read.
func TestReplacementUnderAnotherKey(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	under := func(key string) args {
		return s.args(w, args{"server_side_encryption": nil, "sse_customer_key_wo": key})
	}
	if err := w.Arm(cosmock.Fault{Kind: cosmock.FaultInternalError, Match: cosmock.On("PUT", "site/b.html"), Times: -1}); err != nil {
		t.Fatal(err)
	}
	if d.apply(under(acctest.KeyA)); !d.tainted {
		t.Fatal("the create has not failed half-way")
	}
	w.Disarm()
	must(t, d.replace(under(acctest.KeyB)))
	d.mustNoop(under(acctest.KeyB))
	for _, key := range []string{"site/a.js", "site/b.html"} {
		if status, _, _ := w.Read(t, key, acctest.KeyB); status != 200 {
			t.Errorf("%s answers %d under the new key", key, status)
		}
	}
}

// A replacement does not forget retired objects.
func TestReplacementRemembersTheRetired(t *testing.T) {
	t.Parallel()
	w := acctest.New(t)
	s := newSite(t, "a.js", "b.html")
	d := drive(t, w)
	later := s.args(w, args{"removed_files": "next_apply"})
	must(t, d.apply(later))
	s.remove("a.js")
	must(t, d.apply(later))
	stored(t, w, "site/a.js", "site/b.html")
	calls := since(w, func() { must(t, d.replace(later)) })
	if calls["PUT"]+calls["COPY"] > 0 {
		t.Errorf("the requests are %v", calls)
	}
	stored(t, w, "site/b.html")
	must(t, d.destroy())
	stored(t, w)
}
