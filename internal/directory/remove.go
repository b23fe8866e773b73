package directory

import (
	"context"
	"fmt"
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// remove handles the objects of removed files.
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
	each(ctx, len(gone), a.failed.stopped, func(i int) {
		if err := a.pause.patiently(ctx, func() error { return a.lift(ctx, step{Key: gone[i], Action: actionRemove}) }); err != nil {
			a.failed.add(gone[i], err)
		}
	})
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

// leave removes the objects at the old place after a move. The files are all at
// the new place, so objects that cannot be deleted are not a failure: they stay
// in the record as retired.
func (a *apply) leave(ctx context.Context) {
	var gone []string
	for key, e := range a.origin {
		switch {
		case e.Standing == kept:
		case e.Standing == live && a.situation.removal() == actionKeep:
			e.Standing = kept
			a.origin[key] = e
		case e.Standing == live && a.situation.removal() == actionRetire:
			e.Standing = retired
			a.origin[key] = e
		default:
			gone = append(gone, key)
		}
	}
	old := a.old
	old.Files = a.origin
	a.clear(ctx, old, gone)
}

// leaveOthers removes what earlier applies have left at places that the files
// have left: retired objects of a move, or copies of an interrupted move before
// the configuration changed to another place.
func (a *apply) leaveOthers(ctx context.Context) {
	for _, at := range a.elsewhere {
		var gone []string
		for key, e := range at.Files {
			if e.Standing != kept {
				gone = append(gone, key)
			}
		}
		a.clear(ctx, at, gone)
	}
}

// clear deletes objects at a place that the files have left.
func (a *apply) clear(ctx context.Context, at place, gone []string) {
	if at.Region == a.home.Region && at.Bucket == a.home.Bucket {
		// The places may overlap: keep the objects of files at the new place.
		gone = slices.DeleteFunc(gone, func(key string) bool {
			e, is := a.record[key]
			stays := is && e.Standing == live
			if stays {
				delete(at.Files, key)
			}
			return stays
		})
	}
	var failed failures
	d := &deletion{data: a.r.data, keys: a.keys, home: at, instance: a.private.Instance, record: at.Files, failed: &failed, pause: &a.pause}
	d.run(ctx, gone)
	for _, key := range d.done {
		delete(at.Files, key)
	}
	a.strays = append(a.strays, d.strays...)
	if len(failed.all) == 0 {
		return
	}
	for _, key := range gone {
		if e, stays := at.Files[key]; stays {
			e.Standing = retired
			at.Files[key] = e
		}
	}
	a.diags.AddWarning("Old Files Left Behind", fmt.Sprintf("After the move, %s at %s could not be deleted. The next apply that changes something tries again, and so does destroying the directory.\n\n%s", objects(len(failed.all)), at, failed.Error()))
}

// deletion deletes our objects and nothing else.
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
	found, err := observe(ctx, d.data, d.pause, d.home, gone, func(key string, seen observation) bool {
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

// removal is the result of removing an object.
type removal int

const (
	removalOpen removal = iota
	removalDone
	removalStray
)

func (d *deletion) one(ctx context.Context, key string, found map[string]observation) (removal, error) {
	loc := d.home.at(key)
	at := address(loc)
	if d.data.Claims.WrittenByOther(at, d.instance) {
		return removalDone, nil // another instance has it now
	}
	e, recorded := d.record[key]
	seen, listed := found[key]
	if !listed || !recorded || seen.Absent || !e.proves(key, seen.Object, seen.Made) {
		switch owner, err := d.ours(ctx, loc, key, e, recorded); {
		case err != nil:
			return removalOpen, err
		case owner == store.Absent:
			return removalDone, nil
		case owner == store.Foreign:
			return removalStray, nil
		}
	}
	if err := d.data.Store().Delete(ctx, loc); err != nil {
		return removalOpen, err
	}
	d.data.Claims.Deleted(at, d.instance)
	return removalDone, nil
}

// ours determines whether an object is still the one that was written. If the
// record is lost, the object's content must match the state.
func (d *deletion) ours(ctx context.Context, loc cosclient.Location, key string, e entry, recorded bool) (store.Ownership, error) {
	customer, _ := d.keys.of(e.Proved)
	owner, seen, err := d.data.Store().Own(ctx, inspect.Target{Location: loc, Expected: e.written(), Key: customer, Search: !recorded})
	if err == nil && owner != store.Absent && !recorded {
		owner = store.Foreign
		if seen.Status == inspect.Read && seen.Info.CRC64 != "" && d.state[key] == seen.Info.CRC64 {
			owner = store.Ours
		}
	}
	return owner, err
}
