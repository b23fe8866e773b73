package directory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tree"
)

// apply is a create or an update in progress.
type apply struct {
	r       *Resource
	store   *store.Store
	summary string
	plan    model  // with its unknown values filled in
	prior   *model // nil for a create
	before  *model // prior, or the directory that a create replaces
	was     layout // the layout of before
	old     place  // current place of the files; home unless they move
	home    place
	enc     encryption.Wanted
	keys    keys
	private privateState
	diags   diag.Diagnostics

	tree      *tree.Tree
	situation situation
	outline   outline
	// met records how each new key relates to an existing object.
	met map[string]encounter

	pause    pause
	progress progress
	failed   failures
	large    chan struct{}

	mu     sync.Mutex
	values map[string]string // current values of the files at home
	record map[string]entry  // the record of home
	origin map[string]entry  // the record of the old place, if the files move
	kept   map[string]bool   // at home, before the apply
	// elsewhere are places of earlier moves where some of our objects are left.
	elsewhere []place
	strays    []string // not deleted, since somebody else has written them
	// lockUnproved is the error of reading back a lock.
	lockUnproved error
	// touched means that something was written or adopted.
	touched bool
}

// begin prepares an apply. It sends no requests.
func (r *Resource) begin(ctx context.Context, summary string, plan, config model, prior, before *model, private privateState) (*apply, bool) {
	a := &apply{r: r, summary: summary, prior: prior, before: before, private: private, large: make(chan struct{}, maxLarge)}
	if !r.data.Ready(summary, &a.diags) {
		return a, false
	}
	plan.SSECustomerKeyWO = config.SSECustomerKeyWO
	if md5 := plan.SSECustomerKeyMD5; !md5.IsUnknown() {
		// The plan is binding: the configuration of an apply includes what
		// ignore_changes ignores.
		if key, _ := sse.ParseCustomerKey(config.SSECustomerKeyWO.ValueString()); key.IsZero() || key.MD5() != md5.ValueString() {
			plan.SSECustomerKeyWO = types.StringNull()
		}
	}
	// The plan includes the values from the default encryption.
	withSecrets := plan
	if plan.ServerSideEncryption.IsUnknown() || plan.SSECustomerKeyName.IsUnknown() || plan.SSEKMSKeyID.IsUnknown() {
		withSecrets.setEncryption(nulled(plan.encryption()))
	}
	resolved, enc, diags := withSecrets.wantedEncryption(prior, r.data)
	a.diags.Append(diags...)
	if a.diags.HasError() {
		return a, false
	}
	plan.setEncryption(resolved.encryption())
	a.enc = enc
	a.diags.Append(plan.resolveUnknowns(enc, prior, r.data.Keyring)...)
	if plan.Region.IsUnknown() {
		plan.Region = arguments.Optional(r.data.Region)
	}
	if plan.Region.IsNull() {
		a.diags.AddAttributeError(path.Root("region"), summary, "The region of the bucket is not set: set region here or in the provider block.")
	}
	if a.diags.HasError() {
		return a, false
	}
	a.plan = plan
	a.home, a.old = plan.home(), plan.home()
	if prior != nil {
		a.old = prior.home()
	}
	if before != nil {
		a.was, diags = before.layout(ctx)
		a.diags.Append(diags...)
	}
	a.keys = keys{r.data.Keyring, enc.CustomerKey}
	a.record, a.kept = private.Record.of(a.home), map[string]bool{}
	for key, e := range a.record {
		if e.Standing == kept {
			a.kept[key] = true
		}
	}
	if a.moves() {
		a.origin = private.Record.of(a.old)
	}
	for _, p := range private.Record.Places {
		if !p.same(a.home) && !p.same(a.old) && len(p.Files) > 0 {
			a.elsewhere = append(a.elsewhere, p)
		}
	}
	if !a.find(ctx) || !a.hasKey() {
		return a, false
	}
	a.values = map[string]string{}
	for key, value := range a.situation.state {
		a.values[key] = value
	}
	a.store = r.data.Store()
	if len(a.outline.steps) > few {
		// Each verification would wait for the next second, one file after the
		// other.
		waited := &atomic.Int32{}
		waited.Store(1 << 20)
		a.store.Proofs = waited
	}
	a.progress.home = a.home.String()
	return a, true
}

// hasKey checks that the customer key of the files is available before anything
// is sent, because a write without it would not be encrypted.
func (a *apply) hasKey() bool {
	if a.enc.Mode != sse.ModeCustomer {
		return true
	}
	if _, ok := a.keys.of(a.situation.protection); ok {
		return true
	}
	for _, st := range a.outline.steps {
		if st.File >= 0 {
			a.diags.AddAttributeError(path.Root("sse_customer_key_wo"), keyNotAvailable, keyNotAvailableDetail(a.prior)+" Nothing was sent.")
			return false
		}
	}
	return true
}

const keyNotAvailable = "Customer Key Not Available"

func keyNotAvailableDetail(prior *model) string {
	detail := "The files are encrypted with a customer key that this run does not have, and storing a file needs it."
	if prior != nil {
		detail += fmt.Sprintf(" Its MD5 is %s.", prior.SSECustomerKeyMD5.ValueString())
	}
	return detail + " Set sse_customer_key_wo, or add the key to the provider's sse_customer_keys."
}

// few is the largest number of writes whose verification waits for the next
// second.
const few = 8

// nulled replaces unknown values with null.
func nulled(d encryption.Declared) encryption.Declared {
	if d.ServerSideEncryption.IsUnknown() {
		d.ServerSideEncryption = arguments.Optional("")
	}
	if d.SSECustomerKeyName.IsUnknown() {
		d.SSECustomerKeyName = arguments.Optional("")
	}
	if d.SSEKMSKeyID.IsUnknown() {
		d.SSEKMSKeyID = arguments.Optional("")
	}
	return d
}

// moves reports whether the files move to another place.
func (a *apply) moves() bool { return !a.old.same(a.home) }

// find walks the files again and checks that they are the planned ones.
func (a *apply) find(ctx context.Context) bool {
	l, diags := a.plan.layout(ctx)
	a.diags.Append(diags...)
	t, err := a.plan.walk(ctx, l)
	if err == nil {
		err = t.Measure(ctx)
	}
	if err == nil && len(t.Files) == 0 {
		err = errNoFile
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx) // names a timeout
	}
	if err != nil {
		a.diags.AddAttributeError(path.Root("source"), a.summary, fmt.Sprintf("The folder %q cannot be mirrored, so nothing was sent and nothing was removed:\n\n%s", a.plan.Source.ValueString(), err))
		return false
	}
	a.tree = t
	s, _ := a.r.situation(a.plan, a.before, a.private, a.enc, l, t)
	s.changes = true
	a.situation, a.outline = s, decide(s)
	a.plan.checkRetention(a.prior, s.now, arguments.Into(&a.diags)) // time has passed since it was planned
	if attribute, summary, detail := s.lockRefusal(a.plan, a.prior, a.outline.steps, a.origin); detail != "" {
		a.diags.AddAttributeError(path.Root(attribute), summary, detail+" Nothing was sent.")
	}
	if a.diags.HasError() {
		return false
	}
	if a.moves() {
		a.fromOld()
	}
	if a.plan.Files.IsUnknown() {
		a.plan.show(a.outline)
		return !a.diags.HasError()
	}
	var changed failures
	planned := arguments.Strings(a.plan.Files)
	for key, value := range a.outline.files {
		if was, ok := planned[key]; !ok {
			changed.add(key, errors.New("the file was not there when the plan was made"))
		} else if was != value {
			changed.add(key, errors.New("the file changed since it was planned"))
		}
	}
	for key := range planned {
		if _, is := a.outline.files[key]; !is {
			changed.add(key, errors.New("the file is gone since the plan was made"))
		}
	}
	if len(changed.all) > 0 {
		a.diags.AddAttributeError(path.Root("source"), a.summary, "The files are not those that were planned, so nothing was sent. Plan again.\n\n"+changed.Error())
		return false
	}
	return true
}

// fromOld turns uploads of files that are stored at the old place into copies.
func (a *apply) fromOld() {
	for i := range a.outline.steps {
		st := &a.outline.steps[i]
		if st.Action != actionUpload || st.File < 0 {
			continue
		}
		from := a.old.Prefix + a.situation.files[st.File].Name
		if e, ok := a.origin[from]; ok && e.Sum == a.situation.files[st.File].Sum && a.situation.copyable(e) && inClass(e, a.situation.class) && a.private.Seen[from].ETag == "" {
			st.Action, st.From, st.Old = actionCopy, from, true
		}
	}
}

// run carries out the steps. It reports whether there is something to record in
// the state.
func (a *apply) run(ctx context.Context) (landed bool) {
	if !a.preflight(ctx) {
		return false
	}
	a.touched = a.before != nil && a.prior == nil // the state of the replaced directory
	for _, st := range a.outline.steps {
		if st.File >= 0 {
			a.progress.allFiles++
			a.progress.allBytes += a.situation.files[st.File].Sum.Length
		}
	}
	defer a.progress.report(ctx)()
	for steps := a.outline.steps; len(steps) > 0 && len(a.failed.all) == 0 && ctx.Err() == nil; {
		n, copies := 0, 0
		for n < len(steps) && steps[n].Wave == steps[0].Wave {
			if steps[n].Action == actionCopy {
				copies++
			}
			n++
		}
		part := steps[:n]
		steps = steps[n:]
		if part[0].Wave == waveRemovals {
			a.remove(ctx, a.home, part)
			continue
		}
		// Copies come first, before their sources change. A failure does not stop
		// the remaining steps of the wave.
		for _, some := range [][]step{part[:copies], part[copies:]} {
			each(ctx, len(some), a.failed.stopped, func(i int) { a.do(ctx, some[i]) })
		}
	}
	a.failed.ended(ctx, a.home.Prefix)
	if len(a.failed.all) == 0 {
		if a.moves() {
			a.leave(ctx)
		}
		a.leaveOthers(ctx)
	}
	a.conclude()
	return a.touched
}

// do carries out a step.
func (a *apply) do(ctx context.Context, st step) {
	if err := a.pause.patiently(ctx, func() error { return a.take(ctx, st) }); err != nil {
		a.failed.add(st.Key, err)
		return
	}
	a.progress.files.Add(1)
	a.progress.bytes.Add(a.situation.files[st.File].Sum.Length)
}

// conclude reports the result of the apply.
func (a *apply) conclude() {
	if len(a.strays) > 0 {
		a.diags.AddWarning("Objects Not Deleted", fmt.Sprintf("Somebody else has written over %s of this directory: %s. What is there now was not deleted, and is no longer managed.", objects(len(a.strays)), shown(a.strays)))
	}
	a.warnUnproved()
	if len(a.failed.all) == 0 {
		return
	}
	done := "What was stored and proved is in the state. Apply again to go on."
	if a.prior == nil && a.touched {
		done = "What was stored and proved is in the state. Terraform marks a resource as tainted whose creation fails, so that the next plan shows a replacement. Apply it to go on: what is stored and proved stays where it is, and only the rest is uploaded. To see an update instead, run terraform untaint with the address of this resource first."
	} else if a.prior == nil {
		done = "Nothing was stored."
	} else if a.moves() {
		done = "The files are still managed at the old place, where all of them are. What has arrived at the new one is remembered. Apply again to go on."
	}
	a.diags.AddError(a.summary, fmt.Sprintf("Not all files of %s could be dealt with (%d failed):\n\n%s\n\n%s", a.home, len(a.failed.all), a.failed.Error(), done))
}

// objects formats a number of objects.
func objects(n int) string {
	if n == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", n)
}

// shown lists some of the names.
func shown(names []string) string {
	text := ""
	for i, name := range names {
		if i == maxLines {
			return text + fmt.Sprintf(" and %d more", len(names)-i)
		}
		if i > 0 {
			text += ", "
		}
		text += quote(name)
	}
	return text
}

// remember records the object that is now stored under a key.
func (a *apply) remember(st step, info cosclient.Info) {
	f := a.situation.files[st.File]
	v, e := judge(info, a.expectation(st))
	a.mu.Lock()
	defer a.mu.Unlock()
	e.Sum, e.Guessed, e.Encoded, e.Standing = f.Sum, st.Guessed, f.Given[contentEncoding] != "", live
	a.record[st.Key], a.values[st.Key], a.touched = e, v.String(), true
	delete(a.private.Seen, st.Key)
	a.r.data.Claims.Wrote(address(a.home.at(st.Key)), a.private.Instance)
}

// expectation returns how the object of a step should be stored.
func (a *apply) expectation(st step) expectation {
	a.mu.Lock()
	defer a.mu.Unlock()
	return expectation{protection: a.situation.protection, class: a.situation.class, attributes: st.Attributes, imposed: a.private.Imposed.Clone(), lock: a.situation.lock}
}

// expected returns the object that should be there, as it was last seen.
func (a *apply) expected(key string) (inspect.Record, protection) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.record[key]
	if seen, ok := a.private.Seen[key]; ok {
		return seen, e.Proved
	}
	return e.written(), e.Proved
}
