package object

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// write returns the planned write to loc.
func (u *update) write(loc cosclient.Location) store.Write {
	prior := u.prior.info()
	w := store.Write{
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
		TagsStay:    !u.Tags,
		KeepTag:     u.r.data.Tags.Keep(),
		ACL:         u.planned.ACL.ValueString(),
		Lock:        u.planned.lock(u.r.clock()),
	}
	if !u.Tags {
		w.Tags = nil // keep those of the object: the state may be older
	}
	return w
}

// expectCRC64 returns the planned CRC64 of the body, "" if none was planned.
func (u *update) expectCRC64() string {
	if !arguments.Known(u.planned.ContentCRC64) {
		return ""
	}
	return u.planned.ContentCRC64.ValueString()
}

// rewrite writes the object again at its current address.
func (u *update) rewrite(ctx context.Context) {
	if u.isLocked() {
		return
	}
	w := u.write(u.prior.location())
	out := u.transfer(ctx, w)
	if u.diags.HasError() {
		return
	}
	w.Body, w.From = u.body, u.from
	u.diags.Append(diagnose(out, unableToUpdate, w)...)
	if !out.Landed || out.Mismatch() && u.withdraw(ctx, w, out) {
		return // the state is unchanged
	}
	u.r.data.Claims.Wrote(address(w.Location), u.private.Instance)
	u.stored(out)
	if out.Mismatch() {
		// The stored object is not the declared one, and nothing else in the state
		// would show it. Null never equals a declared value.
		u.state.ContentWOVersion = types.NumberNull()
		u.state.CopySource = types.ObjectNull(u.state.CopySource.AttributeTypes(ctx))
	}
	if old := u.prior.observed(); old.Mode == sse.ModeNone && u.readable && out.Info.VersionID != "" && !out.Mismatch() {
		u.diags.AddWarning("Unencrypted Version Remains", fmt.Sprintf("The object %s is now encrypted. The bucket has versioning, and the previous version is still stored without encryption.", w.Location))
	}
}

// withdraw deletes a version that failed verification. It reports whether the
// previous version is the latest again. Without versioning nothing is deleted.
func (u *update) withdraw(ctx context.Context, w store.Write, out store.Outcome) bool {
	if inspect.VersionOf(out.Written.VersionID) == "" {
		return false // the previous object has been overwritten
	}
	if err := u.r.data.Store().Undo(ctx, w, out); err != nil {
		u.diags.Append(tfdiag.Warning("Version Not Deleted", fmt.Sprintf("The version %s of %s is not stored as declared, and it could not be deleted again.", out.Written.VersionID, w.Location), err))
		return false
	}
	u.diags.AddWarning("Version Deleted Again", fmt.Sprintf("The version %s written to %s was deleted again because it was not stored as declared. The previous version is the latest again.", out.Written.VersionID, w.Location))
	return true
}

// transfer sends the write. COS copies the stored object, unless the body changes
// or the object cannot be copied; then the body is uploaded.
func (u *update) transfer(ctx context.Context, w store.Write) store.Outcome {
	if !u.hasKey() {
		return store.Outcome{}
	}
	if w.Body == nil && w.From == nil && (!u.readable || u.planned.leavesMultiAZClass(u.prior) && u.Fallback != bodyNone) {
		if !u.fallBack(ctx) {
			return store.Outcome{}
		}
		w.Body, w.From = u.body, u.from
	}
	objects := u.r.data.Store()
	if w.Body == nil && w.From == nil {
		out := objects.CopyStored(ctx, w)
		switch {
		case u.refusedForArchive(out.Err) && u.Fallback != bodyNone:
			if !u.fallBack(ctx) {
				return store.Outcome{}
			}
			w.Body, w.From = u.body, u.from
		case errors.Is(out.Err, cosclient.ErrBadRequest) && u.planned.leavesMultiAZClass(u.prior):
			out.Err = fmt.Errorf("%s: %w", multiAZRefused, out.Err)
			return out
		default:
			return out
		}
	}
	if w.From != nil {
		w.CopyOf(w.From)
	}
	if err := objects.Guard(ctx, &w); err != nil {
		return store.Outcome{Err: err}
	}
	if w.From != nil {
		return objects.CopyFrom(ctx, w)
	}
	return objects.Put(ctx, w)
}

// refusedForArchive reports whether a copy may have been refused because the object
// is archived. The state shows neither whether an archived object is restored nor an
// archive tier of intelligent tiering, and a lifecycle rule may have archived the
// object since it was refreshed. It is not documented how COS refuses to change the
// encryption of an object that is restored but still in its class.
func (u *update) refusedForArchive(err error) bool {
	var refused *cosclient.Error
	return errors.Is(err, cosclient.ErrInvalidObjectState) || isArchived(u.prior.StorageClass) && errors.As(err, &refused) &&
		(refused.Status == http.StatusBadRequest || refused.Status == http.StatusForbidden || refused.Status == http.StatusMethodNotAllowed)
}

// fallBack determines what to store instead of a copy of the object. It reports
// whether there is anything.
func (u *update) fallBack(ctx context.Context) bool {
	switch {
	case u.planned.bodyKind() == bodyCopy:
		u.Body = bodyCopy
		source, diags := u.r.openSource(ctx, u.planned)
		u.diags.Append(diags...)
		if source == nil {
			return false
		}
		if planned := u.planned; differs(planned, source.Info.Length, source.Info.CRC64) {
			u.diags.Append(u.otherBody(bodyCopy, fmt.Sprintf("%s was written since, and copy_source is as it was", source.Location),
				"To copy the new body, change etag or version_id of copy_source."))
			return false
		}
		u.from = source
		return true
	case u.Fallback != bodyNone:
		body, _, ok := u.readBody(ctx, u.Fallback)
		if ok && body != nil {
			u.body = body
			return true
		}
		if !ok {
			return false
		}
	}
	u.diags.Append(lostKeyRefusal(u.prior).failure())
	return false
}

// renew updates the record of an object that matches the configuration.
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
	info.Lock = u.private.lock(u.prior)
	u.stored(store.Outcome{Landed: true, Info: info, Imposed: u.before.Imposed})
}

// readOld reads the existing object, unless openOld already has.
func (u *update) readOld(ctx context.Context) (cosclient.Info, error) {
	if u.found != nil {
		return *u.found, nil
	}
	info, err := u.r.data.Client.Head(ctx, u.prior.location(), cosclient.HeadInput{CustomerKey: u.oldKey})
	u.before.own(&info, u.prior)
	return info, err
}

// aside changes what is not written with the object: tags, ACL and lock, each with
// requests of its own, and the record.
func (u *update) aside(ctx context.Context) {
	state := u.planned
	u.diags.Append(u.r.writeTagsAndACL(ctx, state, u.prior, u.Tags, u.ACL)...)
	if !u.diags.HasError() {
		u.writeLock(ctx)
	}
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

// stored builds the new state from the HEAD response.
func (u *update) stored(out store.Outcome) {
	state := u.planned
	state.record(out.Info)
	if state.ContentCRC64.IsNull() && arguments.Known(u.planned.ContentCRC64) {
		state.ContentCRC64 = u.planned.ContentCRC64 // COS may omit the CRC64
	}
	u.remember()
	u.private.wrote(state.location(), out.Info, out.Imposed)
	if u.private.WriteOnlyBody {
		state.hideContent()
	}
	u.state = &state
}

// remember records which arguments set the body and the key, and counts rotations.
func (u *update) remember() {
	u.private.WriteOnlyBody = u.WriteOnlyBody
	if u.Key != encryption.OriginKept {
		u.private.WriteOnlyKey = u.Key == encryption.OriginWriteOnly
	}
	if u.Key == encryption.OriginWriteOnly && u.prior.SSECustomerKeyMD5.ValueString() != "" && u.rotates() {
		u.private.Rotation = u.before.Rotation.next(time.Now())
	}
}
