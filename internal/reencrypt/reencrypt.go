// Package reencrypt implements the action cos_reencrypt_objects, which
// re-encrypts the objects below a prefix with server-side copies. It belongs to
// layer 3; what it does with each object uses no Terraform types.
package reencrypt

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Target describes the required encryption and the objects to change.
type Target struct {
	Region, Bucket string
	Encryption     sse.Settings
	// Only are the encryptions to replace; empty means all that differ from the
	// target.
	Only []audit.Encryption
	// ModifiedBefore skips objects written at or after it, and rewrites older
	// ones even if they have the required encryption. The zero time does neither.
	ModifiedBefore time.Time
	// IncludePublic also changes objects that everybody can read.
	IncludePublic bool
	// DryRun writes nothing.
	DryRun bool
}

// hidesFromPublic reports whether COS refuses unsigned requests for objects with
// the target's encryption. Source: COS documentation, "Server-Side Encryption
// Overview".
func (t Target) hidesFromPublic() bool {
	return t.Encryption.Mode == sse.ModeKMS || t.Encryption.Mode == sse.ModeCustomer
}

// worker processes single objects. It is safe for concurrent use.
type worker struct {
	target Target
	store  *store.Store
	looker *audit.Looker
	// publicBucket means that everybody can read objects without an ACL of their
	// own.
	publicBucket bool
	estimate     *bulkaction.Estimate // of a dry run
}

// newWorker asks what has to be known of the bucket before any object.
func newWorker(ctx context.Context, s *store.Store, t Target, now func() time.Time) (*worker, error) {
	w := &worker{target: t, store: s, looker: audit.NewLooker(s.Inspector, t.Region, t.Bucket), estimate: &bulkaction.Estimate{Mode: t.Encryption.Mode, Sizes: s.CutSizes(), Now: now, Looks: looks, Replaces: true}}
	if t.hidesFromPublic() && !t.IncludePublic {
		var err error
		if w.publicBucket, err = s.Client.PublicBucket(ctx, t.Region, t.Bucket); err != nil {
			return nil, fmt.Errorf("whether everybody may read the bucket %s could not be found out, which decides what is left alone unless include_public is set: %w", t.Bucket, err)
		}
	}
	return w, nil
}

// do processes one object.
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

// decide returns the result for an object that is not copied, or Planned if it
// has to be copied.
func (w *worker) decide(found audit.Finding) bulk.Result {
	info := found.Info
	right := w.target.Encryption.Matches(info.Encryption)
	modified := info.LastModified
	if found.Encryption == audit.CustomerUnknown {
		modified = found.Entry.LastModified // it has no HEAD response
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
	}
	return bulkaction.Copyable(info)
}

// looks is how many requests an object takes besides its copy: HEAD, its ACL, and
// HEAD again.
const looks = 3

// bring copies an object onto itself with the target's encryption and all its
// properties, unless someone else writes it in the meantime.
func (w *worker) bring(ctx context.Context, found audit.Finding) bulk.Result {
	info := found.Info
	loc := cosclient.Location{Region: w.target.Region, Bucket: w.target.Bucket, Key: found.Entry.Key}
	key, _ := w.store.Keyring.ByName(found.KeyName)
	lock := cosclient.Lock{} // a copy does not take over the lock of its source
	if info.Lock.InForce(time.Now()) && inspect.VersionOf(info.VersionID) != "" {
		lock = info.Lock
	}
	write := store.Write{
		Location: loc, Old: loc, OldKey: key, Lock: lock,
		Prior: &info, Expected: inspect.RecordOf(info, false),
		Length: info.Length, CRC64: info.CRC64,
		Attributes: info.Attributes, Encryption: w.target.Encryption,
		UnmodifiedSince: info.LastModified,
		BeforeComplete:  func(ctx context.Context) error { return bulkaction.Unchanged(ctx, w.store, loc, key, info) },
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
		w.estimate.Add(found)
		return bulk.Result{Kind: bulk.Planned}
	}
	return bulkaction.Proved(ctx, w.store, write, w.store.CopyStored(ctx, write), false)
}
