// Package reencrypt brings the objects below a prefix to one encryption, by
// copies that COS makes itself: the action cos_reencrypt_objects, and what it
// does with each object, without Terraform's types (floor 3).
package reencrypt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Target says how objects are to be encrypted, and which ones.
type Target struct {
	Region, Bucket string
	Encryption     sse.Settings
	// Only are the encryptions to touch; empty: all that are not right.
	Only []audit.Encryption
	// ModifiedBefore leaves alone what was written at or after it, and has what
	// was written before it written again, even if it is right. Zero: neither.
	ModifiedBefore time.Time
	// IncludePublic touches objects that everybody may read as well.
	IncludePublic bool
	// DryRun writes nothing.
	DryRun bool
}

// hidesFromPublic reports a target under which COS no longer serves an object
// without a signature. Source: COS documentation, "Server-Side Encryption
// Overview".
func (t Target) hidesFromPublic() bool {
	return t.Encryption.Mode == sse.ModeKMS || t.Encryption.Mode == sse.ModeCustomer
}

// worker does one object at a time. It is safe for concurrent use.
type worker struct {
	target Target
	store  *store.Store
	looker *audit.Looker
	// publicBucket: what has no ACL of its own can be read by everybody.
	publicBucket bool
	estimate     *estimate // of a dry run
}

// newWorker asks what has to be known of the bucket before any object.
func newWorker(ctx context.Context, s *store.Store, t Target) (*worker, error) {
	w := &worker{target: t, store: s, looker: audit.NewLooker(s.Inspector, t.Region, t.Bucket), estimate: newEstimate(t)}
	if t.hidesFromPublic() && !t.IncludePublic {
		var err error
		if w.publicBucket, err = s.Client.PublicBucket(ctx, t.Region, t.Bucket); err != nil {
			return nil, fmt.Errorf("whether everybody may read the bucket %s could not be found out, which decides what is left alone unless include_public is set: %w", t.Bucket, err)
		}
	}
	return w, nil
}

// do brings one object to the target.
func (w *worker) do(ctx context.Context, entry cosclient.Entry) bulk.Result {
	found, gone, err := w.looker.Look(ctx, entry)
	switch {
	case gone:
		return bulk.Result{Kind: bulk.Gone}
	case err != nil:
		return bulk.FailureOf(err)
	}
	before := bulkaction.StateOf(found)
	result := w.decide(found)
	if result.Kind == bulk.Planned {
		result = w.bring(ctx, found)
	}
	result.Before, result.Bytes = before, found.Info.Length
	return result
}

// decide says what is to become of an object; Planned is the copy.
func (w *worker) decide(found audit.Finding) bulk.Result {
	info := found.Info
	right := w.target.Encryption.Matches(info.Encryption)
	modified := info.LastModified
	if found.Encryption == audit.CustomerUnknown {
		modified = found.Entry.LastModified // there is no HEAD of it
	}
	newer := !w.target.ModifiedBefore.IsZero() && !modified.Before(w.target.ModifiedBefore)
	switch {
	case len(w.target.Only) > 0 && !slices.Contains(w.target.Only, found.Encryption):
		return bulk.Result{Kind: bulk.Skipped, Reason: bulk.NotSelected}
	case found.Encryption == audit.CustomerUnknown && newer:
		return bulk.Result{Kind: bulk.Skipped, Reason: bulk.Newer}
	case found.Encryption == audit.CustomerUnknown:
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.CustomerUnknown, Hopeless: true, Err: bulkaction.ErrKeyNotThere}
	case right && (w.target.ModifiedBefore.IsZero() || newer):
		return bulk.Result{Kind: bulk.Right}
	case newer:
		return bulk.Result{Kind: bulk.Skipped, Reason: bulk.Newer}
	case info.Archived():
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.Archived, Hopeless: true, Err: fmt.Errorf("its storage class is %s, and it is not restored", info.StorageClass)}
	case info.ObjectType != "" && !strings.EqualFold(info.ObjectType, normalType):
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.AppendOrSymlink, Hopeless: true, Err: fmt.Errorf("its type is %s: a copy would make an ordinary object of it", info.ObjectType)}
	case len(info.Imposed) > 0:
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.Other, Hopeless: true, Err: errImposed}
	}
	return bulk.Result{Kind: bulk.Planned}
}

// errImposed is why a copy would lose a header, or store one that is not the
// object's own.
var errImposed = errors.New("COS shows a Content-Disposition in place of the object's own one (x-cos-force-download), which a copy could not keep: use an endpoint on which it does not, such as a custom domain of the bucket")

// normalType is what COS calls an object that is neither appendable nor a
// symbolic link. Source: COS API documentation, "APPEND Object".
const normalType = "normal"

// bring copies an object onto itself under the target's encryption, with all
// that it has, unless somebody else writes it meanwhile.
func (w *worker) bring(ctx context.Context, found audit.Finding) bulk.Result {
	info := found.Info
	loc := cosclient.Location{Region: w.target.Region, Bucket: w.target.Bucket, Key: found.Entry.Key}
	key, _ := w.store.Keyring.ByName(found.KeyName)
	write := store.Write{
		Location: loc, Old: loc, OldKey: key,
		Prior: &info, Expected: inspect.RecordOf(info, false),
		Length: info.Length, CRC64: info.CRC64,
		Attributes: info.Attributes, Encryption: w.target.Encryption,
		UnmodifiedSince: info.LastModified,
		BeforeComplete:  func(ctx context.Context) error { return w.unchanged(ctx, loc, key, info) },
	}
	if !w.target.DryRun || w.target.hidesFromPublic() && !w.target.IncludePublic {
		if err := w.store.ReadACL(ctx, &write); err != nil {
			return bulk.FailureOf(err)
		}
	}
	if w.target.hidesFromPublic() && !w.target.IncludePublic && (w.publicBucket && write.ACL == "" || write.AccessControl().Public()) {
		return bulk.Result{Kind: bulk.Skipped, Reason: bulk.Public}
	}
	if w.target.DryRun {
		w.estimate.add(found)
		return bulk.Result{Kind: bulk.Planned}
	}
	return w.proved(ctx, write, w.store.CopyStored(ctx, write))
}

// unchanged looks again at an object before its parts replace it.
func (w *worker) unchanged(ctx context.Context, loc cosclient.Location, key sse.CustomerKey, was cosclient.Info) error {
	now, err := w.store.Client.Head(ctx, loc, cosclient.HeadInput{CustomerKey: key})
	if err != nil {
		return err
	}
	if now.ETag != was.ETag || now.VersionID != was.VersionID || !now.LastModified.Equal(was.LastModified) || now.TaggingCount != was.TaggingCount || len(was.Differences(now.Attributes)) > 0 {
		return store.ErrChangedSince
	}
	return nil
}

// proved is the outcome of a copy that was read back.
func (w *worker) proved(ctx context.Context, write store.Write, out store.Outcome) bulk.Result {
	if out.Landed && out.Err == nil && out.Info.TaggingCount != write.Prior.TaggingCount {
		out.Wrong = append(out.Wrong, fmt.Sprintf("  - tags: asked for %d, found %d", write.Prior.TaggingCount, out.Info.TaggingCount))
	}
	switch {
	case out.Mismatch():
		err := fmt.Errorf("%s is not stored as asked for:\n%s", write.Location, strings.Join(out.Wrong, "\n"))
		if inspect.VersionOf(out.Written.VersionID) != "" {
			// The version before it is still there, and becomes the current one.
			if undo := w.store.Undo(ctx, write, out); undo != nil {
				err = fmt.Errorf("%w\nThe version %s could not be removed again: %w", err, out.Written.VersionID, undo)
			}
		}
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.Other, Err: err, After: bulkaction.State(out.Info)}
	case out.Unproved:
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.Other, Err: fmt.Errorf("it is copied, and could not be read back to prove it: %w", out.Err), After: bulkaction.State(out.Info)}
	case out.Err != nil:
		return bulk.FailureOf(out.Err)
	}
	return bulk.Result{Kind: bulk.Done, After: bulkaction.State(out.Info)}
}
