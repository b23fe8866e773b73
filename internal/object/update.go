package object

import (
	"context"
	"errors"
	"fmt"

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
)

const bodyChanged = "Body Changed Since It Was Planned"

// Update applies the decision of the plan. It reads the configuration only for the
// write-only arguments, because the CLI does not apply ignore_changes to it.
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
		resp.Diagnostics.AddError(unableToUpdate, "The plan of this update is missing. This is a bug in the provider; please report it.")
		return
	}
	u.decision, u.before, u.private = *private.Decision, private, private
	u.private.Decision = nil
	if r.data.Ready(unableToUpdate, &resp.Diagnostics) {
		u.run(ctx)
	}
	resp.Diagnostics.Append(u.diags...)
	if u.state != nil {
		resp.Diagnostics.Append(resp.State.Set(ctx, *u.state)...)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, u.state.identity())...)
	}
	resp.Diagnostics.Append(u.private.note(ctx, resp.Private)...)
}

// update is an update in progress.
type update struct {
	decision

	r              *Resource
	config         model // for the write-only arguments
	planned, prior model
	before         privateState // as of the plan
	private        privateState // to be stored

	settings sse.Settings
	body     *content.Body // to upload, nil to keep the stored body
	from     *store.Source // to copy from
	oldKey   sse.CustomerKey
	found    *cosclient.Info // the response of openOld for an object that could not be read before
	readable bool            // the stored object can be copied

	diags diag.Diagnostics
	state *model // nil if nothing has changed
}

func (u *update) run(ctx context.Context) {
	if u.Refused != nil {
		u.diags.Append(u.Refused.failure())
		return
	}
	if u.prior.Region.IsNull() { // adopted and not refreshed yet
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
	u.planned.checkRetention(&u.prior, u.r.clock(), arguments.Into(&u.diags)) // the date may have passed since the plan
	if u.diags.HasError() || !u.liftHold(ctx) {
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

// resolve determines the encryption to write with. It reports whether to continue.
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
			diags.AddAttributeError(path.Root("server_side_encryption"), unableToUpdate, "The encryption of the object is still unknown during the apply, so nothing was sent.")
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
	u.diags.Append(u.planned.resolveTags(u.r.data.Tags)...)
	return !u.diags.HasError()
}

// hasKey checks that the customer key is available before anything is written.
// Without the key, the object would be stored without encryption.
func (u *update) hasKey() bool {
	if u.settings.Mode != sse.ModeCustomer || !u.settings.CustomerKey.IsZero() {
		return true
	}
	if u.Key == encryption.OriginKept {
		u.diags.Append(lostKeyRefusal(u.prior).failure())
	} else {
		u.diags.AddError("Customer Key Not Known", "The customer key of the object is still unknown during the apply, so nothing was written. "+
			"Check what sse_customer_keys in the provider block depends on.")
	}
	return false
}

// rotates reports whether the customer key differs from the object's.
func (u *update) rotates() bool { return u.rotatesTo(u.settings.CustomerKey) }

func (u *update) rotatesTo(key sse.CustomerKey) bool {
	return u.Key != encryption.OriginKept && !key.IsZero() && key.MD5() != u.prior.SSECustomerKeyMD5.ValueString()
}

// openOld finds the key of the existing object. An object that the refresh could
// not read may be encrypted with the declared key.
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

// openBody opens the body to upload or the object to copy from. It reports whether
// to continue.
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

// readBody opens a declared body, checks that it is the planned one, and compares
// it with the stored one. A file that was missing during the plan may still be
// missing: the object then keeps its body.
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
		if u.Body == bodyNone && !u.planned.SourceHash.IsNull() {
			d = u.otherBody(kind, "the file has changed, and source_hash is as it was", "To upload the new file, change source_hash.")
		}
		u.diags.Append(d)
		return nil, false, false
	}
	if kind == bodyWriteOnly && differs(u.planned, sum.Length, "") {
		u.diags.Append(u.otherBody(kind, "content_wo has changed, and content_wo_version is as it was", "To upload the new body, change content_wo_version."))
		return nil, false, false
	}
	looked := declaredBody{kind: kind, body: opened, sum: &sum}
	return &opened, u.Optional && looked.sameAs(ctx, u.prior, u.before.Seen == nil), true
}

// differs reports whether a body differs from the planned one, as far as both are
// known.
func differs(planned model, length int64, crc64 string) bool {
	want := planned.ContentLength
	return !want.IsNull() && !want.IsUnknown() && want.ValueInt64() != length ||
		crc64 != "" && arguments.Known(planned.ContentCRC64) && planned.ContentCRC64.ValueString() != crc64
}

// otherBody is the error of an object that cannot be copied, and whose declared body
// is not the stored one that the plan keeps. It does not tell the length, because the
// body may be write-only.
func (u *update) otherBody(kind bodyKind, why, advice string) diag.Diagnostic {
	cause, keep := "its customer key is not available or the object is archived", "make the key available in sse_customer_keys, or restore the object"
	if u.readable && u.planned.leavesMultiAZClass(u.prior) {
		cause, keep = "COS copies an object in several availability zones only into its own class", "leave storage_class as it was"
	}
	return diag.NewAttributeErrorDiagnostic(kind.path(), bodyChanged,
		fmt.Sprintf("The body of %s cannot be copied, because %s. The declared body would be uploaded instead, but the plan keeps the stored one, and they differ: %s. "+
			"Nothing was changed. %s To keep the stored body, %s.", u.prior.location(), cause, why, advice, keep))
}

// pinned returns an error if the bytes are not the planned ones.
func pinned(planned model, sum content.Sum, kind bodyKind, file string) diag.Diagnostic {
	if !arguments.Known(planned.ContentCRC64) || planned.ContentCRC64.ValueString() == sum.CRC64String() && planned.ContentLength.ValueInt64() == sum.Length {
		return nil
	}
	return diag.NewAttributeErrorDiagnostic(kind.path(), bodyChanged,
		fmt.Sprintf("The file %s was planned with %d bytes and the CRC64 %s, and now has %d bytes and the CRC64 %s. Nothing was changed. Plan again, and keep the file as it is until the apply has ended; "+
			"if another resource writes it during the apply, declare source_hash.", file, planned.ContentLength.ValueInt64(), planned.ContentCRC64.ValueString(), sum.Length, sum.CRC64String()))
}
