package object

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Read refreshes the state with one HEAD, or without a request if the listing
// proves that the object is unchanged. It sets the identity first, which is
// required even if the object is gone.
//
// If it finds another object, the ETag, version and time stay as recorded, because
// a destroy compares the object with them. The private state describes the object
// that was found.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	private, diags := recall(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	adopted := state.Region.IsNull()
	if adopted && r.data.Region != "" {
		state.Region = types.StringValue(r.data.Region) // a moved object has no region yet
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	if r.data.Client == nil {
		return // not configured yet, so the state is kept
	}
	if state.Region.IsNull() {
		resp.Diagnostics.AddError("No Region", fmt.Sprintf("The region of the object %s is not known. Set region in the provider block, or set TENCENTCLOUD_REGION.", state.location()))
		return
	}
	if private.Instance == "" {
		private.Instance = claims.NewToken()
	}
	if state.imported() {
		r.readImported(ctx, state, adopted, private, resp)
		return
	}
	if private.Record == nil { // the state of an older version
		recorded := private.ours(state)
		private.Record = &recorded
	}
	if private.Seen == nil && !state.asksLock(private, r.clock()) && listedUnchanged(ctx, state, r.data) {
		r.finishRead(ctx, state, private, nil, resp)
		return
	}
	key, _ := findKey(state, sse.CustomerKey{}, r.data.Keyring)
	seen, err := r.data.Inspector().Inspect(ctx, inspect.Target{Location: state.location(), Expected: *private.Record, Key: key, Search: true, Cached: true})
	if err != nil {
		resp.Diagnostics.Append(tfdiag.Error(unableToRead, fmt.Sprintf("The object %s could not be read.", state.location()), err))
		return
	}
	var info *cosclient.Info
	switch seen.Status {
	case inspect.Gone:
		resp.State.RemoveResource(ctx)
		return
	case inspect.Read:
		info = &seen.Info
		state.observe(seen.Info, seen.KeyName, &private)
	case inspect.Changed:
		state.observeEntry(seen.Entry, &private)
	case inspect.Unverified:
		if errors.Is(seen.Refusal, cosclient.ErrKMSKeyDisabled) {
			r.warnUnreadable(ctx, state, seen.Refusal, resp)
		} else if r.data.WarnOnce("unverified") {
			resp.Diagnostics.AddWarning("Encrypted Object Not Verified", unverified(state, seen.Why))
		}
	case inspect.Unchanged:
		private.Seen = nil
		state.StorageClass = arguments.Optional(seen.Entry.StorageClass)
		if state.SSECustomerKeyMD5.IsNull() && !state.ServerSideEncryption.IsNull() {
			r.warnUnreadable(ctx, state, seen.Refusal, resp)
		}
	}
	r.finishRead(ctx, state, private, info, resp)
}

// warnUnreadable warns, once per run, of an unchanged object that COS refuses to
// read although no customer key is involved. The plan would be empty, but the body
// could not be read. The response to a HEAD does not contain the reason, so one GET
// requests it.
func (r *Resource) warnUnreadable(ctx context.Context, state model, refusal error, resp *resource.ReadResponse) {
	if !r.data.WarnOnce("unreadable") {
		return
	}
	if explained := r.data.Client.Explain(ctx, state.location(), cosclient.HeadInput{}, refusal); explained != nil {
		refusal = explained
	}
	resp.Diagnostics.Append(tfdiag.Warning("Encrypted Object Not Readable",
		fmt.Sprintf("The object %s is unchanged according to the listing, but COS refuses to read it. No customer key (SSE-C) is involved. Other objects may be affected as well: only the first one is reported per run.", state.location()), refusal))
}

// finishRead reads tags, ACL and lock if they are managed, and sets the new state.
// info is the HEAD response, or nil.
func (r *Resource) finishRead(ctx context.Context, state model, private privateState, info *cosclient.Info, resp *resource.ReadResponse) {
	if private.WriteOnlyBody {
		state.hideContent()
	}
	tagging := unknownTagging
	if info != nil {
		tagging = info.TaggingCount
	}
	resp.Diagnostics.Append(r.readTagsAndACL(ctx, &state, tagging)...)
	resp.Diagnostics.Append(r.readLock(ctx, &state, info, &private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	if resp.Private != nil {
		resp.Diagnostics.Append(private.note(ctx, resp.Private)...)
	}
}

// observe records a HEAD response in the state. name is the name of the customer
// key if it was found in the keyring, "" if the known key fits.
func (m *model) observe(info cosclient.Info, name string, private *privateState) {
	was := *m
	ours := private.ours(was)
	private.own(&info, was)
	m.record(info)
	if name != "" {
		m.SSECustomerKeyName = types.StringValue(name)
	}
	if ours.Is(info) {
		complete := inspect.RecordOf(info, private.WriteOnlyBody)
		if complete.CRC64 == "" { // COS sometimes omits it, for example while it restores an archived object
			complete.CRC64 = ours.CRC64
		}
		complete.Address = address(m.location())
		private.Record, private.Seen = &complete, nil
	} else {
		m.ETag, m.VersionID, m.LastModified = was.ETag, was.VersionID, was.LastModified
		seen := inspect.RecordOf(info, private.WriteOnlyBody)
		private.Seen = &seen
		if private.WriteOnlyBody {
			m.ContentWOVersion = types.NumberNull() // null never equals a declared version
		}
	}
	m.checkCopied(*private)
}

// observeEntry records the listing entry of a changed object in the state. Values
// that can no longer be verified become null. Null never equals a declared value,
// so the next plan contains an update.
func (m *model) observeEntry(e cosclient.Entry, private *privateState) {
	m.ServerSideEncryption = types.StringNull()
	m.SSEKMSKeyID = types.StringNull()
	m.SSECustomerKeyMD5 = types.StringNull()
	m.ContentCRC64 = types.StringNull()
	m.ContentWOVersion = types.NumberNull()
	m.ContentLength = types.Int64Value(e.Size)
	m.StorageClass = arguments.Optional(e.StorageClass)
	seen := inspect.RecordOf(cosclient.Info{ETag: e.ETag, Length: e.Size, LastModified: e.LastModified}, private.WriteOnlyBody)
	seen.Opaque = true
	private.Seen, private.Lock = &seen, nil
	m.checkCopied(*private)
}

// checkCopied sets copy_source to null if the body is no longer the copied one.
// Nothing else in the configuration would show the difference.
func (m *model) checkCopied(private privateState) {
	ours := private.ours(*m)
	if !m.CopySource.IsNull() && private.Seen != nil && ours.CRC64 != "" && !ours.SameBody(m.ContentCRC64.ValueString(), m.ContentLength.ValueInt64()) {
		m.CopySource = types.ObjectNull(m.CopySource.AttributeTypes(context.Background()))
	}
}

func unverified(state model, why error) string {
	way := "allow the CAM action name/cos:GetBucket on the bucket"
	if errors.Is(why, inspect.ErrListingLags) {
		way = "run again when the listing is up to date"
	}
	key := "add their keys to the provider's sse_customer_keys"
	if md5 := state.SSECustomerKeyMD5.ValueString(); md5 != "" {
		key += fmt.Sprintf(" (this one has the MD5 %s)", md5)
	}
	return fmt.Sprintf("There is an object at %s, encrypted with a customer key (SSE-C) that is not available, and the listing could not tell whether it is unchanged: %s.\n\n"+
		"Its state is kept as it was, and so is that of any other object this is true of. To have them verified, %s, or %s.", state.location(), why, key, way)
}

// readImported reads an object that was imported or moved, of which only the
// address is known, and records it. The state of an adopted object has no region.
// If the bucket is not in the provider's region, the response of COS may contain
// the right one.
func (r *Resource) readImported(ctx context.Context, state model, adopted bool, private privateState, resp *resource.ReadResponse) {
	info, name, err := r.data.Inspector().SearchKeyring(ctx, state.location(), "")
	var elsewhere *cosclient.Error
	if adopted && errors.As(err, &elsewhere) && errors.Is(err, cosclient.ErrWrongRegion) && cosclient.IsRegion(elsewhere.BucketRegion) {
		state.Region = types.StringValue(elsewhere.BucketRegion)
		resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
		info, name, err = r.data.Inspector().SearchKeyring(ctx, state.location(), "")
	}
	switch {
	case errors.Is(err, cosclient.ErrNotFound):
		if err := r.data.Inspector().ConfirmGone(ctx, state.location(), err); err != nil {
			resp.Diagnostics.Append(tfdiag.Error("Unable to Import Encrypted Object", fmt.Sprintf("The object %s could not be read.", state.location()), err))
			return
		}
		if why := r.data.Inspector().ExplainMissing(ctx, state.location(), err); why != err { //nolint:errorlint // the very same error means that there is nothing to add
			resp.Diagnostics.Append(tfdiag.Error("Unable to Import Encrypted Object", fmt.Sprintf("The object %s does not exist.", state.location()), why))
			return
		}
		resp.State.RemoveResource(ctx)
		return
	case err != nil:
		resp.Diagnostics.Append(tfdiag.Error("Unable to Import Encrypted Object", fmt.Sprintf("The object %s could not be read.", state.location()), err))
		return
	}
	if info.Special() {
		resp.Diagnostics.AddError("Object Type Not Supported", fmt.Sprintf("The type of the object %s is %q: it is appended to, or it is a symbolic link to another object. Any change by Terraform would make an ordinary object of it, so it is not managed. Import an ordinary copy of it, or the object that it links to.", state.location(), info.ObjectType))
		return
	}
	state.recordImported(info, name, &private)
	r.finishRead(ctx, state, private, &info, resp)
}
