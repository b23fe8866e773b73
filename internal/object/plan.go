package object

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// ModifyPlan plans the prior state as a whole if no difference has any effect.
// Otherwise it plans every computed value that can be known, and passes the
// decision to the apply in the private state.
//
// The CLI plans again before it applies. The second plan knows more, and must agree
// with what the first one knew.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.data == nil {
		return
	}
	s := situation{data: r.data, now: r.clock()}
	if !req.State.Raw.IsNull() {
		s.prior = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, s.prior)...)
	}
	private, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	s.private = private
	if req.Plan.Raw.IsNull() {
		if s.prior != nil {
			resp.Diagnostics.Append(r.release(*s.prior, private)...)
			resp.Diagnostics.Append(r.warnLocked(*s.prior, private)...)
		}
		return
	}
	resp.Diagnostics.Append(req.Config.Get(ctx, &s.config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	s.tags = r.lockedTags(ctx, s)
	o := decide(ctx, s)
	resp.Diagnostics.Append(r.data.Unsaid(o.diags)...)
	resp.Diagnostics.Append(r.checkUnreadTags(ctx, s)...)
	if resp.Diagnostics.HasError() {
		return
	}
	weak := private.Instance == ""
	if weak {
		private.Instance = claims.NewToken()
	}
	resp.Diagnostics.Append(r.claim(s, o, private.Instance, weak)...)
	if resp.Diagnostics.HasError() {
		return
	}
	private.Decision, private.Replaced = nil, ""
	switch {
	case o.same:
		resp.Plan.Raw = req.State.Raw
	default:
		planned := o.planned(s)
		resp.Diagnostics.Append(r.checkAtPlan(ctx, s, o, planned)...)
		resp.Diagnostics.Append(resp.Plan.Set(ctx, planned)...)
		if s.prior != nil {
			private.Decision = &o.decision
		} else if private.Record != nil {
			private.Replaced = r.address(planned)
		}
	}
	if resp.Private != nil {
		resp.Diagnostics.Append(private.note(ctx, resp.Private)...)
	}
}

// checkAtPlan asks COS for problems to report during the plan: an object at the
// target of a move, and anything that would make the create of a replacement fail
// after the destroy.
func (r *Resource) checkAtPlan(ctx context.Context, s situation, o *outline, planned model) diag.Diagnostics {
	if r.data.Client == nil || !arguments.Known(planned.Bucket) || !arguments.Known(planned.Key) || !arguments.Known(planned.Region) {
		return nil
	}
	if s.prior != nil {
		if !o.Move {
			return nil
		}
		return r.warnOccupied(ctx, planned, *s.prior, s.private)
	}
	var diags diag.Diagnostics
	if s.private.Record == nil {
		return diags
	}
	// For a replacement, report what would make the create fail.
	if lock := s.private.lock(planned); s.private.Lock != nil && lock.InForce(s.now) && inspect.VersionOf(s.private.Record.VersionID) == "" {
		diags.AddAttributeWarning(path.Root("key"), objectLocked, lockedText(planned.location(), lock, s.now)+" The object is to be replaced, which will fail.")
	}
	if home := s.private.Record.Address; home != "" && home != r.address(planned) && !planned.Overwrite.ValueBool() {
		diags.Append(r.mustBeAbsent(ctx, planned.location())...)
	}
	if o.body.kind == bodyCopy && o.config.copySourceKnown() { // otherwise it may be written first
		_, unreadable := r.openSource(ctx, planned)
		diags.Append(unreadable...)
	}
	return diags
}

// planned returns the planned object if it changes or is to be created.
func (o *outline) planned(s situation) model {
	p := o.config
	was := model{} // all values are null
	if s.prior != nil {
		was = *s.prior
	}
	p.ContentWO, p.SSECustomerKeyWO = types.StringNull(), types.StringNull()
	p.ID = p.id()
	p.Region = arguments.FirstOf(p.Region, was.Region, defaultRegion(s.data))
	p.planEncryption(was, o)
	if s.prior != nil {
		p.keepSpelling(was, o)
	}
	if s.prior == nil {
		p.ContentType = arguments.FirstOf(p.ContentType, o.guessType())
		p.StorageClass = arguments.FirstOf(p.StorageClass, types.StringUnknown())
	} else {
		p.ContentType = arguments.FirstOf(p.ContentType, was.ContentType, types.StringUnknown())
		p.StorageClass = arguments.FirstOf(p.StorageClass, was.StorageClass, types.StringUnknown())
	}
	p.planBody(s, o, was)
	p.ETag, p.VersionID, p.LastModified = was.ETag, was.VersionID, was.LastModified
	if s.prior == nil || o.writes() || o.Renew || o.mayRotate() {
		p.ETag, p.VersionID, p.LastModified = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	}
	return p
}

// mayRotate reports whether the customer key may differ by the time of the apply,
// as ephemeral values do.
func (o *outline) mayRotate() bool {
	return o.enc.Origin == encryption.OriginWriteOnly || o.enc.Origin == encryption.OriginName || !o.enc.ModeKnown
}

// planBody plans the length and the checksum of the body.
func (m *model) planBody(s situation, o *outline, was model) {
	m.ContentLength, m.ContentCRC64 = was.ContentLength, was.ContentCRC64
	switch {
	case o.body.sum != nil && (o.Body == o.body.kind && o.Body.bytes()):
		m.ContentLength = types.Int64Value(o.body.sum.Length)
		m.ContentCRC64 = types.StringValue(o.body.sum.CRC64String())
	case s.prior == nil || o.Body != bodyNone || o.body.kind == bodySource && o.body.missing != nil:
		m.ContentLength, m.ContentCRC64 = types.Int64Unknown(), types.StringUnknown()
	case m.ContentCRC64.IsNull() && o.writes() && !o.WriteOnlyBody:
		m.ContentCRC64 = types.StringUnknown() // COS computes the checksum that an old object lacks
	}
	if s.private.encryptionUnknown(was) && o.writes() && o.Body == bodyNone {
		m.ContentLength, m.ContentCRC64 = types.Int64Unknown(), types.StringUnknown()
		if o.body.sum != nil {
			m.ContentLength, m.ContentCRC64 = types.Int64Value(o.body.sum.Length), types.StringValue(o.body.sum.CRC64String())
		}
	}
}

// keepSpelling plans the prior spelling of values that mean the same. The apply
// plans again and may find that nothing differs after all. It then plans the prior
// state, which must agree with the first plan. The configured spelling is therefore
// planned only if a difference is certain.
func (m *model) keepSpelling(was model, o *outline) {
	if o.certain {
		return
	}
	if arguments.Known(m.Source) && !was.Source.IsNull() {
		m.Source = was.Source
	}
	if sameBytes(m.ContentBase64, was.ContentBase64) {
		m.ContentBase64 = was.ContentBase64
	}
	for _, values := range []struct{ now, was *types.Map }{{&m.Metadata, &was.Metadata}, {&m.Tags, &was.Tags}, {&m.TagsAll, &was.TagsAll}} {
		if !values.now.IsNull() && sameStrings(*values.now, *values.was) {
			*values.now = *values.was
		}
	}
	if arguments.Known(m.ServerSideEncryption) && o.enc.Mode == was.observed().Mode {
		m.ServerSideEncryption = was.ServerSideEncryption
	}
	if arguments.Known(m.SSECustomerKey) && !was.SSECustomerKey.IsNull() && !o.enc.Differs(m.encryption(), was.encryption(), was.observed()) {
		m.SSECustomerKey = was.SSECustomerKey
	}
	if wasContext, err := sse.ParseContext(was.SSEContext.ValueString()); err == nil && arguments.Known(m.SSEContext) && wasContext.Equal(o.enc.Context) {
		m.SSEContext = was.SSEContext
	}
}

// sameBytes reports whether two values are the base64 of the same bytes.
func sameBytes(a, b types.String) bool {
	if !arguments.Known(a) || !arguments.Known(b) {
		return false
	}
	x, errX := base64.StdEncoding.DecodeString(a.ValueString())
	y, errY := base64.StdEncoding.DecodeString(b.ValueString())
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// planEncryption plans the values that the configuration does not declare. An
// unknown value stays unknown, even if another argument allows only null.
func (m *model) planEncryption(was model, o *outline) {
	enc := o.enc
	if enc.Kept {
		m.ServerSideEncryption, m.SSEKMSKeyID = was.ServerSideEncryption, was.SSEKMSKeyID
		m.SSECustomerKeyName, m.SSECustomerKeyMD5 = was.SSECustomerKeyName, was.SSECustomerKeyMD5
		if enc.Origin == encryption.OriginKept && !was.SSECustomerKey.IsNull() && m.SSECustomerKeyName.IsNull() {
			m.SSECustomerKeyName = types.StringUnknown() // it depends on the keyring
		}
		return
	}
	m.SSECustomerKeyMD5 = types.StringNull()
	if m.SSECustomerKeyName.IsNull() && !was.SSECustomerKeyName.IsNull() && m.SSECustomerKey.IsNull() && !arguments.Known(m.ServerSideEncryption) {
		m.SSECustomerKeyName = types.StringUnknown() // the name is kept if the key turns out to be the same
	}
	switch {
	case !enc.ModeKnown:
		m.SSEKMSKeyID = arguments.FirstOf(m.SSEKMSKeyID, types.StringUnknown())
		if !m.encryption().CustomerKey().IsNull() || !m.SSECustomerKeyName.IsNull() {
			m.SSECustomerKeyMD5 = types.StringUnknown()
		}
		return
	case enc.Mode == sse.ModeCustomer:
		m.SSECustomerKeyMD5 = types.StringUnknown()
		if arguments.Known(m.SSECustomerKey) {
			m.SSECustomerKeyMD5 = types.StringValue(enc.CustomerKey.MD5())
		}
		return
	}
	wasMode := was.observed().Mode
	if m.ServerSideEncryption.IsNull() { // it was unknown, but the mode is known
		m.ServerSideEncryption = was.ServerSideEncryption
	}
	if enc.Mode != sse.ModeKMS {
		return
	}
	if m.SSEKMSKeyID.IsNull() {
		m.SSEKMSKeyID = types.StringUnknown()
		// KMS keys are regional, so COS chooses another one in another region.
		if wasMode == sse.ModeKMS && m.Region.Equal(was.Region) {
			m.SSEKMSKeyID = arguments.FirstOf(was.SSEKMSKeyID, types.StringUnknown())
		}
	}
}

func defaultRegion(data *providerdata.Data) types.String {
	if data.Region == "" {
		return types.StringUnknown()
	}
	return types.StringValue(data.Region)
}

// guessType guesses the content type of a new object if the values that it depends
// on are known.
func (o *outline) guessType() types.String {
	key, source := o.config.Key, o.config.Source
	if key.IsUnknown() || o.body.kind == bodyCopy {
		return types.StringUnknown()
	}
	if content.IsFolder(key.ValueString()) && (o.body.sum == nil || o.body.sum.Length == 0) {
		if o.body.sum == nil { // the body may be empty
			return types.StringUnknown()
		}
		return types.StringValue(content.FolderType)
	}
	if guess := content.GuessType(key.ValueString()); guess != content.DefaultType || !source.IsUnknown() {
		return types.StringValue(content.GuessType(key.ValueString(), source.ValueString()))
	}
	return types.StringUnknown()
}

// warnOccupied warns if there is an object at the target of a move. This is not an
// error, because the configuration cannot resolve it, and an error would also block
// a destroy.
func (r *Resource) warnOccupied(ctx context.Context, planned, prior model, private privateState) diag.Diagnostics {
	var diags diag.Diagnostics
	if taken, _ := r.occupied(ctx, planned.location(), private.Move); taken {
		diags.AddAttributeWarning(path.Root("key"), "Target Address Not Free",
			fmt.Sprintf("The object %s will be moved to %s, where an object already exists. A move never overwrites: the apply waits briefly for the address to become free, for example because another resource moves that object, and fails otherwise.", prior.location(), planned.location()))
	}
	return diags
}
