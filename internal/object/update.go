package object

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Update executes what the plan has decided. The configuration is read for
// write-only values alone: the CLI does not apply ignore_changes to it.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	u := &update{r: r}
	resp.Diagnostics.Append(req.Config.Get(ctx, &u.config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &u.planned)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &u.prior)...)
	private, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, u.prior.identity())...)
	if private.Decision == nil {
		resp.Diagnostics.AddError(unableToUpdate, "The plan of this update is missing: this is a bug in the provider, please report it.")
		return
	}
	u.decision, u.before, u.private = *private.Decision, private, private
	u.private.Decision = nil
	if r.data.Client == nil {
		resp.Diagnostics.AddError(unableToUpdate, r.data.WhyNoClient())
	} else {
		u.run(ctx)
	}
	resp.Diagnostics.Append(u.diags...)
	if u.state != nil {
		resp.Diagnostics.Append(resp.State.Set(ctx, *u.state)...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, u.state.identity())...)
	}
	resp.Diagnostics.Append(u.private.note(ctx, resp.Private)...)
}

// update is an update on its way.
type update struct {
	decision

	r              *Resource
	config         model // for write-only values
	planned, prior model
	before         privateState // as it was planned with
	private        privateState // as it is to be stored

	settings sse.Settings
	body     *content.Body // to upload; nil: the stored one stays
	from     *store.Source // to copy from
	oldKey   sse.CustomerKey
	found    *cosclient.Info // what openOld has read, of an object that nobody could read before
	readable bool            // the stored object can be copied

	diags diag.Diagnostics
	state *model // nil: nothing has changed
}

func (u *update) run(ctx context.Context) {
	if u.Refused != nil {
		u.diags.Append(u.Refused.failure())
		return
	}
	if u.prior.Region.IsNull() { // adopted, and not refreshed
		u.prior.Region = arguments.FirstOf(u.planned.Region, types.StringValue(u.r.data.Region))
	}
	if u.planned.Region.IsUnknown() {
		u.planned.Region = types.StringValue(u.r.data.Region)
	}
	if !u.resolve() {
		return
	}
	u.openOld(ctx)
	if !u.openBody(ctx) {
		return
	}
	switch {
	case u.Move:
		u.move(ctx)
	case u.body != nil, u.from != nil, u.Rewrite, u.rotates():
		u.rewrite(ctx)
	case u.Renew:
		u.renew(ctx)
	default:
		u.aside(ctx)
	}
}

// resolve finds out the encryption to write with.
func (u *update) resolve() bool {
	m := u.planned
	var enc encryption.Wanted
	switch u.Key {
	case encryption.OriginWriteOnly:
		m.SSECustomerKeyWO = u.config.SSECustomerKeyWO
	case encryption.OriginState:
		m.SSECustomerKeyName = types.StringNull()
	}
	if u.Key == encryption.OriginKept {
		enc.Mode = sse.ModeCustomer
		enc.CustomerKey, _ = findKey(u.prior, sse.CustomerKey{}, u.r.data.Keyring)
	} else {
		var diags diag.Diagnostics
		enc, diags = m.encryption().Resolved(u.r.data)
		if enc.Mode == sse.ModeNone {
			diags.AddAttributeError(path.Root("server_side_encryption"), unableToUpdate, "It is not known how the object is to be encrypted, even now that it is to be written, so nothing was sent.")
		}
		if u.writes() || u.rotatesTo(enc.CustomerKey) || enc.Mode == sse.ModeNone {
			u.diags.Append(diags...)
		}
	}
	u.settings = enc.Settings
	if u.diags.HasError() {
		return false
	}
	if u.planned.SSECustomerKeyName.IsUnknown() {
		u.planned.SSECustomerKeyName = types.StringNull()
		if md5 := u.prior.SSECustomerKeyMD5.ValueString(); md5 != "" && u.settings.CustomerKey.MD5() == md5 {
			u.planned.SSECustomerKeyName = u.prior.SSECustomerKeyName
			if name, _, found := u.r.data.Keyring.ByMD5(md5); found && u.Key == encryption.OriginKept {
				u.planned.SSECustomerKeyName = types.StringValue(name)
			}
		}
	}
	u.planned.resolveUnknowns(u.prior)
	return true
}

// hasKey makes sure, before anything is written, that the key of SSE-C is
// available: without it a write would carry no encryption at all.
func (u *update) hasKey() bool {
	if u.settings.Mode != sse.ModeCustomer || !u.settings.CustomerKey.IsZero() {
		return true
	}
	if u.Key == encryption.OriginKept {
		u.diags.Append(lostKeyRefusal(u.prior).failure())
	} else {
		u.diags.AddError("Customer Key Not Known", "The customer key of the object is not known even now that it is to be used, so nothing was written. "+
			"Look at what sse_customer_keys of the provider block depends on.")
	}
	return false
}

// rotates reports a customer key that is another one than the object's.
func (u *update) rotates() bool { return u.rotatesTo(u.settings.CustomerKey) }

func (u *update) rotatesTo(key sse.CustomerKey) bool {
	return u.Key != encryption.OriginKept && !key.IsZero() && key.MD5() != u.prior.SSECustomerKeyMD5.ValueString()
}

// openOld finds the key of the object that is there. An object that nobody
// could read when it was refreshed may be under the very key that is declared.
func (u *update) openOld(ctx context.Context) {
	u.oldKey, u.readable = findKey(u.prior, u.settings.CustomerKey, u.r.data.Keyring)
	if !u.before.encryptionUnknown(u.prior) {
		return
	}
	loc := u.prior.location()
	info, err := u.r.data.Inspector().Head(ctx, loc, cosclient.HeadInput{CustomerKey: u.settings.CustomerKey})
	u.readable = err == nil
	u.before.own(&info, u.prior)
	if err == nil && u.before.expected(u.prior).Is(info) {
		u.prior.record(info)
		u.found = &info
		u.oldKey, u.readable = findKey(u.prior, u.settings.CustomerKey, u.r.data.Keyring)
		seen := inspect.RecordOf(info, u.before.WriteOnlyBody)
		u.before.Seen = &seen
		u.Rewrite = u.Rewrite && len(u.write(loc).Wrong(u.prior.info(), cosclient.Written{})) > 0
		u.Renew = true
	}
}

// openBody fixes the bytes to upload, or the object to copy from. It reports
// whether to go on.
func (u *update) openBody(ctx context.Context) bool {
	switch {
	case u.Body == bodyCopy:
		source, diags := u.r.openSource(ctx, u.planned)
		if u.diags.Append(diags...); diags.HasError() {
			return false
		}
		if u.Move || !sameAs(source, u.prior) {
			u.from = source
		}
	case u.Body != bodyNone:
		body, same, ok := u.readBody(ctx, u.Body)
		if !ok {
			return false
		}
		if body != nil && !same {
			u.body = body
		}
	}
	return true
}

// readBody opens a declared body and compares it with what was planned, and
// with what is stored. A file that is still missing is no error if it was
// planned so: the object keeps its body.
func (u *update) readBody(ctx context.Context, kind bodyKind) (body *content.Body, same, ok bool) {
	m := u.planned
	m.ContentWO = u.config.ContentWO
	if kind == bodySource {
		m.Source = types.StringValue(u.Path)
	}
	opened, err := m.openBody(kind)
	if err != nil {
		if u.Optional && kind == bodySource && errors.Is(err, content.ErrNotExist) && u.planned.Source.Equal(u.prior.Source) && u.planned.SourceHash.Equal(u.prior.SourceHash) {
			return nil, true, true
		}
		u.diags.AddAttributeError(kind.path(), unableToUpdate, cannotRead(kind, u.Path, err))
		return nil, false, false
	}
	sum, err := opened.Sum(ctx)
	if err != nil {
		u.diags.AddAttributeError(kind.path(), unableToUpdate, cannotRead(kind, u.Path, err))
		return nil, false, false
	}
	if d := pinned(u.planned, sum, kind, u.Path); d != nil {
		u.diags.Append(d)
		return nil, false, false
	}
	looked := declaredBody{kind: kind, body: opened, sum: &sum}
	return &opened, u.Optional && looked.sameAs(ctx, u.prior, u.before.Seen == nil), true
}

// pinned makes sure that the bytes are the planned ones.
func pinned(planned model, sum content.Sum, kind bodyKind, file string) diag.Diagnostic {
	if !arguments.Known(planned.ContentCRC64) || planned.ContentCRC64.ValueString() == sum.CRC64String() && planned.ContentLength.ValueInt64() == sum.Length {
		return nil
	}
	return diag.NewAttributeErrorDiagnostic(kind.path(), "Body Changed Since It Was Planned",
		fmt.Sprintf("The file %s was planned with %d bytes and the CRC64 %s, and now has %d bytes and the CRC64 %s. Nothing was sent. Plan again, and keep the file as it is until the apply has ended; "+
			"if another resource writes it during the apply, declare source_hash.", file, planned.ContentLength.ValueInt64(), planned.ContentCRC64.ValueString(), sum.Length, sum.CRC64String()))
}

// write is what is to be stored at an address.
func (u *update) write(loc cosclient.Location) store.Write {
	prior := u.prior.info()
	return store.Write{
		Location:    loc,
		Old:         u.prior.location(),
		Body:        u.body,
		From:        u.from,
		Length:      u.prior.ContentLength.ValueInt64(),
		CRC64:       u.prior.ContentCRC64.ValueString(),
		Prior:       &prior,
		Expected:    u.before.expected(u.prior),
		OldKey:      u.oldKey,
		ExpectCRC64: u.expectCRC64(),
		Attributes:  u.planned.stored(),
		Encryption:  u.settings,
		Tags:        u.planned.tags(),
		ACL:         u.planned.ACL.ValueString(),
	}
}

// expectCRC64 is the CRC64 that was planned for the body; "" if none was.
func (u *update) expectCRC64() string {
	if !arguments.Known(u.planned.ContentCRC64) {
		return ""
	}
	return u.planned.ContentCRC64.ValueString()
}

// rewrite stores the object anew at its own address.
func (u *update) rewrite(ctx context.Context) {
	w := u.write(u.prior.location())
	out := u.transfer(ctx, w)
	if u.diags.HasError() {
		return
	}
	w.Body, w.From = u.body, u.from
	u.diags.Append(diagnose(out, unableToUpdate, w)...)
	if !out.Landed || out.Mismatch() && u.withdraw(ctx, w, out) {
		return // the state stays what it was
	}
	u.r.data.Claims.Wrote(address(w.Location), u.private.Instance)
	u.stored(out)
	if out.Mismatch() {
		// What is there is not what was declared, and nothing in the state
		// would show it: null never equals what is declared.
		u.state.ContentWOVersion = types.NumberNull()
		u.state.CopySource = types.ObjectNull(u.state.CopySource.AttributeTypes(ctx))
	}
	if old := u.prior.observed(); old.Mode == sse.ModeNone && u.readable && out.Info.VersionID != "" && !out.Mismatch() {
		u.diags.AddWarning("Unencrypted Version Remains", fmt.Sprintf("The object %s is encrypted now. The bucket keeps versions, and the version before this one is still stored without encryption.", w.Location))
	}
}

// withdraw takes a version that failed its proof back. It reports whether the
// object is again what it was; without versions nothing is deleted.
func (u *update) withdraw(ctx context.Context, w store.Write, out store.Outcome) bool {
	if inspect.VersionOf(out.Written.VersionID) == "" {
		return false // nothing is left of what was there before
	}
	if err := u.r.data.Store().Undo(ctx, w, out); err != nil {
		u.diags.Append(tfdiag.Warning("Version Not Deleted", fmt.Sprintf("The version %s of %s is not stored as declared, and it could not be deleted again.", out.Written.VersionID, w.Location), err))
		return false
	}
	u.diags.AddWarning("Version Deleted Again", fmt.Sprintf("The version %s that had been written to %s is deleted again: it was not stored as declared. The version before it is the latest again.", out.Written.VersionID, w.Location))
	return true
}

// transfer sends the write: by a copy that COS makes itself, or by an upload if
// the body changed or the stored object cannot be copied.
func (u *update) transfer(ctx context.Context, w store.Write) store.Outcome {
	if !u.hasKey() {
		return store.Outcome{}
	}
	if w.Body == nil && w.From == nil && (!u.readable || (isArchived(u.prior.StorageClass) || u.planned.leavesMultiAZClass(u.prior)) && u.Fallback != bodyNone) {
		if u.planned.bodyKind() == bodyCopy {
			u.Body = bodyCopy
			source, diags := u.r.openSource(ctx, u.planned)
			if u.diags.Append(diags...); source == nil {
				return store.Outcome{}
			}
			u.from = source
		} else if u.Fallback != bodyNone {
			body, _, ok := u.readBody(ctx, u.Fallback)
			if !ok {
				return store.Outcome{}
			}
			u.body = body
		} else {
			u.diags.Append(lostKeyRefusal(u.prior).failure())
			return store.Outcome{}
		}
		w.Body, w.From = u.body, u.from
	}
	if w.From != nil {
		w.CopyOf(w.From)
	}
	objects := u.r.data.Store()
	if w.Body == nil && w.From == nil {
		out := objects.CopyStored(ctx, w)
		if errors.Is(out.Err, cosclient.ErrBadRequest) && u.planned.leavesMultiAZClass(u.prior) {
			out.Err = fmt.Errorf("%s: %w", multiAZRefused, out.Err)
		}
		return out
	}
	if err := objects.Guard(ctx, &w); err != nil {
		return store.Outcome{Err: err}
	}
	if w.From != nil {
		return objects.CopyFrom(ctx, w)
	}
	return objects.Put(ctx, w)
}

// renew makes the record anew of an object that is as declared.
func (u *update) renew(ctx context.Context) {
	loc := u.prior.location()
	info, err := u.readOld(ctx)
	switch {
	case err != nil:
		u.diags.Append(tfdiag.Error(unableToUpdate, fmt.Sprintf("The object %s could not be read.", loc), err))
		return
	case !u.before.expected(u.prior).Is(info):
		u.diags.AddError(unableToUpdate, changedSince(loc))
		return
	}
	u.aside(ctx)
	if u.state == nil {
		return
	}
	u.stored(store.Outcome{Landed: true, Info: info, Imposed: u.before.Imposed})
}

// readOld reads the object that is there, unless that has just been done.
func (u *update) readOld(ctx context.Context) (cosclient.Info, error) {
	if u.found != nil {
		return *u.found, nil
	}
	info, err := u.r.data.Client.Head(ctx, u.prior.location(), cosclient.HeadInput{CustomerKey: u.oldKey})
	u.before.own(&info, u.prior)
	return info, err
}

// aside changes what is not stored with the object: tags and ACL by their own
// calls, and the record.
func (u *update) aside(ctx context.Context) {
	state := u.planned
	u.diags.Append(u.r.writeTagsAndACL(ctx, state, u.prior, u.Tags, u.ACL)...)
	if u.diags.HasError() {
		return
	}
	state.keep(u.prior)
	u.remember()
	if u.private.WriteOnlyBody {
		state.hideContent()
	}
	u.state = &state
}

// stored makes the result of what HEAD tells of the object.
func (u *update) stored(out store.Outcome) {
	state := u.planned
	state.record(out.Info)
	if state.ContentCRC64.IsNull() && arguments.Known(u.planned.ContentCRC64) {
		state.ContentCRC64 = u.planned.ContentCRC64 // COS may leave it out
	}
	u.remember()
	u.private.wrote(state.location(), out.Info, out.Imposed)
	if u.private.WriteOnlyBody {
		state.hideContent()
	}
	u.state = &state
}

// remember notes how body and key have come.
func (u *update) remember() {
	u.private.WriteOnlyBody = u.WriteOnlyBody
	if u.Key != encryption.OriginKept {
		u.private.WriteOnlyKey = u.Key == encryption.OriginWriteOnly
	}
	if u.Key == encryption.OriginWriteOnly && u.prior.SSECustomerKeyMD5.ValueString() != "" && u.rotates() {
		u.private.Rotation = u.before.Rotation.next(time.Now())
	}
}
