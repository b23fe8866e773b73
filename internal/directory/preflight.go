package directory

import (
	"context"
	"errors"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// encounter is an object that exists under a new key.
type encounter struct {
	how  meeting
	info cosclient.Info // if a HEAD was sent
}

// preflight checks for everything that would make the apply fail before it writes
// anything, because a half-updated site is worse than an old one.
func (a *apply) preflight(ctx context.Context) bool {
	var fresh []step
	at := map[string]int{}
	for _, st := range a.outline.steps {
		if st.File >= 0 && st.New {
			at[st.Key] = len(fresh)
			fresh = append(fresh, st)
		}
	}
	a.met = map[string]encounter{}
	if len(fresh) == 0 {
		return true
	}
	keys := make([]string, len(fresh))
	for i, st := range fresh {
		keys[i] = st.Key
	}
	found, err := observe(ctx, a.r.data, &a.pause, a.home, keys, func(string, observation) bool { return true })
	if err != nil {
		a.diags.Append(tfdiag.Error(a.summary, fmt.Sprintf("What is stored below %s could not be listed, so nothing was sent.", a.home), err))
		return false
	}
	var conflicts, unclear failures
	each(ctx, len(fresh), unclear.stopped, func(i int) {
		st := fresh[i]
		var e encounter
		err := a.pause.patiently(ctx, func() (err error) {
			e, err = a.meet(ctx, st, found)
			return err
		})
		switch {
		case err != nil:
			unclear.add(st.Key, err)
		case e.how == meetConflict:
			conflicts.add(st.Key, errExists)
		case e.how != meetFree:
			a.mu.Lock()
			a.met[st.Key] = e
			a.mu.Unlock()
		}
	})
	switch {
	case ctx.Err() != nil:
		a.diags.Append(tfdiag.Error(a.summary, "Nothing was sent.", ctx.Err()))
	case len(unclear.all) > 0:
		a.diags.AddError(a.summary, fmt.Sprintf("It could not be found out whether objects are there already, so nothing was sent.\n\n%s", unclear.Error()))
	case len(conflicts.all) > 0:
		a.diags.AddError("Objects Exist Already", fmt.Sprintf("COS already has %s below %s that no resource here manages, so nothing was sent.\n\n%s\n\n"+
			"To take over those that have the same bytes, as after an apply that was killed or a move from for_each, set existing = \"adopt_identical\"; to replace any others as well, existing = \"overwrite\". "+
			"They may be this directory's own if create_before_destroy replaces it, set here or in a resource that depends on this one.", objects(len(conflicts.all)), a.home, conflicts.Error()))
	default:
		return true
	}
	return false
}

var errExists = errors.New("there is an object already")

// meet determines what exists under a new key.
func (a *apply) meet(ctx context.Context, st step, found map[string]observation) (encounter, error) {
	f := a.situation.files[st.File]
	policy := existing(a.plan.Existing.ValueString())
	seen, listed := found[st.Key]
	e, recorded := a.record[st.Key]
	how := meetAsk
	switch {
	case listed && recorded && e.proves(st.Key, seen.Object, seen.Made):
		how = meetOurs
	case listed && recorded && !seen.Absent: // HEAD tells whether it is ours
	case listed:
		how = policy.meet(f, seen)
	}
	if how != meetAsk {
		return encounter{how: how}, nil
	}
	customer, _ := a.keys.of(a.situation.protection)
	info, err := a.r.data.Inspector().Head(ctx, a.home.at(st.Key), cosclient.HeadInput{CustomerKey: customer})
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		return encounter{how: meetFree}, nil
	case inspect.Refused(err) && policy == existingOverwrite:
		return encounter{how: meetOverwrite}, nil
	case inspect.Refused(err) && listed:
		return encounter{how: meetConflict}, nil // encrypted with another customer key
	case err != nil:
		return encounter{}, err
	case recorded && e.written().Is(info):
		return encounter{how: meetOurs}, nil
	}
	if policy != existingAdopt && policy != existingOverwrite {
		return encounter{how: meetConflict}, nil
	}
	if err := tellLock(ctx, a.r.data, a.home.at(st.Key), a.situation.lock, &info); err != nil {
		return encounter{}, err
	}
	return encounter{how: policy.meetInfo(f, info, a.expectation(st)), info: info}, nil
}
