package object

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/claims"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// Create stores the planned object. It reads the configuration only for the
// write-only arguments.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config model
	c := &creation{r: r}
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &c.state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c.withSecrets = c.state
	c.withSecrets.ContentWO, c.withSecrets.SSECustomerKeyWO = config.ContentWO, config.SSECustomerKeyWO
	landed := r.data.Ready(unableToCreate, &c.diags) && c.run(ctx)
	resp.Diagnostics.Append(c.diags...)
	if !landed {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, c.state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, c.state.identity())...)
	resp.Diagnostics.Append(c.private.note(ctx, resp.Private)...)
}

// creation is a create in progress.
type creation struct {
	r           *Resource
	state       model // the plan, and finally the new state
	withSecrets model // the plan with its write-only values
	private     privateState
	diags       diag.Diagnostics
}

// run creates the object. It reports whether the object exists afterwards, even if
// there were errors.
func (c *creation) run(ctx context.Context) (landed bool) {
	r := c.r
	if c.state.Region.IsUnknown() {
		c.state.Region = types.StringValue(r.data.Region)
	}
	c.diags.Append(c.state.resolveTags(r.data.Tags)...)
	enc, ok := c.encryption()
	if c.state.Region.ValueString() == "" {
		c.diags.AddAttributeError(path.Root("region"), unableToCreate, "The region of the bucket is not set: set region here or in the provider block.")
	}
	if !ok || c.diags.HasError() {
		return false
	}
	loc := c.state.location()
	defer r.data.Lock(loc.String())()
	w := store.Write{Location: loc, Old: loc, Encryption: enc.Settings, Tags: c.state.tags(), ACL: c.state.ACL.ValueString(), ForbidOverwrite: !c.state.Overwrite.ValueBool()}
	c.state.checkRetention(nil, r.clock(), arguments.Into(&c.diags)) // the date may have passed since the plan
	if c.diags.HasError() {
		return false
	}
	w.Lock = c.state.lock(r.clock())
	kind := c.withSecrets.bodyKind()
	if w.Body, ok = c.body(ctx, kind); !ok {
		return false
	}
	replaces := r.data.Claims.TakeOver(address(loc))
	if replaces {
		w.ForbidOverwrite = false
		defer func() {
			if !landed {
				c.diags.AddWarning("Replaced Object Still Exists", fmt.Sprintf("The object %s, which was to be replaced, still exists unchanged. Terraform no longer manages it: fix the error, import the object, and apply again.", loc))
			}
		}()
	}
	if w.ForbidOverwrite {
		if diags := r.mustBeAbsent(ctx, loc); diags.HasError() {
			c.diags.Append(diags...)
			return false
		}
	}
	w.KeepTag = r.data.Tags.Keep()
	if err := r.data.Store().KeepIgnoredTags(ctx, &w); err != nil {
		c.diags.Append(notWritten(unableToCreate, w, err))
		return false
	}
	if w.Body == nil {
		source, diags := r.openSource(ctx, c.state)
		c.diags.Append(diags...)
		if source == nil {
			return false
		}
		w.CopyOf(source)
		if c.state.ContentType.IsUnknown() {
			c.state.ContentType = arguments.Optional(source.Info.ContentType)
		}
	}
	c.state.resolveUnknowns(model{})
	if c.state.ContentType.IsUnknown() {
		c.state.ContentType = types.StringValue(content.GuessType(c.state.Key.ValueString(), c.state.Source.ValueString()))
		if w.Body != nil && w.Body.Size() == 0 && content.IsFolder(c.state.Key.ValueString()) {
			c.state.ContentType = types.StringValue(content.FolderType)
		}
	}
	w.Attributes = c.state.stored()
	if arguments.Known(c.state.ContentCRC64) {
		w.ExpectCRC64 = c.state.ContentCRC64.ValueString()
	}
	var out store.Outcome
	if w.From != nil {
		out = r.data.Store().CopyFrom(ctx, w)
	} else {
		out = r.data.Store().Put(ctx, w)
	}
	c.diags.Append(diagnose(out, unableToCreate, w)...)
	if out.Mismatch() {
		err := r.data.Store().Undo(ctx, w, out)
		if err == nil {
			c.diags.AddWarning("Object Deleted Again", fmt.Sprintf("The object written to %s was deleted again because it was not stored as declared.", loc))
			return false
		}
		c.diags.Append(tfdiag.Error(unableToCreate, fmt.Sprintf("The object %s is not stored as declared, and it could not be deleted again. It is kept in the state, tainted.", loc), err))
	}
	if !out.Landed {
		return false
	}
	below := r.checkVersionBelow(ctx, w, out)
	if c.diags.Append(below...); below.HasError() {
		return false
	}
	c.stored(out, kind, enc)
	return true
}

// encryption resolves the planned encryption, and refuses to create an object
// without one.
func (c *creation) encryption() (encryption.Wanted, bool) {
	enc, diags := c.withSecrets.encryption().Resolved(c.r.data)
	diags.Append(enc.Allowed(c.withSecrets.encryption(), c.r.data.Policy)...)
	switch {
	case diags.HasError():
	case enc.Mode == sse.ModeNone:
		diags.AddAttributeError(path.Root("server_side_encryption"), "No Encryption Declared", "An object is never stored without encryption, and the planned encryption is no longer set. Nothing was written.")
	case enc.Mode == sse.ModeCustomer && enc.CustomerKey.IsZero():
		diags.AddError("Customer Key Not Known", "The customer key of the object is still unknown during the apply, so nothing was written. "+
			"Check what sse_customer_keys in the provider block depends on.")
	}
	c.diags.Append(diags...)
	return enc, !diags.HasError()
}

// body opens the declared body and checks that it is the planned one. The body is
// nil if the object is a copy of another one.
func (c *creation) body(ctx context.Context, kind bodyKind) (*content.Body, bool) {
	switch kind {
	case bodyCopy:
		return nil, true
	case bodyNone:
		c.diags.AddAttributeError(path.Root("content_wo"), "No Body Declared", "A body is required to create the object, and the planned one is no longer set. Nothing was written.")
		return nil, false
	}
	body, err := c.withSecrets.openBody(kind)
	if err != nil {
		c.diags.AddAttributeError(kind.path(), unableToCreate, cannotRead(kind, c.withSecrets.Source.ValueString(), err))
		return nil, false
	}
	if arguments.Known(c.state.ContentCRC64) {
		sum, err := body.Sum(ctx)
		if err != nil {
			c.diags.AddAttributeError(kind.path(), unableToCreate, cannotRead(kind, c.withSecrets.Source.ValueString(), err))
			return nil, false
		}
		if d := pinned(c.state, sum, kind, c.state.Source.ValueString()); d != nil {
			c.diags.Append(d)
			return nil, false
		}
	}
	return &body, true
}

// stored builds the state from the HEAD response.
func (c *creation) stored(out store.Outcome, kind bodyKind, enc encryption.Wanted) {
	at := address(c.state.location())
	c.private.Instance = c.r.data.Claims.Token(at)
	if c.private.Instance == "" {
		c.private.Instance = claims.NewToken()
	}
	c.private.WriteOnlyBody = kind == bodyWriteOnly
	c.private.WriteOnlyKey = enc.Origin == encryption.OriginWriteOnly
	c.private.wrote(c.state.location(), out.Info, out.Imposed)
	c.r.data.Claims.Wrote(at, c.private.Instance)
	crc64 := c.state.ContentCRC64
	c.state.record(out.Info)
	if c.state.ContentCRC64.IsNull() && arguments.Known(crc64) {
		c.state.ContentCRC64 = crc64 // COS may omit the CRC64
	}
	if c.private.WriteOnlyBody {
		c.state.hideContent()
	}
}

// checkVersionBelow inspects the version below the one just written. If versioning
// was ever enabled on the bucket, COS ignores x-cos-forbid-overwrite, so the write
// may have hidden an object that was created since the check for an existing one.
// In that case the new version is deleted again. An interrupt does not cut the
// check off, since it may have come during the write.
func (r *Resource) checkVersionBelow(ctx context.Context, w store.Write, out store.Outcome) (diags diag.Diagnostics) {
	id := inspect.VersionOf(out.Info.VersionID)
	if !w.ForbidOverwrite || id == "" || out.Unproved {
		return nil
	}
	ctx, cancel := store.Grace(ctx)
	defer cancel()
	versions, err := r.data.Store().Versions(ctx, w.Location)
	if err != nil {
		diags.Append(tfdiag.Warning("Versions Not Checked", fmt.Sprintf("The object %s is written. The bucket has versioning, but its versions could not be listed to check whether somebody else wrote to the same key at the same time.", w.Location), err))
		return diags
	}
	at := slices.IndexFunc(versions, func(v cosclient.Version) bool { return v.VersionID == id })
	if at < 0 || at+1 >= len(versions) || versions[at+1].DeleteMarker {
		return nil
	}
	foreign := versions[at+1]
	text := fmt.Sprintf("Somebody else wrote an object to %s after it was found to be free: its version %s, of %d bytes, of %s. ", w.Location, foreign.VersionID, foreign.Size, inspect.TimeText(foreign.LastModified))
	if err := r.data.Store().Undo(ctx, w, out); err != nil {
		diags.Append(tfdiag.Error(objectExists, text+fmt.Sprintf("The version %s that was written over it could not be deleted again: delete it yourself.", id), err))
		return diags
	}
	diags.AddError(objectExists, text+"The new version was deleted again, and that object is the latest version as before.")
	return diags
}
