package object

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/tfdiag"
)

// keyOf is findKey with the provider's keyring.
func (r *Resource) keyOf(m model, declared sse.CustomerKey) (key sse.CustomerKey, readable bool) {
	return findKey(m, declared, r.data.Keyring)
}

// copyStored lets COS copy the stored object, onto itself or to another
// address. A copy drops what it does not name, so all that the object has is
// named again, and it is guarded by the ETag: an object that somebody else has
// changed since is neither overwritten nor moved.
func (r *Resource) copyStored(ctx context.Context, w write, diags *diag.Diagnostics) outcome {
	etag := w.expected.ETag
	if etag == "" { // write-only content
		info, err := r.data.Client.Head(ctx, w.old, cosclient.HeadInput{CustomerKey: w.oldKey})
		if err == nil && !w.expected.Is(info) {
			err = errors.New(changedSince(w.old))
		}
		if err != nil {
			return outcome{err: err}
		}
		etag = info.ETag
	}
	kept := r.keepACL(ctx, w.old, &w)
	if diags.Append(kept...); kept.HasError() {
		return outcome{}
	}
	return r.copied(ctx, w, cosclient.CopyInput{
		Source:          w.old,
		SourceKey:       w.oldKey,
		IfMatch:         etag,
		ReplaceMetadata: true,
		Attributes:      w.stored,
		Encryption:      w.encryption,
		Tags:            w.tags,
		ACL:             w.acl,
		ForbidOverwrite: w.forbidOverwrite,
		Landed:          r.copyLanded(w),
	})
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
	// put is the largest file that is uploaded in one request: if a part is
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
// and the one that was there, if any, was not, or it has been written since.
func (r *Resource) copyLanded(w write) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		info, err := r.data.Client.Head(ctx, w.loc, cosclient.HeadInput{CustomerKey: w.encryption.CustomerKey})
		if errors.Is(err, cosclient.ErrNotFound) || inspect.Refused(err) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		written := w.prior == nil || w.loc != w.old || !w.expected.Is(info) || len(w.wrong(w.prior.info(), cosclient.Written{})) > 0
		return written && len(w.wrong(info, cosclient.Written{})) == 0, nil
	}
}

// mustBeUnchanged makes sure that an upload replaces the object that the state
// describes and no other. An object that is gone may be created again. Tags
// that are there are carried over: an upload would drop them.
func (r *Resource) mustBeUnchanged(ctx context.Context, w *write) diag.Diagnostic {
	key, _ := r.keyOf(*w.prior, w.encryption.CustomerKey)
	s, err := r.data.Inspector().Inspect(ctx, inspect.Target{Location: w.old, Expected: w.expected, Key: key})
	if err == nil && s.Status == inspect.Unverified {
		err = s.Why
	}
	switch {
	case err != nil:
		return tfdiag.Error(unableToUpdate, fmt.Sprintf("What is stored at %s could not be compared with the state, so it was not overwritten.", w.old), err)
	case s.Status == inspect.Gone:
		w.forbidOverwrite = true
		return nil
	case s.Status == inspect.Changed || s.Status == inspect.Read && !w.expected.Is(s.Info):
		return diag.NewErrorDiagnostic(unableToUpdate, changedSince(w.old))
	}
	if w.tags == nil && (s.Status != inspect.Read || s.Info.TaggingCount > 0) {
		if w.tags, err = r.data.Client.Tags(ctx, w.old, ""); err != nil {
			return tfdiag.Error(unableToUpdate, fmt.Sprintf("The object %s has tags that an upload would drop, and they could not be read to be kept. Nothing was written.", w.old), err)
		}
	}
	return nil
}

func changedSince(loc cosclient.Location) string {
	return fmt.Sprintf("The object %s was changed by someone else since it was last read, so it was not overwritten. Plan again to see what is there now.", loc)
}

// withdraw takes a version that failed its proof back. It reports whether the
// object is again what it was; without versions nothing is deleted.
func (r *Resource) withdraw(ctx context.Context, w write, out outcome, diags *diag.Diagnostics) bool {
	if inspect.VersionOf(out.written.VersionID) == "" {
		return false // nothing is left of what was there before
	}
	if err := r.undo(ctx, w, out); err != nil {
		diags.Append(tfdiag.Warning("Version Not Deleted", fmt.Sprintf("The version %s of %s is not stored as declared, and it could not be deleted again.", out.written.VersionID, w.loc), err))
		return false
	}
	diags.AddWarning("Version Deleted Again", fmt.Sprintf("The version %s that had been written to %s is deleted again: it was not stored as declared. The version before it is the latest again.", out.written.VersionID, w.loc))
	return true
}
