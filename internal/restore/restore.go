// Package restore implements the action cos_restore_objects, which restores the
// archived objects under a prefix. It belongs to layer 3.
package restore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
)

// Tiers of a restoration. Source: COS API documentation, "POST Object restore".
const (
	Expedited = "Expedited"
	Standard  = "Standard"
	Bulk      = "Bulk"
)

// takes describes the duration of each tier by storage class. A missing tier is
// not offered. Source: as above.
var takes = map[string]map[string]string{
	"ARCHIVE":      {Expedited: "1 to 5 minutes", Standard: "3 to 5 hours", Bulk: "5 to 12 hours"},
	"DEEP_ARCHIVE": {Standard: "12 to 24 hours", Bulk: "24 to 48 hours"},
}

// offered reports whether a storage class supports a tier. For classes missing
// from the documentation, COS decides.
func offered(class, tier string) bool {
	tiers, known := takes[class]
	return !known || tiers[tier] != ""
}

// Target describes how objects are restored.
type Target struct {
	Region, Bucket string
	Days           int
	Tier           string
	// Wait waits until all objects are restored, for at most Timeout.
	Wait    bool
	Timeout time.Duration
	// DryRun sends no request that starts a restoration.
	DryRun bool
}

// worker restores one object at a time. It is safe for concurrent use.
type worker struct {
	target    Target
	inspector inspect.Inspector
	looker    *audit.Looker
	now       func() time.Time
	// pause waits between two checks of an object that is being restored.
	pause    func(context.Context, time.Duration) error
	deadline time.Time

	mu     sync.Mutex
	counts map[string]*costs // of a dry run, by storage class
	soon   time.Time         // when the first previously restored object is archived again
	// leaving are the keys of objects that COS restores out of an archive tier of
	// intelligent tiering. After that, nothing shows that they were restored.
	leaving map[string]bool
	told    time.Time
	tell    func(string)
}

type costs struct {
	objects int
	bytes   int64
}

// look determines whether there is something to restore. If not, decided is the
// result. The storage class in the listing saves the HEAD for objects that are
// not archived.
func (w *worker) look(ctx context.Context, entry cosclient.Entry) (found audit.Finding, decided *bulk.Result) {
	decide := func(r bulk.Result) (audit.Finding, *bulk.Result) {
		r.Before = stateOf(found)
		return found, &r
	}
	if entry.StorageClass != "" && !entry.InArchive() {
		found.Entry = entry
		return decide(bulk.Result{Kind: bulk.Skipped, Reason: bulk.NotArchived})
	}
	found, gone, err := w.looker.Look(ctx, entry)
	info := found.Info
	switch {
	case gone:
		return decide(bulk.Result{Kind: bulk.Gone})
	case err != nil:
		return decide(bulk.FailureOf(err))
	case found.Encryption == audit.CustomerUnknown:
		return decide(bulk.Result{Kind: bulk.Failed, Reason: bulk.CustomerUnknown, Hopeless: true, Err: bulkaction.ErrKeyNotThere})
	case !info.InArchive():
		return decide(bulk.Result{Kind: bulk.Skipped, Reason: bulk.NotArchived})
	case !info.Archived():
		return decide(bulk.Result{Kind: bulk.Right})
	case info.Restoring():
		return decide(bulk.Result{Kind: bulk.UnderWay})
	}
	return found, nil
}

// request starts the restoration of an object.
func (w *worker) request(ctx context.Context, entry cosclient.Entry) bulk.Result {
	found, decided := w.look(ctx, entry)
	if decided != nil {
		switch decided.Kind {
		case bulk.Right:
			w.restoredEarlier(found.Info)
		case bulk.UnderWay:
			w.noteLeaving(found)
		}
		return *decided
	}
	info := found.Info
	if !offered(info.StorageClass, w.target.Tier) {
		err := fmt.Errorf("its storage class %s is not restored by the tier %s: use Standard or Bulk", info.StorageClass, w.target.Tier)
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.TierNotOffered, Hopeless: true, Err: err, Before: stateOf(found)}
	}
	if w.target.DryRun {
		w.add(info)
		return bulk.Result{Kind: bulk.Planned, Before: stateOf(found)}
	}
	loc := cosclient.Location{Region: w.target.Region, Bucket: w.target.Bucket, Key: entry.Key}
	key, _ := w.inspector.Keyring.ByName(found.KeyName)
	result := bulk.Result{Kind: bulk.Requested, Bytes: info.Length}
	err := w.inspector.Client.Restore(ctx, loc, cosclient.RestoreInput{Days: w.target.Days, Tier: w.target.Tier, CustomerKey: key})
	switch {
	case err == nil:
		w.noteLeaving(found)
	case errors.Is(err, cosclient.ErrRestoreInProgress):
		w.noteLeaving(found)
		result = bulk.Result{Kind: bulk.UnderWay} // started by another client, or by a request whose response was lost
	case errors.Is(err, cosclient.ErrNotArchived):
		result = bulk.Result{Kind: bulk.Skipped, Reason: bulk.NotArchived} // overwritten in the meantime
	default:
		result = bulk.FailureOf(err)
	}
	result.Before = stateOf(found)
	return result
}

// await waits until an object that is being restored can be read. The results of
// all other objects have already been reported by request.
func (w *worker) await(ctx context.Context, entry cosclient.Entry) bulk.Result {
	for {
		found, decided := w.look(ctx, entry)
		switch {
		case decided != nil && decided.Kind == bulk.Skipped && w.left(entry.Key):
			return bulk.Result{Kind: bulk.Done, Bytes: entry.Size, After: decided.Before}
		case decided == nil, decided.Kind == bulk.Skipped, decided.Kind == bulk.Failed && decided.Reason == bulk.CustomerUnknown:
			return bulk.Result{Told: true}
		case decided.Kind == bulk.Right:
			return bulk.Result{Kind: bulk.Done, Bytes: found.Info.Length, After: decided.Before}
		case decided.Kind != bulk.UnderWay:
			return *decided
		}
		every := w.every(found.Info.StorageClass)
		if w.now().Add(every).After(w.deadline) {
			return *decided
		}
		w.waiting(every)
		if err := w.pause(ctx, every); err != nil {
			return bulk.Result{Kind: bulk.Interrupted, Before: decided.Before}
		}
	}
}

// every returns the interval between checks of an object that is being restored.
func (w *worker) every(class string) time.Duration {
	switch {
	case w.target.Tier == Expedited && class == "ARCHIVE":
		return 15 * time.Second
	case class == "ARCHIVE":
		return 2 * time.Minute
	}
	return 5 * time.Minute
}

// waiting occasionally reports that the run is still waiting.
func (w *worker) waiting(every time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := w.now(); now.Sub(w.told) >= time.Minute {
		w.told = now
		w.tell(fmt.Sprintf("Waiting for COS to restore: the next look is in %s, and the wait ends at %s at the latest.", every, w.deadline.UTC().Format(time.RFC3339)))
	}
}

// noteLeaving records an object in an archive tier.
func (w *worker) noteLeaving(found audit.Finding) {
	if cosclient.InArchive(found.Info.StorageClass) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.leaving[found.Entry.Key] = true
}

// left reports whether an object was in an archive tier.
func (w *worker) left(key string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.leaving[key]
}

func (w *worker) restoredEarlier(info cosclient.Info) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if until := info.RestoredUntil(); !until.IsZero() && (w.soon.IsZero() || until.Before(w.soon)) {
		w.soon = until
	}
}

func (w *worker) add(info cosclient.Info) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.counts[info.StorageClass]
	if c == nil {
		c = &costs{}
		w.counts[info.StorageClass] = c
	}
	c.objects++
	c.bytes += info.Length
}

func stateOf(found audit.Finding) bulk.State {
	state := bulkaction.StateOf(found)
	state.StorageClass = found.Entry.StorageClass
	if found.Info.StorageClass != "" {
		state.StorageClass = found.Info.StorageClass
	}
	if until := found.Info.RestoredUntil(); !until.IsZero() && !found.Info.Archived() {
		state.RestoredUntil = until.UTC().Format(time.RFC3339)
	}
	return state
}
