package directory

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
)

// Delete removes the objects that are still as this resource wrote them, except
// for those that removed_files keeps. If the directory is replaced at the same
// place, as with -replace or after a failed create, all objects stay for its
// successor: verified objects are not uploaded again, and the objects exist at
// all times.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	private, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if _, home, ok := strings.Cut(private.Successor, " "); ok && home == state.home().id() {
		r.data.HandOver(private.Successor, predecessor{state, private})
		return
	}
	if state.DeletionPolicy.ValueString() == abandonPolicy {
		return
	}
	if keys, record := private.lockedObjects(state, time.Now()); len(keys) > 0 {
		resp.Diagnostics.AddError(unableToDelete, lockedFiles(keys, record, time.Now())+" Nothing was sent."+lockedWayOut)
		return
	}
	if !r.data.Ready(unableToDelete, &resp.Diagnostics) {
		return
	}
	ctx, cancel := within(ctx, state.Timeouts, "delete", &resp.Diagnostics)
	defer cancel()
	var failed failures
	var strays []string
	places := private.Record.Places
	if len(private.Record.of(state.home())) == 0 {
		places = append(places, state.home())
	}
	for _, home := range places {
		record, stated := home.Files, map[string]string(nil)
		if home.same(state.home()) {
			stated = arguments.Strings(state.Files)
		}
		var gone []string
		for key := range stated {
			gone = append(gone, key)
		}
		for key, e := range record {
			if _, is := stated[key]; !is && e.Standing != kept {
				gone = append(gone, key)
			}
		}
		d := &deletion{data: r.data, keys: keys{keyring: r.data.Keyring}, home: home, instance: private.Instance, record: record, state: stated, failed: &failed, pause: &pause{}}
		d.run(ctx, gone)
		strays = append(strays, d.strays...)
		if home.same(state.home()) {
			for _, key := range d.done {
				delete(stated, key)
				delete(record, key)
			}
			state.Files = arguments.Map(stated)
		}
	}
	if len(strays) > 0 {
		resp.Diagnostics.AddWarning("Objects Not Deleted", fmt.Sprintf("Somebody else has written over %s of this directory: %s. What is there now was not deleted.", objects(len(strays)), shown(strays)))
	}
	failed.ended(ctx, state.Prefix.ValueString())
	if len(failed.all) > 0 {
		resp.Diagnostics.AddError(unableToDelete, fmt.Sprintf("Not all objects of %s could be deleted. Those that are left are in the state.\n\n%s", state.home(), failed.Error()))
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}
