package object

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
)

// decision is what a plan decided for an update. It travels to the apply in the
// planned private state, and is executed there, not made again. It holds no
// secret.
type decision struct {
	// Move: the object goes to another address.
	Move bool `json:"move,omitempty"`
	// Body: the body is uploaded from its argument, or copied (bodyCopy).
	Body bodyKind `json:"body,omitempty"`
	// Path is the file to open.
	Path string `json:"path,omitempty"`
	// Optional: nothing is uploaded if the bytes turn out to be the stored ones.
	Optional bool `json:"optional,omitempty"`
	// Rewrite: headers, metadata, class or encryption change.
	Rewrite bool `json:"rewrite,omitempty"`
	// Fallback: the bytes are uploaded if the stored object cannot be copied.
	Fallback bodyKind `json:"fallback,omitempty"`
	// Tags, ACL: they change by calls of their own, unless a write carries them.
	Tags bool `json:"tags,omitempty"`
	ACL  bool `json:"acl,omitempty"`
	// Renew: the object is as declared and was written by somebody else; the
	// record is made anew.
	Renew bool `json:"renew,omitempty"`
	// Key is where the customer key comes from.
	Key encryption.Origin `json:"key,omitempty"`
	// WriteOnlyBody: the stored body is or will be one that came by content_wo.
	WriteOnlyBody bool `json:"write_only_body,omitempty"`
	// Refused is why the update must fail.
	Refused *refusal `json:"refused,omitempty"`
}

// refusal is why an update cannot be done. It is a warning at plan, since an
// error there blocks a destroy too, and an error when it is applied.
type refusal struct {
	Attribute string `json:"attribute"`
	Summary   string `json:"summary"`
	Detail    string `json:"detail"`
	// Named: the failure has this summary too, not that of a failed update.
	Named bool `json:"named,omitempty"`
}

func (r refusal) warning() diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root(r.Attribute), r.Summary, r.Detail+" An apply that changes the object will fail.")
}

func (r refusal) failure() diag.Diagnostic {
	summary := unableToUpdate
	if r.Named {
		summary = r.Summary
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(r.Attribute), summary, r.Detail+" Nothing was sent.")
}

// writes reports whether the stored object is written anew, as far as is known.
func (d decision) writes() bool { return d.Move || d.Body != bodyNone || d.Rewrite }

// situation is what a plan is made from.
type situation struct {
	config  model  // as the CLI filters it by ignore_changes
	prior   *model // nil: there is no object
	private privateState
	data    *providerdata.Data
}

// outline is a decision with what was learnt on the way to it.
type outline struct {
	decision
	// same: nothing differs in meaning, and the plan is the prior state.
	same   bool
	config model // with the provider's default encryption
	enc    encryption.Wanted
	body   declaredBody
	// certain: something differs whatever is not known yet.
	certain bool
	diags   diag.Diagnostics
}

// decide compares a configuration with a recorded object, if there is one. It
// asks nothing of COS and reads at most the declared file.
func decide(ctx context.Context, s situation) *outline {
	o := &outline{}
	if s.prior != nil {
		s.config.validateExclusive(arguments.Into(&o.diags))
	}
	var refused *refusal
	var diags diag.Diagnostics
	s.config.checkNew(s.prior, arguments.Into(&o.diags))
	o.config, o.enc, refused, diags = s.config.wantedEncryption(s.prior, s.private, s.data)
	o.diags.Append(diags...)
	o.Key = o.enc.Origin
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

// create checks what a new object needs.
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
			"content_wo_version is set and content_wo is not, in this run. The apply will fail unless content_wo is set by then.")
	case o.body.kind == bodyNone:
		o.diags.AddAttributeError(path.Root("source"), "No Body Declared",
			"An object needs a body to be created: set source, content, content_base64, content_wo or copy_source. The empty object is content = \"\"."+absentSecret)
	case o.body.missing != nil:
		o.diags.Append(o.missing(s))
	}
}

// missing is what is said of a file that cannot be read at plan.
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
	if absent {
		summary = "Source Does Not Exist Yet"
	}
	return diag.NewAttributeWarningDiagnostic(o.body.kind.path(), summary,
		unreadable+" It may be written during the apply, which fails if it cannot be read by then.")
}

// update compares with the object that is there.
func (o *outline) update(ctx context.Context, s situation, refused *refusal) {
	prior := *s.prior
	o.Move = o.config.moves(prior)
	o.body = o.config.declaredBody(ctx, &s.data.Sums)
	o.WriteOnlyBody = s.private.WriteOnlyBody && (o.body.kind == bodyNone || o.body.kind == bodyWriteOnly)
	o.Rewrite = o.enc.Differs(o.config.encryption(), prior.encryption(), prior.observed()) || o.config.storedDiffers(prior)
	o.Tags = !o.config.Tags.IsNull() && !sameStrings(o.config.Tags, prior.Tags)
	o.ACL = !o.config.ACL.IsNull() && !o.config.ACL.Equal(prior.ACL)
	if o.body.kind.bytes() && o.body.missing == nil && o.body.readable() {
		o.Fallback = o.body.kind
	}
	missing := o.compareBody(ctx, s)
	o.Renew = o.renews(s)
	recorded := o.config.recordDiffers(prior)
	o.same = !o.writes() && !o.Tags && !o.ACL && !o.Renew && !recorded
	o.certain = o.isCertain(prior, o.body.kind == bodySource && !s.data.Began.IsZero() && o.body.body.Modified().After(s.data.Began))
	if o.same {
		o.decision = decision{Key: o.Key}
	} else if missing && !o.writes() {
		// Whatever the file holds by then counts.
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
	if o.Refused != nil && (!o.same || refused != nil) {
		o.diags.Append(o.Refused.warning())
	}
	o.warn(s)
}

// moves reports whether the address changes.
func (m model) moves(prior model) bool {
	return !m.Bucket.Equal(prior.Bucket) || !m.Key.Equal(prior.Key) ||
		!m.Region.IsNull() && !prior.Region.IsNull() && !m.Region.Equal(prior.Region) // an adopted object has none yet
}

// compareBody decides whether the body changes. It reports a file that is not
// there and is not new to the configuration: nothing can be said of its bytes,
// and the object keeps its own unless the file is there at apply.
func (o *outline) compareBody(ctx context.Context, s situation) (missing bool) {
	prior := *s.prior
	switch o.body.kind {
	case bodyNone:
		return false
	case bodyCopy:
		if o.config.CopySource.IsUnknown() || !o.config.CopySource.Equal(prior.CopySource) {
			if !o.config.copiesItself(ctx, prior) {
				o.Body = bodyCopy
			}
		}
		return false
	case bodyWriteOnly:
		if o.body.unknown || !o.config.ContentWOVersion.Equal(prior.ContentWOVersion) {
			o.Body = bodyWriteOnly
			// After an import the bytes may be there already.
			o.Optional = !s.private.WriteOnlyBody && !prior.ContentCRC64.IsNull()
			o.WriteOnlyBody = true
		}
		return false
	}
	switch {
	case o.body.unknown:
		o.Body, o.Optional = o.body.kind, true
	case o.body.hashed:
		o.compareHash(s)
	case o.body.missing != nil:
		o.diags.Append(o.missing(s))
		if o.config.Source.Equal(prior.Source) && !s.bodyDrifted() {
			return true
		}
		o.Body, o.Optional = o.body.kind, true
	case !o.body.sameAs(ctx, prior, s.private.Seen == nil):
		o.Body = o.body.kind
		// Whoever has the key may find that they are the same.
		o.Optional = s.private.encryptionUnknown(prior)
	}
	return false
}

// compareHash compares source_hash instead of the bytes.
func (o *outline) compareHash(s situation) {
	switch {
	case !o.config.SourceHash.Equal(s.prior.SourceHash):
		o.Body, o.Optional = bodySource, true
	case s.bodyDrifted():
		o.Body = bodySource
		ours := s.private.ours(*s.prior)
		if sum, ok := content.ParseSum(ours.CRC64, ours.Length); ok {
			o.body.sum = &sum // what was written, and what is to be written again
		}
	}
}

// bodyDrifted reports that the stored bytes are not those of our last write.
func (s situation) bodyDrifted() bool {
	ours := s.private.ours(*s.prior)
	return s.private.Seen != nil && ours.CRC64 != "" && !ours.SameBody(s.prior.ContentCRC64.ValueString(), s.prior.ContentLength.ValueInt64())
}

// renews reports that the object is as declared and is not the one that was
// recorded: somebody has rewritten it. If no body is declared, another body
// than the recorded one is none of ours.
func (o *outline) renews(s situation) bool {
	if s.private.Seen == nil || s.private.Seen.Opaque || o.writes() || o.WriteOnlyBody {
		return false
	}
	return o.body.kind.bytes() && o.body.missing == nil || !s.bodyDrifted() && s.private.ours(*s.prior).CRC64 != ""
}

// recordDiffers reports that an argument appeared, disappeared or is unknown,
// or that one changed that is not stored with the object. Such a change sends
// nothing by itself.
func (m model) recordDiffers(prior model) bool {
	if !m.Overwrite.Equal(prior.Overwrite) || !m.DeletionPolicy.Equal(prior.DeletionPolicy) || !m.SourceHash.Equal(prior.SourceHash) ||
		// The name has to go when the key comes by another way.
		m.SSECustomerKeyName.IsNull() && !m.SSECustomerKey.IsNull() && !prior.SSECustomerKeyName.IsNull() ||
		arguments.Known(m.SSECustomerKeyName) && !m.SSECustomerKeyName.Equal(prior.SSECustomerKeyName) {
		return true
	}
	for _, pair := range [][2]attr.Value{
		{m.Source, prior.Source},
		{m.Content, prior.Content},
		{m.ContentBase64, prior.ContentBase64},
		{m.CopySource, prior.CopySource},
		{m.ContentWOVersion, prior.ContentWOVersion},
		{m.Tags, prior.Tags},
		{m.ACL, prior.ACL},
		{m.SSECustomerKey, prior.SSECustomerKey},
		{m.SSEContext, prior.SSEContext},
		{m.Metadata, prior.Metadata},
	} {
		if pair[0].IsNull() != pair[1].IsNull() || pair[0].IsUnknown() {
			return true
		}
	}
	if !m.CopySource.Equal(prior.CopySource) || !m.ContentWOVersion.Equal(prior.ContentWOVersion) {
		return true
	}
	for _, value := range []types.String{m.ServerSideEncryption, m.SSEKMSKeyID, m.SSECustomerKeyName} {
		if value.IsUnknown() {
			return true
		}
	}
	return false
}

// withUnknownsAs is a configuration of which all that is not known yet turns out
// to be as it was.
func (m model) withUnknownsAs(prior model) model {
	known, was := reflect.ValueOf(&m).Elem(), reflect.ValueOf(prior)
	for i := range known.NumField() {
		switch value := known.Field(i).Interface().(type) {
		case types.Map:
			if value.IsUnknown() || slices.ContainsFunc(slices.Collect(maps.Values(value.Elements())), attr.Value.IsUnknown) {
				known.Field(i).Set(was.Field(i))
			}
		case attr.Value:
			if value.IsUnknown() {
				known.Field(i).Set(was.Field(i))
			}
		}
	}
	return m
}

// isCertain reports a difference that is there whatever the unknown values turn
// out to be. A file that was written after this run began may have been missing
// when the plan before this one was made.
func (o *outline) isCertain(prior model, fresh bool) bool {
	settled := o.config.withUnknownsAs(prior)
	return settled.moves(prior) || settled.storedDiffers(prior) || settled.recordDiffers(prior) ||
		o.enc.ModeKnown && o.enc.KeyKnown && o.enc.Differs(settled.encryption(), prior.encryption(), prior.observed()) ||
		!settled.Tags.IsNull() && !sameStrings(settled.Tags, prior.Tags) ||
		!settled.ACL.IsNull() && !settled.ACL.Equal(prior.ACL) ||
		o.Body != bodyNone && !o.body.unknown && o.body.missing == nil && !o.config.CopySource.IsUnknown() && !fresh || o.Renew
}

// storedDiffers compares what is stored beside the body. What may be left to
// COS counts only if it is declared.
func (m model) storedDiffers(prior model) bool {
	for _, h := range headers {
		declared, was := *h.value(&m), *h.value(&prior)
		if !declared.Equal(was) && !(h.left && declared.IsNull()) {
			return true
		}
	}
	// No map, an empty one and one of nulls are the same metadata.
	return !allKnown(m.Metadata) || !maps.Equal(arguments.Strings(m.Metadata), arguments.Strings(prior.Metadata))
}

// needsKey refuses what cannot be done without a key that is not available: a
// copy of the stored object, or a write under the key that it has.
func (o *outline) needsKey(s situation) *refusal {
	if !o.writes() || s.data.Keyring.Unknown() {
		return nil
	}
	if o.Body != bodyNone && (!o.Optional || s.private.encryptionUnknown(*s.prior)) && !o.Move {
		switch {
		case o.enc.Lost:
			return lostNameRefusal(o.config, s.data)
		case o.enc.Origin == encryption.OriginKept && o.enc.CustomerKey.IsZero() && s.prior.SSECustomerKey.IsNull():
			return lostKeyRefusal(*s.prior)
		}
		return nil // the old object is not read
	}
	_, readable := findKey(*s.prior, o.enc.CustomerKey, s.data.Keyring)
	if s.private.encryptionUnknown(*s.prior) {
		readable = false
	}
	switch {
	case o.enc.Lost:
		return lostNameRefusal(o.config, s.data)
	case o.enc.Origin == encryption.OriginKept && !readable:
		return lostKeyRefusal(*s.prior)
	case readable, o.Fallback != bodyNone, o.body.kind == bodyCopy:
		return nil
	case o.enc.Origin == encryption.OriginWriteOnly && s.private.encryptionUnknown(*s.prior):
		return nil // that key may be the one
	}
	return lostKeyRefusal(*s.prior)
}

func lostNameRefusal(config model, data *providerdata.Data) *refusal {
	return &refusal{Attribute: "sse_customer_key_name", Summary: encryption.UnknownName, Named: true, Detail: encryption.UnknownKeyName(config.SSECustomerKeyName.ValueString(), data.Keyring)}
}

func lostKeyRefusal(prior model) *refusal {
	return &refusal{Attribute: "sse_customer_key_name", Summary: "Customer Key Not Available", Detail: lostKey(prior)}
}

func lostKey(m model) string {
	if m.SSECustomerKeyMD5.IsNull() {
		return fmt.Sprintf("The object %s was written by somebody else with a customer key (SSE-C) that is not available. "+
			"Add the key that it has to the provider's sse_customer_keys, or declare a body, which is uploaded again.", m.location())
	}
	return fmt.Sprintf("The object %s is encrypted with the customer key of MD5 %s, and that key is neither in the state nor in the provider's keyring. "+
		"Keep an old key in sse_customer_keys, under any name, until nothing is encrypted with it.", m.location(), m.SSECustomerKeyMD5.ValueString())
}

// needsBody refuses a new version of a write-only body that is not set.
func (o *outline) needsBody(s situation) *refusal {
	if o.body.kind != bodyNone || o.config.ContentWOVersion.IsNull() || o.config.ContentWOVersion.Equal(s.prior.ContentWOVersion) {
		return nil
	}
	if s.prior.ContentWOVersion.IsNull() && s.private.Seen != nil {
		return &refusal{Attribute: "content_wo", Summary: "Write-Only Body Not Set",
			Detail: fmt.Sprintf("The object %s was written by somebody else, and content_wo is not set in this run to write it again.", s.prior.location())}
	}
	return &refusal{Attribute: "content_wo", Summary: "Write-Only Body Not Set",
		Detail: fmt.Sprintf("content_wo_version of %s changes, and content_wo is not set in this run. Set it, or take the change of the version back.", s.prior.location())}
}

// warn tells what an update does beyond what its plan shows.
func (o *outline) warn(s situation) {
	prior := *s.prior
	if !prior.Tags.IsNull() && o.config.Tags.IsNull() && len(prior.Tags.Elements()) > 0 {
		o.diags.AddAttributeWarning(path.Root("tags"), "Tags Stay",
			fmt.Sprintf("tags is no longer declared for %s: the tags that the object has stay, and are not managed any more. To remove them, set tags = {} first.", prior.location()))
	}
	if acl := prior.ACL.ValueString(); !prior.ACL.IsNull() && o.config.ACL.IsNull() && acl != aclInherited {
		o.diags.AddAttributeWarning(path.Root("acl"), "ACL Stays",
			fmt.Sprintf("acl is no longer declared for %s: the object keeps %s, which is not managed any more. To reset it, set acl = \"default\" first.", prior.location(), aclText(acl)))
	}
	if o.same || o.Refused != nil {
		return
	}
	o.diags.Append(explainRotations(s.private.Rotation, o.config, prior, o.enc)...)
	o.warnMultiAZ(prior)
	if !o.Rewrite || o.Fallback == bodyNone {
		return
	}
	if s.private.encryptionUnknown(prior) {
		o.diags.AddAttributeWarning(o.Fallback.path(), "Foreign Rotation Is Overwritten",
			fmt.Sprintf("The object %s was encrypted anew by somebody else, under a key that is not available here. The declared body is uploaded over it, under the declared encryption, and whoever made the change loses it. "+
				"To keep the change, declare that encryption, or add its key to sse_customer_keys.", prior.location()))
		return
	}
	if isArchived(prior.StorageClass) && o.Body == bodyNone {
		o.diags.AddAttributeWarning(o.Fallback.path(), "Archived Object Is Uploaded Again",
			fmt.Sprintf("The object %s is in the class %s, which COS cannot copy from, so its body is uploaded again. Replacing an archived object early may cost what its minimum storage time would have.", prior.location(), prior.StorageClass.ValueString()))
	}
}

// findKey finds the customer key of the object that a state records: in the
// state itself, in the keyring by its MD5, or it is the declared one. An object
// that is not under a customer key is readable without one.
func findKey(m model, declared sse.CustomerKey, keyring *sse.Keyring) (key sse.CustomerKey, readable bool) {
	md5 := m.SSECustomerKeyMD5.ValueString()
	if md5 == "" {
		return sse.CustomerKey{}, true
	}
	if key, err := sse.ParseCustomerKey(m.SSECustomerKey.ValueString()); err == nil && key.MD5() == md5 {
		return key, true
	}
	if declared.MD5() == md5 {
		return declared, true
	}
	_, key, ok := keyring.ByMD5(md5)
	return key, ok
}

// isArchived reports a class that has to be restored before it can be read.
// Source: COS documentation, "Storage Class Overview".
func isArchived(class types.String) bool {
	switch class.ValueString() {
	case "ARCHIVE", "DEEP_ARCHIVE", "MAZ_ARCHIVE", "MAZ_DEEP_ARCHIVE":
		return true
	}
	return false
}
