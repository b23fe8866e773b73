package directory

import (
	"context"
	"fmt"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// remove does what becomes of the objects whose files are gone.
func (a *apply) remove(ctx context.Context, home place, steps []step) {
	var gone []string
	for _, st := range steps {
		if st.Action == actionRemove {
			gone = append(gone, st.Key)
			continue
		}
		e, recorded := a.record[st.Key]
		e.Standing = kept
		if st.Action == actionRetire {
			e.Standing = retired
		}
		if recorded {
			a.record[st.Key] = e
		}
		delete(a.values, st.Key)
		a.touched = true
	}
	state := a.situation.state
	d := &deletion{data: a.r.data, keys: a.keys, home: home, instance: a.private.Instance, record: a.record, state: state, failed: &a.failed, pause: &a.pause}
	d.run(ctx, gone)
	for _, key := range d.done {
		delete(a.values, key)
		delete(a.record, key)
		delete(a.private.Seen, key)
		a.touched = true
	}
	a.strays = append(a.strays, d.strays...)
}

// leave removes the objects at the old place after a move.
func (a *apply) leave(ctx context.Context) {
	if a.situation.removal() == actionKeep {
		a.origin = nil
		return
	}
	if a.situation.removal() == actionRetire {
		// No state holds the old place any more once the move is done.
		a.diags.AddWarning("Old Files Removed at Once", fmt.Sprintf("removed_files = \"next_apply\" does not reach the place that the files have left: what is at %s is removed now.", a.old))
	}
	var gone []string
	for key, e := range a.origin {
		if e.Standing != kept {
			gone = append(gone, key)
		}
	}
	d := &deletion{data: a.r.data, keys: a.keys, home: a.old, instance: a.private.Instance, record: a.origin, failed: &a.failed, pause: &a.pause}
	d.run(ctx, gone)
	for _, key := range d.done {
		delete(a.origin, key)
	}
	a.strays = append(a.strays, d.strays...)
}

// deletion deletes what is ours, and nothing else.
type deletion struct {
	data     *providerdata.Data
	keys     keys
	home     place
	instance string
	record   map[string]entry
	state    map[string]string
	failed   *failures
	pause    *pause

	done, strays []string
}

func (d *deletion) run(ctx context.Context, gone []string) {
	if len(gone) == 0 {
		return
	}
	found, err := look(ctx, d.data, d.pause, d.home, gone, func(key string, seen sighting) bool {
		return seen.Absent || d.record[key].proves(key, seen.Object, seen.Made)
	})
	if err != nil {
		d.failed.add(d.home.Prefix, err)
		return
	}
	results := make([]removal, len(gone))
	each(ctx, len(gone), d.failed.stopped, func(i int) {
		err := d.pause.patiently(ctx, func() (err error) {
			results[i], err = d.one(ctx, gone[i], found)
			return err
		})
		if err != nil {
			d.failed.add(gone[i], err)
		}
	})
	for i, key := range gone {
		switch results[i] {
		case removalStray:
			d.strays = append(d.strays, key)
			d.done = append(d.done, key)
		case removalDone:
			d.done = append(d.done, key)
		}
	}
}

// removed is what became of an object that was to go.
type removal int

const (
	removalOpen removal = iota
	removalDone
	removalStray
)

func (d *deletion) one(ctx context.Context, key string, found map[string]sighting) (removal, error) {
	loc := d.home.at(key)
	at := address(loc)
	if d.data.Claims.WrittenByOther(at, d.instance) {
		return removalDone, nil // another instance has it now
	}
	e, recorded := d.record[key]
	seen, listed := found[key]
	if !listed || !recorded || seen.Absent || !e.proves(key, seen.Object, seen.Made) {
		ours, gone, err := d.ours(ctx, loc, key, e, recorded)
		switch {
		case err != nil:
			return removalOpen, err
		case gone:
			return removalDone, nil
		case !ours:
			return removalStray, nil
		}
	}
	if err := d.data.Store().Delete(ctx, loc); err != nil {
		return removalOpen, err
	}
	d.data.Claims.Deleted(at, d.instance)
	return removalDone, nil
}

// ours finds out whether an object is still the one that was written. If the
// record is lost, the bytes that the state tells have to be there.
func (d *deletion) ours(ctx context.Context, loc cosclient.Location, key string, e entry, recorded bool) (ours, gone bool, err error) {
	customer, _ := d.keys.of(e.Proved)
	got, err := d.data.Inspector().Inspect(ctx, inspect.Target{Location: loc, Expected: e.written(), Key: customer, Search: !recorded})
	if err == nil && got.Status == inspect.Unverified {
		err = got.Why
	}
	switch {
	case err != nil:
		return false, false, err
	case got.Status == inspect.Gone:
		return false, true, nil
	case !recorded:
		return got.Status == inspect.Read && got.Info.CRC64 != "" && d.state[key] == got.Info.CRC64, false, nil
	case got.Status == inspect.Read:
		return e.written().Is(got.Info), false, nil
	}
	return got.Status == inspect.Unchanged, false, nil
}
