package object

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/content"
)

// moves reports whether the address changes.
func (m model) moves(prior model) bool {
	return !m.Bucket.Equal(prior.Bucket) || !m.Key.Equal(prior.Key) ||
		!m.Region.IsNull() && !prior.Region.IsNull() && !m.Region.Equal(prior.Region) // an adopted object has no region yet
}

// compareBody decides whether the body changes. missing reports a file that cannot
// be read and was already in the configuration. Its bytes are then unknown, and the
// object keeps its body unless the file exists by the time of the apply.
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
			// After an import the stored bytes may already be the declared ones.
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
		// Once the key is available, the bytes may turn out to be the same.
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
			o.body.sum = &sum // both the bytes last written and the ones to write again
		}
	}
}

// bodyDrifted reports whether the stored bytes differ from those last written.
func (s situation) bodyDrifted() bool {
	ours := s.private.ours(*s.prior)
	return s.private.Seen != nil && ours.CRC64 != "" && !ours.SameBody(s.prior.ContentCRC64.ValueString(), s.prior.ContentLength.ValueInt64())
}

// renews reports whether the object matches the configuration but is not the
// recorded one, because it was rewritten outside of Terraform. If no body is
// declared, an object with another body does not count.
func (o *outline) renews(s situation) bool {
	if s.private.Seen == nil || s.private.Seen.Opaque || o.writes() || o.WriteOnlyBody {
		return false
	}
	return o.body.kind.bytes() && o.body.missing == nil || !s.bodyDrifted() && s.private.ours(*s.prior).CRC64 != ""
}

// recordDiffers reports whether an argument was added, removed or is unknown, or
// whether one changed that is not stored with the object. Such a change alone sends
// no request.
func (m model) recordDiffers(prior model) bool {
	if !m.Overwrite.Equal(prior.Overwrite) || !m.DeletionPolicy.Equal(prior.DeletionPolicy) || !m.SourceHash.Equal(prior.SourceHash) ||
		// The name must go if the key is now declared by another argument.
		m.SSECustomerKeyName.IsNull() && !m.SSECustomerKey.IsNull() && !prior.SSECustomerKeyName.IsNull() ||
		arguments.Known(m.SSECustomerKeyName) && !m.SSECustomerKeyName.Equal(prior.SSECustomerKeyName) {
		return true
	}
	for _, pair := range [][2]attr.Value{
		{m.Source, prior.Source},
		{m.Text, prior.Text},
		{m.Content, prior.Content},
		{m.ContentBase64, prior.ContentBase64},
		{m.CopySource, prior.CopySource},
		{m.ContentWOVersion, prior.ContentWOVersion},
		{m.Tags, prior.Tags},
		{m.TagsAll, prior.managedTags()},
		{m.ACL, prior.ACL},
		{m.RetainUntil, prior.RetainUntil},
		{m.LegalHold, prior.LegalHold},
		{m.SSECustomerKey, prior.SSECustomerKey},
		{m.SSEContext, prior.SSEContext},
		{m.Metadata, prior.Metadata},
	} {
		if pair[0].IsNull() != pair[1].IsNull() || pair[0].IsUnknown() {
			return true
		}
	}
	if !m.Tags.IsNull() && !sameStrings(m.Tags, prior.Tags) || !m.TagsAll.IsNull() && !sameStrings(m.TagsAll, prior.managedTags()) {
		return true
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

// withUnknownsAs replaces the unknown values of a configuration with those of
// prior.
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

// isCertain reports whether there is a difference whatever the unknown values turn
// out to be. fresh marks a file written after this run began: it may have been
// missing in the preceding plan.
func (o *outline) isCertain(prior model, fresh bool) bool {
	settled := o.config.withUnknownsAs(prior)
	return settled.moves(prior) || settled.storedDiffers(prior) || settled.recordDiffers(prior) ||
		o.enc.ModeKnown && o.enc.KeyKnown && o.enc.Differs(settled.encryption(), prior.encryption(), prior.observed()) ||
		!settled.ACL.IsNull() && !settled.ACL.Equal(prior.ACL) ||
		!settled.RetainUntil.IsNull() && !settled.RetainUntil.Equal(prior.RetainUntil) ||
		!settled.LegalHold.IsNull() && !settled.LegalHold.Equal(prior.LegalHold) ||
		o.Body != bodyNone && !o.body.unknown && o.body.missing == nil && !o.config.CopySource.IsUnknown() && !fresh || o.Renew
}

// storedDiffers compares everything stored except the body. Headers that COS or the
// provider may decide count only if they are declared.
func (m model) storedDiffers(prior model) bool {
	for _, h := range headers {
		declared, was := *h.value(&m), *h.value(&prior)
		if !declared.Equal(was) && !(h.left && declared.IsNull()) {
			return true
		}
	}
	// A null map, an empty one and one of null values mean the same metadata.
	return !allKnown(m.Metadata) || !maps.Equal(arguments.Strings(m.Metadata), arguments.Strings(prior.Metadata))
}
