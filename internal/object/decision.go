package object

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// decision is the outcome of planning an update. It is passed to the apply in the
// planned private state, so that the apply does exactly what was planned. It
// contains no secrets.
type decision struct {
	// Move: the object moves to another address.
	Move bool `json:"move,omitempty"`
	// Body is the argument to upload the body from, or bodyCopy.
	Body bodyKind `json:"body,omitempty"`
	// Path is the file to open.
	Path string `json:"path,omitempty"`
	// Optional: skip the upload if the bytes turn out to equal the stored ones.
	Optional bool `json:"optional,omitempty"`
	// Rewrite: headers, metadata, storage class or encryption change.
	Rewrite bool `json:"rewrite,omitempty"`
	// Fallback is the argument to upload the body from if COS cannot copy the
	// object.
	Fallback bodyKind `json:"fallback,omitempty"`
	// Tags, ACL: these change by requests of their own, unless a write includes
	// them.
	Tags bool `json:"tags,omitempty"`
	ACL  bool `json:"acl,omitempty"`
	// Retention, Hold: likewise for the object lock.
	Retention bool `json:"retention,omitempty"`
	Hold      bool `json:"hold,omitempty"`
	// Renew: the object matches the configuration, but was written outside of
	// Terraform, so only the record of the last write is updated.
	Renew bool `json:"renew,omitempty"`
	// Key is the source of the customer key.
	Key encryption.Origin `json:"key,omitempty"`
	// WriteOnlyBody: the stored body comes from content_wo, or will after the
	// update.
	WriteOnlyBody bool `json:"write_only_body,omitempty"`
	// Refused is the reason why the update must fail.
	Refused *refusal `json:"refused,omitempty"`
}

// writes reports whether the update writes the object, as far as the plan can tell.
func (d decision) writes() bool { return d.Move || d.Body != bodyNone || d.Rewrite }

// situation is the input of a plan.
type situation struct {
	config  model  // after the CLI has applied ignore_changes
	prior   *model // nil if there is no object yet
	private privateState
	data    *providerdata.Data
	now     time.Time
	// tags are those of a locked object that declares tags for the first time; nil
	// if they were not read.
	tags map[string]string
}

// outline is a decision and the intermediate results that led to it.
type outline struct {
	decision
	// same: no difference has any effect, so the plan is the prior state.
	same   bool
	config model // with the provider's default encryption
	enc    encryption.Wanted
	body   declaredBody
	// certain: there is a difference whatever the unknown values turn out to be.
	certain bool
	diags   diag.Diagnostics
}

// decide compares a configuration with the recorded object, if there is one. It
// sends no requests, and reads no files other than the declared source.
func decide(ctx context.Context, s situation) *outline {
	o := &outline{}
	if s.prior != nil {
		s.config.validateExclusive(arguments.Into(&o.diags))
	}
	var refused *refusal
	var diags diag.Diagnostics
	s.config.checkNew(s.prior, s.data.Tags, arguments.Into(&o.diags))
	s.config.checkRetention(s.prior, s.now, arguments.Into(&o.diags))
	o.config, o.enc, refused, diags = s.config.wantedEncryption(s.prior, s.private, s.data)
	o.diags.Append(diags...)
	o.Key = o.enc.Origin
	o.config.TagsAll = s.config.wantedTags(s.data.Tags)
	if s.prior == nil {
		o.create(ctx, s)
		return o
	}
	if o.diags.HasError() {
		return o
	}
	o.update(ctx, s, refused)
	return o
}

// create checks that the configuration is complete enough to create an object.
func (o *outline) create(ctx context.Context, s situation) {
	if o.config.Region.IsNull() && s.data.Region == "" && !s.data.RegionUnknown {
		o.diags.AddAttributeError(path.Root("region"), "No Region",
			"The region of the bucket is needed: set region here or in the provider block, or the environment variable TENCENTCLOUD_REGION.")
	}
	o.body = o.config.declaredBody(ctx, &s.data.Sums)
	o.Body = o.body.kind
	o.WriteOnlyBody = o.body.kind == bodyWriteOnly
	switch {
	case o.body.kind == bodyNone && !o.config.ContentWOVersion.IsNull() && s.private.Record == nil:
		o.diags.AddAttributeWarning(path.Root("content_wo"), "Write-Only Body Not Set",
			"content_wo_version is set, but content_wo is not set in this run. The apply will fail unless content_wo is set by then.")
	case o.body.kind == bodyNone:
		o.diags.AddAttributeError(path.Root("source"), "No Body Declared",
			"A body is required to create an object: set source, text, content, content_base64, content_wo or copy_source. For an empty object, set content = \"\"."+absentSecret)
	case o.body.missing != nil:
		o.diags.Append(o.missing(s))
	}
}

// missing returns the diagnostic for a file that cannot be read during the plan.
func (o *outline) missing(s situation) diag.Diagnostic {
	unreadable := cannotRead(o.body.kind, o.config.Source.ValueString(), o.body.missing)
	absent := errors.Is(o.body.missing, content.ErrNotExist)
	if s.prior == nil && absent && isPattern(o.config.Source.ValueString()) {
		return diag.NewAttributeErrorDiagnostic(o.body.kind.path(), "Source Is Not a File",
			unreadable+" If a file of this very name is written during the apply, declare source_hash.")
	}
	if s.prior == nil && s.private.Record != nil { // the object is to be replaced
		return diag.NewAttributeErrorDiagnostic(o.body.kind.path(), "Source Not Readable",
			unreadable+" The object is to be replaced, and would be destroyed without anything to create it from. "+
				"Restore the file, or declare source_hash if another resource writes it during the apply. To destroy the object, use -refresh=false.")
	}
	summary := "Source Not Readable"
	switch {
	case absent:
		summary = "Source Does Not Exist Yet"
	case errors.Is(o.body.missing, content.ErrNotRegular):
		summary = "Source Is Not a File"
	}
	return diag.NewAttributeWarningDiagnostic(o.body.kind.path(), summary,
		unreadable+" It may be written during the apply, which fails if it cannot be read by then.")
}

// update compares the configuration with the existing object.
func (o *outline) update(ctx context.Context, s situation, refused *refusal) {
	prior := *s.prior
	o.Move = o.config.moves(prior)
	o.body = o.config.declaredBody(ctx, &s.data.Sums)
	o.WriteOnlyBody = s.private.WriteOnlyBody && (o.body.kind == bodyNone || o.body.kind == bodyWriteOnly)
	o.Rewrite = o.enc.Differs(o.config.encryption(), prior.encryption(), prior.observed()) || o.config.storedDiffers(prior)
	o.Tags = o.config.changesTags(prior, s.data.Tags)
	o.ACL = !o.config.ACL.IsNull() && !o.config.ACL.Equal(prior.ACL)
	o.Retention = !o.config.RetainUntil.IsNull() && !o.config.RetainUntil.Equal(prior.RetainUntil)
	o.Hold = !o.config.LegalHold.IsNull() && !o.config.LegalHold.Equal(prior.LegalHold)
	if o.body.kind.bytes() && o.body.missing == nil && o.body.readable() {
		o.Fallback = o.body.kind
	}
	missing := o.compareBody(ctx, s)
	o.Renew = o.renews(s)
	recorded := o.config.recordDiffers(prior)
	o.same = !o.writes() && !o.Tags && !o.ACL && !o.Retention && !o.Hold && !o.Renew && !recorded
	o.certain = o.isCertain(prior, o.body.kind == bodySource && !s.data.Began.IsZero() && o.body.body.Modified().After(s.data.Began))
	if o.same {
		o.decision = decision{Key: o.Key}
	} else if missing && !o.writes() {
		// Upload whatever the file contains by the time of the apply.
		o.Body, o.Optional = bodySource, true
	}
	if o.Body == bodySource || o.Fallback == bodySource {
		o.Path = o.config.Source.ValueString()
	}
	o.Refused = refused
	if !o.same && o.Refused == nil {
		o.Refused = o.needsKey(s)
	}
	if o.Refused == nil {
		o.Refused = o.needsBody(s)
	}
	if o.Refused == nil {
		o.Refused = o.locked(s)
	}
	if o.Refused != nil && (!o.same || refused != nil) {
		o.diags.Append(o.Refused.warning())
	}
	o.warn(s)
}

// warn adds warnings about effects of an update that its plan does not show.
func (o *outline) warn(s situation) {
	prior := *s.prior
	o.warnTags(prior)
	if acl := prior.ACL.ValueString(); !prior.ACL.IsNull() && o.config.ACL.IsNull() && acl != aclInherited {
		o.diags.AddAttributeWarning(path.Root("acl"), "ACL Is Kept",
			fmt.Sprintf("acl is no longer declared for %s: the object keeps %s, which is no longer managed. To reset it, set acl = \"default\" first.", prior.location(), aclText(acl)))
	}
	o.warnLockKept(s)
	if o.same || o.Refused != nil {
		return
	}
	o.diags.Append(explainRotations(s.private.Rotation, o.config, prior, o.enc)...)
	o.warnMultiAZ(prior)
	if s.private.encryptionUnknown(prior) && o.Rewrite && o.Fallback != bodyNone {
		o.diags.AddAttributeWarning(o.Fallback.path(), "External Key Rotation Will Be Overwritten",
			fmt.Sprintf("The object %s was re-encrypted outside of Terraform, under a key that is not available. The declared body will be uploaded over it with the declared encryption, and the other change will be lost. "+
				"To keep the change, declare that encryption, or add its key to sse_customer_keys.", prior.location()))
		return
	}
	o.warnArchived(s)
}
