package bulkaction

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/encryption"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Wanted returns the encryption of copies: the declared one, or the provider's
// default. known is false while it depends on an unknown value.
func Wanted(declared encryption.Declared, data *providerdata.Data) (settings sse.Settings, known bool, diags diag.Diagnostics) {
	if !declared.Any() && declared.SSEKMSKeyID.IsNull() && declared.SSEContext.IsNull() {
		declared = declared.WithDefault(data)
	}
	if !declared.Any() {
		diags.AddError("No Encryption", "Nothing says how the objects are to be encrypted: set server_side_encryption or sse_customer_key_name here, or default_encryption in the provider block.")
		return settings, false, diags
	}
	e, diags := declared.Resolved(data)
	diags.Append(e.Allowed(declared, data.Policy)...)
	return e.Settings, e.ModeKnown && (e.Mode != sse.ModeCustomer || e.KeyKnown) && !declared.SSEKMSKeyID.IsUnknown(), diags
}

// errImposed is returned if a copy would lose a header, or store one that is not
// the object's own.
var errImposed = errors.New("COS shows a Content-Disposition in place of the object's own one (x-cos-force-download), which a copy could not keep: use an endpoint on which it does not, such as a custom domain of the bucket")

// Copyable returns Planned if a copy preserves the object, and otherwise the
// reason why it fails.
func Copyable(info cosclient.Info) bulk.Result {
	failed := func(reason bulk.Reason, err error) bulk.Result {
		return bulk.Result{Kind: bulk.Failed, Reason: reason, Hopeless: true, Err: err}
	}
	switch {
	case info.Archived():
		return failed(bulk.Archived, fmt.Errorf("its storage class is %s, and it is not restored", className(info)))
	case info.Special():
		return failed(bulk.AppendOrSymlink, fmt.Errorf("its type is %s: a copy would make an ordinary object of it", info.ObjectType))
	case len(info.Imposed) > 0:
		return failed(bulk.Other, errImposed)
	}
	return bulk.Result{Kind: bulk.Planned}
}

// className returns the storage class of an object, with its tier if it has one.
func className(info cosclient.Info) string {
	if info.StorageTier == "" {
		return info.StorageClass
	}
	return fmt.Sprintf("%s (%s)", info.StorageClass, info.StorageTier)
}

// Unchanged checks the source of a multipart copy again before the upload is
// completed.
func Unchanged(ctx context.Context, s *store.Store, loc cosclient.Location, key sse.CustomerKey, was cosclient.Info) error {
	now, err := s.Client.Head(ctx, loc, cosclient.HeadInput{CustomerKey: key})
	if err != nil {
		return err
	}
	if now.ETag != was.ETag || now.VersionID != was.VersionID || !now.LastModified.Equal(was.LastModified) || now.TaggingCount != was.TaggingCount || len(was.Differences(now.Attributes)) > 0 {
		return store.ErrChangedSince
	}
	return nil
}

// Proved returns the result of a copy that was read back. A copy that does not
// match the request is removed if it created the object, or if removing it
// restores the previous version.
func Proved(ctx context.Context, s *store.Store, write store.Write, out store.Outcome, created bool) bulk.Result {
	if out.Landed && out.Err == nil && out.Info.TaggingCount != write.Prior.TaggingCount {
		out.Wrong = append(out.Wrong, fmt.Sprintf("  - tags: asked for %d, found %d", write.Prior.TaggingCount, out.Info.TaggingCount))
	}
	switch {
	case out.Mismatch():
		err := fmt.Errorf("%s is not stored as asked for:\n%s", write.Location, strings.Join(out.Wrong, "\n"))
		if created || inspect.VersionOf(out.Written.VersionID) != "" {
			if undo := s.Undo(ctx, write, out); undo != nil {
				err = fmt.Errorf("%w\nThe copy %scould not be removed again: %w", err, versionText(out.Written.VersionID), undo)
			}
		}
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.Other, Err: err, After: State(out.Info)}
	case out.Unproved:
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.Other, Err: fmt.Errorf("it is copied, and could not be read back to prove it: %w", out.Err), After: State(out.Info)}
	case errors.Is(out.Err, store.ErrVanished) && write.Location != write.Old:
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.Other, Err: fmt.Errorf("the copy %s: %w", write.Location, out.Err)} // its source is still there
	case out.Err != nil:
		return bulk.FailureOf(out.Err)
	}
	return bulk.Result{Kind: bulk.Done, After: State(out.Info)}
}

func versionText(id string) string {
	if id == "" {
		return ""
	}
	return "(version " + id + ") "
}
