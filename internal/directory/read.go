package directory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Read compares each object with the record, using pages of the listing, and
// requests those that differ. An object that it finds never becomes ours to
// delete.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	private, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.data.Client == nil {
		resp.Diagnostics.AddWarning(unableToRead, r.data.WhyNoClient()+" The state is taken as it is.")
		return
	}
	l, diags := state.layout(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	f := r.newRefresh(state, l, private)
	if err := f.run(ctx); err != nil {
		resp.Diagnostics.Append(f.failure(err))
		return
	}
	if f.filesChanged {
		state.Files = arguments.Map(f.files)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
	if f.remember(&private) {
		resp.Diagnostics.Append(private.note(ctx, resp.Private)...)
	}
}

// refresh is a refresh in progress.
type refresh struct {
	r      *Resource
	state  model
	layout layout
	home   place
	pause  pause

	imposed cosclient.Imposed
	lock    wantedLock

	mu     sync.Mutex
	record map[string]entry
	files  map[string]string
	seen   map[string]inspect.Record

	recordChanged, filesChanged bool
}

func (r *Resource) newRefresh(state model, l layout, private privateState) *refresh {
	return &refresh{
		r: r, state: state, layout: l, home: state.home(), record: private.Record.of(state.home()),
		files: arguments.Strings(state.Files), imposed: private.Imposed, lock: state.lock(time.Now()), seen: map[string]inspect.Record{},
	}
}

func (f *refresh) failure(err error) diag.Diagnostic {
	return tfdiag.Error(unableToRead, fmt.Sprintf("The files of %s could not be compared with the state.", f.home), err)
}

// refreshed returns the address at which a refresh leaves the private state for
// the plan of a replacement, because the CLI passes none to it.
func refreshed(m model) string { return "refreshed " + m.successor() }

// remember writes the result into the private state, and reports whether it
// differs from the previous one.
func (f *refresh) remember(private *privateState) (changed bool) {
	changed = f.recordChanged || private.Instance == "" || !maps.Equal(private.Seen, f.seen)
	private.Seen = f.seen
	if private.Instance == "" {
		private.Instance = claims.NewToken()
	}
	f.r.data.HandOver(refreshed(f.state), *private)
	return changed
}

// show sets the value of a file.
func (f *refresh) show(key string, v value) {
	text := v.String()
	f.filesChanged = f.filesChanged || f.files[key] != text
	f.files[key] = text
}

func (f *refresh) run(ctx context.Context) error {
	var diags diag.Diagnostics // validated
	ctx, cancel := within(ctx, f.state.Timeouts, "read", &diags)
	defer cancel()
	err := f.compare(ctx)
	if timeout := (*expired)(nil); err != nil && errors.As(context.Cause(ctx), &timeout) {
		return timeout
	}
	return err
}

func (f *refresh) compare(ctx context.Context) error {
	keys := make([]string, 0, len(f.files))
	for key := range f.files {
		keys = append(keys, key)
	}
	found, err := observe(ctx, f.r.data, &f.pause, f.home, keys, func(key string, seen observation) bool {
		return seen.Absent || f.record[key].proves(key, seen.Object, seen.Made)
	})
	if err != nil {
		return err
	}
	var ask, holds []string
	for _, key := range keys {
		seen, ok := found[key]
		e, recorded := f.record[key]
		if ok && !seen.Absent && recorded && e.proves(key, seen.Object, seen.Made) {
			if !f.state.LegalHold.IsNull() {
				holds = append(holds, key)
				continue
			}
			f.show(key, e.value(f.expectation(key, e)))
			continue
		}
		ask = append(ask, key)
	}
	var failed firstError
	each(ctx, len(ask), failed.is, func(i int) {
		if err := f.pause.patiently(ctx, func() error { return f.ask(ctx, ask[i]) }); err != nil {
			failed.set(err)
		}
	})
	if failed.err == nil {
		failed.err = ctx.Err()
	}
	if failed.err != nil {
		return failed.err
	}
	return f.askHolds(ctx, holds)
}

// expectation returns how a file should be stored according to the state.
func (f *refresh) expectation(key string, e entry) expectation {
	want := f.layout.expect(f.state, strings.TrimPrefix(key, f.home.Prefix), f.state.protection(), e)
	want.imposed, want.lock = f.imposed, f.lock
	return want
}

// expect returns how a file should be stored.
func (l layout) expect(m model, name string, p protection, e entry) expectation {
	given := l.rules.give(name, make([]bool, len(l.rules)))
	a := situation{class: m.StorageClass.ValueString(), metadata: l.metadata}.attributes(wanted{Name: name, Given: given})
	if a.ContentType == "" {
		a.ContentType = e.Guessed
	}
	if a.ContentType == "" && e.ETag != "" { // a rule set it before
		a.ContentType = guess(name, given)
	}
	return expectation{protection: p, class: m.StorageClass.ValueString(), attributes: a}
}

// ask requests one object.
func (f *refresh) ask(ctx context.Context, key string) error {
	f.mu.Lock()
	e, recorded := f.record[key]
	f.mu.Unlock()
	customer, _ := keys{keyring: f.r.data.Keyring}.of(e.Proved)
	if !recorded {
		customer, _ = keys{keyring: f.r.data.Keyring}.of(f.state.protection())
	}
	got, err := f.r.data.Inspector().Inspect(ctx, inspect.Target{Location: f.home.at(key), Expected: e.written(), Key: customer, Search: true})
	if err != nil {
		return err
	}
	want := f.expectation(key, e)
	if got.Status == inspect.Read {
		if err := tellLock(ctx, f.r.data, f.home.at(key), want.lock, &got.Info); err != nil {
			return err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	switch got.Status {
	case inspect.Gone:
		delete(f.files, key)
		delete(f.record, key)
		f.filesChanged, f.recordChanged = true, true
	case inspect.Read:
		v, now := judge(got.Info, want)
		f.show(key, v)
		switch {
		case !recorded || !e.written().Is(got.Info):
			f.seen[key] = seenAs(got.Info)
		case e.Lock != now.Lock && len(v.deviations) > 0:
			e.Lock = now.Lock
			f.record[key], f.recordChanged = e, true
		case len(v.deviations) == 0: // such as after a lifecycle rule has changed the class
			now.Guessed, now.Encoded, now.Standing = e.Guessed, e.Encoded, e.Standing
			f.record[key], f.recordChanged = now, true
		}
	case inspect.Unchanged:
		if recorded {
			f.show(key, e.value(want))
			break
		}
		f.show(key, unreadable())
		f.seen[key] = listedAs(got.Entry)
	case inspect.Changed:
		f.show(key, unreadable())
		f.seen[key] = listedAs(got.Entry)
	case inspect.Unverified:
		return got.Why
	}
	return nil
}

// listedAs returns the record of an entry in a listing.
func listedAs(e cosclient.Entry) inspect.Record {
	return inspect.Record{ETag: e.ETag, Length: e.Size, LastModified: inspect.TimeText(e.LastModified), Opaque: true}
}

// value returns the value of a file whose record is still correct, with the
// deviations from its declaration, such as after a partly failed change.
func (e entry) value(want expectation) value {
	v := value{crc64: e.Sum.CRC64String()}
	if !e.Proved.fits(want.protection) {
		v.deviate("encrypted otherwise")
	}
	if want.class != "" && e.Class != want.class {
		v.deviate("storage class " + e.Class)
	}
	if e.Headers != headersOf(want.attributes) {
		v.deviate("other headers")
	}
	for _, text := range want.lock.missing(e.Lock) {
		v.deviate(text)
	}
	return v
}
