package object

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/content"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// nullVersion is the version that a write replaces while versioning is
// suspended. Source: COS documentation, "Versioning Overview".
const nullVersion = "null"

// rewrite stores an object that exists in another form: by a copy that COS
// makes itself, or by an upload where the body changed. declared is the
// declared body, nil where it is not managed.
func (r *Resource) rewrite(ctx context.Context, w write, prior model, declared *content.Body) (outcome, diag.Diagnostics) {
	var diags diag.Diagnostics
	if w.body == nil && w.from == nil && w.unreadable {
		if declared == nil {
			diags.AddError(unableToUpdate, lostKey(prior)+" "+"No body is declared either, so the object can not be uploaded again.")
			return outcome{}, diags
		}
		w.body = declared
	}
	if w.body == nil && w.from == nil {
		return r.copyOnto(ctx, w, prior, &diags), diags
	}
	if d := r.mustBeUnchanged(ctx, &w, prior); d != nil {
		diags.Append(d)
		return outcome{}, diags
	}
	if diags.Append(r.keepACL(ctx, &w)...); diags.HasError() {
		return outcome{}, diags
	}
	if w.from != nil {
		return r.copyFrom(ctx, w), diags
	}
	return r.put(ctx, w), diags
}

// keyOf finds the customer key of the object that a state records: in the
// state itself, in the keyring by its MD5, or it is the declared one. An object
// that is not under a customer key is readable without one.
func (r *Resource) keyOf(m model, declared sse.CustomerKey) (key sse.CustomerKey, readable bool) {
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
	_, key, ok := r.data.Keyring.ByMD5(md5)
	return key, ok
}

func lostKey(m model) string {
	if m.SSECustomerKeyMD5.IsNull() {
		return fmt.Sprintf("The object %s was written by someone else with a customer key (SSE-C) that is not the declared one. "+
			"Declare the key that it has, or declare a body.", m.location())
	}
	return fmt.Sprintf("The object %s is encrypted with the customer key of MD5 %s, and that key is neither in the state nor in the provider's keyring. "+
		"Keep an old key in sse_customer_keys, under any name, until nothing is encrypted with it.", m.location(), m.SSECustomerKeyMD5.ValueString())
}

// copyOnto lets COS copy the object onto itself. A copy drops what it does not
// name, so all that the object has is named again, and it is guarded by the
// ETag: an object that someone else has changed since is not overwritten.
func (r *Resource) copyOnto(ctx context.Context, w write, prior model, diags *diag.Diagnostics) outcome {
	etag := prior.ETag.ValueString()
	if etag == "" { // write-only content
		info, err := r.data.Client.Head(ctx, w.loc, cosclient.HeadInput{CustomerKey: w.oldKey})
		if err == nil && prior.replacedBy(info) {
			err = errors.New(changedSince(w.loc))
		}
		if err != nil {
			return outcome{err: err}
		}
		etag = info.ETag
	}
	kept := r.keepACL(ctx, &w)
	if diags.Append(kept...); kept.HasError() {
		return outcome{}
	}
	in := cosclient.CopyInput{
		Source:          w.loc,
		SourceKey:       w.oldKey,
		IfMatch:         etag,
		ReplaceMetadata: true,
		Attributes:      w.stored,
		Encryption:      w.encryption,
		Tags:            w.tags,
		ACL:             w.acl,
		Landed:          r.copyLanded(w, &prior),
	}
	return r.copied(ctx, w, in)
}

// copied sends the copy in the way its size asks for, and proves what it made.
func (r *Resource) copied(ctx context.Context, w write, in cosclient.CopyInput) outcome {
	var written cosclient.Written
	var err error
	if w.length > r.sizes.copy {
		written, err = r.data.Client.CopyMultipart(ctx, w.loc, w.length, in, r.sizes.part, copyParallel)
	} else {
		written, err = r.data.Client.Copy(ctx, w.loc, in)
	}
	return r.proveWritten(ctx, w, written, err)
}

// sizes say, in bytes, how uploads and copies are cut. Tests lower them.
type sizes struct {
	// put is the largest file that is uploaded in one request: where a part is
	// lost with a connection, this is lost with it, and below it the requests
	// that parts need cost more time than they save. COS takes up to 5 GiB.
	// Source: COS API documentation, "PUT Object".
	put int64
	// copy is the largest object that COS copies in one request.
	// Source: COS API documentation, "PUT Object - Copy".
	copy int64
	// part is the size of the parts of a larger one: large, since no byte of
	// them travels, and small enough for COS to answer before request_timeout.
	part int64
}

var defaultSizes = sizes{put: 32 << 20, copy: 5 << 30, part: 256 << 20}

// copyParallel is how many parts are copied at a time.
const copyParallel = 8

// copyLanded recognises a copy whose answer was lost: the object is as asked,
// and the one that was there (nil: there was none) was not, or it has been
// written since.
func (r *Resource) copyLanded(w write, prior *model) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		info, err := r.data.Client.Head(ctx, w.loc, cosclient.HeadInput{CustomerKey: w.encryption.CustomerKey})
		if errors.Is(err, cosclient.ErrNotFound) || refused(err) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		written := prior == nil || prior.moved(info) || len(w.wrong(prior.info(), cosclient.Written{})) > 0
		return written && len(w.wrong(info, cosclient.Written{})) == 0, nil
	}
}

// mustBeUnchanged makes sure that an upload replaces the object that the state
// describes and no other. An object that is gone may be created again. Tags
// that are there are carried over: an upload would drop them.
func (r *Resource) mustBeUnchanged(ctx context.Context, w *write, prior model) diag.Diagnostic {
	s, err := r.look(ctx, prior, w.encryption.CustomerKey, r.listed)
	if err == nil && s.verdict == unproved {
		err = s.why
	}
	switch {
	case err != nil:
		return tfdiag.Error(unableToUpdate, fmt.Sprintf("What is stored at %s could not be compared with the state, so it was not overwritten.", w.loc), err)
	case s.verdict == gone:
		w.forbidOverwrite = true
		return nil
	case s.verdict == changed || s.verdict == seen && prior.replacedBy(s.info):
		return diag.NewErrorDiagnostic(unableToUpdate, changedSince(w.loc))
	}
	if w.tags == nil && (s.verdict != seen || s.info.TaggingCount > 0) {
		if w.tags, err = r.data.Client.Tags(ctx, w.loc, ""); err != nil {
			return tfdiag.Error(unableToUpdate, fmt.Sprintf("The object %s has tags that an upload would drop, and they could not be read to be kept. Nothing was written.", w.loc), err)
		}
	}
	return nil
}

func changedSince(loc cosclient.Location) string {
	return fmt.Sprintf("The object %s was changed by someone else since it was last read, so it was not overwritten. Plan again to see what is there now.", loc)
}

// replacedBy reports whether another body than the recorded one is there. It
// is told by the ETag, and without one, as with write-only content, by the
// time and the length.
func (m model) replacedBy(info cosclient.Info) bool {
	now := m
	now.record(info)
	if !m.ETag.IsNull() {
		return info.ETag != m.ETag.ValueString()
	}
	return !m.LastModified.IsNull() && !now.LastModified.Equal(m.LastModified) || !now.ContentLength.Equal(m.ContentLength)
}

// moved reports whether an object has been written since it was recorded.
func (m model) moved(info cosclient.Info) bool {
	now := m
	now.record(info)
	return !now.ETag.Equal(m.ETag) || !now.LastModified.Equal(m.LastModified) || !now.VersionID.Equal(m.VersionID) || m.observed() != info.Encryption
}

// withdraw takes a version that failed its proof back. It reports whether the
// object is again what it was; without versions nothing is deleted.
func (r *Resource) withdraw(ctx context.Context, w write, out outcome, diags *diag.Diagnostics) bool {
	if id := out.written.VersionID; id == "" || id == nullVersion {
		return false // nothing is left of what was there before
	}
	if err := r.undo(ctx, w, out); err != nil {
		diags.Append(tfdiag.Warning("Version Not Deleted", fmt.Sprintf("The version %s of %s is not stored as declared, and it could not be deleted again.", out.written.VersionID, w.loc), err))
		return false
	}
	diags.AddWarning("Version Deleted Again", fmt.Sprintf("The version %s that had been written to %s is deleted again: it was not stored as declared. The version before it is the latest again.", out.written.VersionID, w.loc))
	return true
}
