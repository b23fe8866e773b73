package directory

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
)

// Create stores the planned files. It reads the configuration only for write-only
// values.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan, config model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := within(ctx, plan.Timeouts, "create", &resp.Diagnostics)
	defer cancel()
	private := privateState{}
	var before *model
	handed, takesOver := r.data.TakeOver(plan.successor()).(predecessor)
	if takesOver {
		private, before = handed.private, &handed.state
	}
	private.Instance, private.Successor = r.token(plan), ""
	a, ok := r.begin(ctx, unableToCreate, plan, config, nil, before, private)
	if ok {
		resp.Diagnostics.Append(r.claim(a.plan, nil, a.private, true)...)
	}
	var state model
	switch {
	case ok && !resp.Diagnostics.HasError() && a.run(ctx):
		state, private = a.result()
	case takesOver: // nothing was done, so the objects stay managed
		state = handed.state
	default:
		resp.Diagnostics.Append(a.diags...)
		return
	}
	resp.Diagnostics.Append(a.diags...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(private.note(ctx, resp.Private)...)
}

// predecessor is a directory that is replaced by another one.
type predecessor struct {
	state   model
	private privateState
}

// token returns the token that planning has given to the instance.
func (r *Resource) token(plan model) string {
	for key := range plan.Files.Elements() {
		if token := r.data.Claims.Token(address(plan.at(key))); token != "" {
			return token
		}
	}
	return claims.NewToken()
}

// result returns the final state of an apply. After a failure, it contains the
// files that are stored, each with its deviations.
func (a *apply) result() (model, privateState) {
	private := a.private
	here := a.home
	here.Files = a.record
	places := []place{here}
	if a.moves() {
		there := a.old
		there.Files = a.origin
		places = append(places, there)
	}
	private.Record = record{}
	for _, p := range append(places, a.elsewhere...) {
		if len(p.Files) > 0 {
			private.Record.Places = append(private.Record.Places, p)
		}
	}
	if len(a.failed.all) == 0 {
		return a.plan, private
	}
	if a.moves() {
		for key := range a.kept { // not what an unfinished move has copied
			if e, is := a.record[key]; is {
				e.Standing = kept
				a.record[key] = e
			}
		}
		return *a.prior, private
	}
	state := a.plan
	// A file that was not processed shows its deviations, because its checksum
	// alone may look as if it were up to date.
	for _, st := range a.outline.steps {
		e, recorded := a.record[st.Key]
		value, is := a.values[st.Key]
		if is && recorded && st.File >= 0 && a.private.Seen[st.Key].ETag == "" && len(parseValue(value).deviations) == 0 {
			a.values[st.Key] = e.value(a.expectation(st)).String()
		}
	}
	state.Files = arguments.Map(a.values)
	return state, private
}
