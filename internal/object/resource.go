// Package object is everything that Terraform sees of an encrypted object.
package object

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

var (
	_ resource.Resource                   = (*Resource)(nil)
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

const (
	unableToCreate = "Unable to Create Encrypted Object"
	unableToRead   = "Unable to Read Encrypted Object"
	unableToUpdate = "Unable to Update Encrypted Object"
	unableToDelete = "Unable to Delete Encrypted Object"
	objectExists   = "Object Exists Already"
)

// Resource is cos_encrypted_object.
type Resource struct {
	data  *providerdata.Data
	sizes sizes
}

// NewResource returns the resource before it is configured.
func NewResource() resource.Resource { return &Resource{sizes: defaultSizes} }

func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_encrypted_object"
}

func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, err := providerdata.From(req.ProviderData)
	if err != nil {
		resp.Diagnostics.AddError("Unexpected Provider Data", err.Error())
		return
	}
	r.data = data
}

func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, state model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.data.Client == nil {
		resp.Diagnostics.AddError(unableToCreate, r.data.WhyNoClient())
		return
	}
	config = config.withDefault(r.data)
	enc, diags := config.encryption(r.data)
	if resp.Diagnostics.Append(diags...); !diags.HasError() {
		resp.Diagnostics.Append(enc.settled()...)
	}
	if state.settleRegion(config, r.data); state.Region.ValueString() == "" {
		resp.Diagnostics.AddAttributeError(path.Root("region"), unableToCreate, "The region of the bucket is not set: set region here or in the provider block.")
	}
	if resp.Diagnostics.HasError() {
		return
	}
	loc := state.location()
	defer r.data.Lock(loc.String())()
	w := write{loc: loc, encryption: enc.Settings, tags: state.tags(), acl: state.ACL.ValueString(), forbidOverwrite: !config.Overwrite.ValueBool()}
	if config.declaresBytes() {
		body, err := config.openBody()
		if err != nil {
			resp.Diagnostics.AddAttributeError(config.bodyPath(), unableToCreate, cannotRead(err))
			return
		}
		w.body = &body
	}
	if w.forbidOverwrite {
		if diags := r.mustBeAbsent(ctx, loc); diags.HasError() {
			resp.Diagnostics.Append(diags...)
			return
		}
	}
	if w.body == nil {
		source, diags := r.openSource(ctx, state)
		resp.Diagnostics.Append(diags...)
		if source == nil {
			return
		}
		w.copyOf(source)
	}
	state.settle(config, w.from)
	w.stored = state.stored()
	var out outcome
	if w.from != nil {
		out = r.copyFrom(ctx, w)
	} else {
		out = r.put(ctx, w)
	}
	if out.landed {
		r.data.NoteCreated(loc.String())
	}
	resp.Diagnostics.Append(out.diagnostics(unableToCreate, w)...)
	if out.mismatch() {
		err := r.undo(ctx, w, out)
		if err == nil {
			resp.Diagnostics.AddWarning("Object Deleted Again", fmt.Sprintf("What had been written to %s is deleted again: it was not stored as declared.", loc))
			return
		}
		resp.Diagnostics.Append(tfdiag.Error(unableToCreate, fmt.Sprintf("The object %s is not stored as declared, and it could not be deleted again. It is kept in the state, tainted.", loc), err))
	}
	if !out.landed {
		return
	}
	state.record(out.info)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity())...)
	resp.Diagnostics.Append(noteWriteOnly(ctx, resp.Private, config)...)
	resp.Diagnostics.Append(noteCopied(ctx, resp.Private, state)...)
}

func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var config, state, prior model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &state)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, prior.identity())...)
	if r.data.Client == nil {
		resp.Diagnostics.AddError(unableToUpdate, r.data.WhyNoClient())
		return
	}
	config = config.withDefault(r.data)
	enc, diags := config.encryption(r.data)
	if resp.Diagnostics.Append(diags...); !diags.HasError() {
		resp.Diagnostics.Append(enc.settled()...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if known(state.SSEKMSKeyID) {
		enc.KMSKeyID = state.SSEKMSKeyID.ValueString() // the key it has, where none is declared
	}
	state.settle(config, nil)
	if state.SSECustomerKeyName.IsUnknown() {
		state.SSECustomerKeyName = types.StringNull()
		if enc.CustomerKey.MD5() == prior.SSECustomerKeyMD5.ValueString() {
			state.SSECustomerKeyName = prior.SSECustomerKeyName
		}
	}
	if prior.Region.IsNull() { // moved, and not refreshed
		prior.Region = firstOf(state.Region, types.StringValue(r.data.Region))
		state.Region = prior.Region
	}
	lost, sighted := prior.lost(), true
	if lost {
		prior, sighted = r.findAgain(ctx, prior, enc.CustomerKey)
	}
	w := write{
		loc:        prior.location(),
		length:     prior.ContentLength.ValueInt64(),
		crc64:      prior.ContentCRC64.ValueString(),
		prior:      &prior,
		stored:     state.stored(),
		encryption: enc.Settings,
		tags:       state.tags(),
		acl:        state.ACL.ValueString(),
	}
	c := compare(config, prior, enc)
	if lost && sighted && len(w.wrong(prior.info(), cosclient.Written{})) > 0 {
		c.stored = true // what is not declared was planned as it had been
	}
	key, readable := r.keyOf(prior, enc.CustomerKey)
	w.oldKey, w.unreadable = key, !readable || !sighted
	last, diags := lastRotation(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	declared, diags := r.changedBody(ctx, &w, config, state, c)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	done := func() {
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		resp.Diagnostics.Append(noteWriteOnly(ctx, resp.Private, config)...)
		resp.Diagnostics.Append(noteCopied(ctx, resp.Private, state)...)
		resp.Diagnostics.Append(last.after(config, prior, enc, time.Now()).note(ctx, resp.Private)...)
	}
	if w.body == nil && w.from == nil && !c.stored {
		resp.Diagnostics.Append(r.writeBeside(ctx, state, prior, c)...)
		if resp.Diagnostics.HasError() {
			return
		}
		state.keep(prior)
		done()
		return
	}
	out, diags := r.rewrite(ctx, w, prior, declared)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(out.diagnostics(unableToUpdate, w)...)
	if !out.landed || out.mismatch() && r.withdraw(ctx, w, out, &resp.Diagnostics) {
		return // the state stays what it was
	}
	state.record(out.info)
	if out.mismatch() {
		// What is there is not what was declared, and nothing in the state
		// would show it: null never equals what is declared.
		state.ContentWOVersion = types.Int64Null()
		state.CopySource = types.ObjectNull(state.CopySource.AttributeTypes(ctx))
	}
	done()
	if old := prior.observed(); old.Mode == sse.ModeNone && sighted && out.info.VersionID != "" && !out.mismatch() {
		resp.Diagnostics.AddWarning("Unencrypted Version Remains", fmt.Sprintf("The object %s is encrypted now. The bucket keeps versions, and the version before this one is still stored without encryption.", w.loc))
	}
}

// changedBody finds out whether the body has to be written, and from where. It
// returns the declared body also where it has not, nil where none is declared.
func (r *Resource) changedBody(ctx context.Context, w *write, config, state model, c changes) (declared *content.Body, diags diag.Diagnostics) {
	if config.declaresBytes() {
		body, err := config.openBody()
		same := false
		if again := c.stored && w.unreadable; err == nil && !again { // else it is written whatever it is
			same, err = config.keepsBody(ctx, body, *w.prior, c)
		}
		if err != nil {
			diags.AddAttributeError(config.bodyPath(), unableToUpdate, cannotRead(err))
			return nil, diags
		}
		declared = &body
		if !same {
			w.body = declared
		}
	}
	// What can not be read can not be copied onto itself either.
	if again := c.stored && w.unreadable; c.source || again && !config.CopySource.IsNull() {
		source, diags := r.openSource(ctx, state)
		if diags.HasError() {
			return nil, diags
		}
		if again || !source.same(*w.prior) {
			w.copyOf(source)
		}
	}
	return declared, diags
}

// keepsBody reports whether the stored body is the declared one. A write-only
// one is compared only where its version changed and a checksum is known, as
// after an import.
func (m model) keepsBody(ctx context.Context, body content.Body, prior model, c changes) (bool, error) {
	if !m.ContentWO.IsNull() && !c.version {
		return true, nil
	}
	return sameBody(ctx, body, prior)
}

// openBody fixes the declared body, which has to be there now.
func (m model) openBody() (content.Body, error) {
	source, err := m.body()
	if err != nil {
		return content.Body{}, err
	}
	return source.Body()
}

func cannotRead(err error) string {
	return fmt.Sprintf("The body can not be read: %s.", err)
}
