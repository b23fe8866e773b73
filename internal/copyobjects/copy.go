// Package copyobjects implements the action cos_copy_objects. It copies the
// objects under a prefix to another prefix, bucket or region with one encryption,
// using server-side copies. It belongs to layer 3.
package copyobjects

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cos-terraform/terraform-provider-cos/internal/audit"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulk"
	"github.com/cos-terraform/terraform-provider-cos/internal/bulkaction"
	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/inspect"
	"github.com/cos-terraform/terraform-provider-cos/internal/sse"
	"github.com/cos-terraform/terraform-provider-cos/internal/store"
)

// Place is a location of objects.
type Place struct{ Region, Bucket, Prefix string }

// Overlap explains why objects cannot be copied between two places. It returns ""
// if they can.
func Overlap(source, to Place) string {
	switch {
	case source.Region != to.Region || source.Bucket != to.Bucket:
		return ""
	case source.Prefix == to.Prefix:
		return "The objects would be copied onto themselves. To encrypt them anew where they are, use the action cos_reencrypt_objects."
	case strings.HasPrefix(to.Prefix, source.Prefix):
		return fmt.Sprintf("The target %q is below the source %q: copies would be copied again. Choose prefixes of which neither begins with the other.", to.Prefix, source.Prefix)
	case strings.HasPrefix(source.Prefix, to.Prefix):
		return fmt.Sprintf("The source %q is below the target %q: a copy could replace an object that is still to be copied. Choose prefixes of which neither begins with the other.", source.Prefix, to.Prefix)
	}
	return ""
}

// Target describes where objects are copied to and how they are stored there.
type Target struct {
	Source, To   Place
	Encryption   sse.Settings
	StorageClass string // "" keeps the class of each object
	// Overwrite replaces different objects at the target.
	Overwrite bool
	// DryRun writes nothing.
	DryRun bool
}

// worker copies one object at a time. It is safe for concurrent use.
type worker struct {
	target   Target
	store    *store.Store
	looker   *audit.Looker // for the source
	estimate *bulkaction.Estimate
}

// looks is the number of requests per object besides its copy: a HEAD of the
// source and of the target, the source's ACL, and a HEAD of the copy.
const looks = 4

// do copies one object unless a correct copy exists.
func (w *worker) do(ctx context.Context, entry cosclient.Entry) bulk.Result {
	to := cosclient.Location{Region: w.target.To.Region, Bucket: w.target.To.Bucket, Key: w.target.To.Prefix + strings.TrimPrefix(entry.Key, w.target.Source.Prefix)}
	if strings.Trim(to.Key, "/") == "" { // the marker of the folder itself
		return bulk.Result{Kind: bulk.Skipped, Reason: bulk.NoKey}
	}
	if err := cosclient.CheckKey(to.Key); err != nil {
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.Unaddressable, Hopeless: true, Target: to.Key, Err: fmt.Errorf("its key at the target: %w", err)}
	}
	found, gone, err := w.looker.Look(ctx, entry)
	var result bulk.Result
	switch {
	case gone:
		return bulk.Result{Kind: bulk.Gone, Target: to.Key}
	case err != nil:
		result = bulk.FailureOf(err)
	case found.Encryption == audit.CustomerUnknown:
		result = bulk.Result{Kind: bulk.Failed, Reason: bulk.CustomerUnknown, Hopeless: true, Err: bulkaction.ErrKeyNotThere}
	default:
		result = w.bring(ctx, found, to)
	}
	result.Target, result.Before, result.Bytes = to.Key, bulkaction.StateOf(found), found.Info.Length
	return result
}

// write returns the copy of an object with all its attributes. The copy fails if
// another client writes the source in the meantime.
func (w *worker) write(found audit.Finding, to cosclient.Location) store.Write {
	info := found.Info
	from := cosclient.Location{Region: w.target.Source.Region, Bucket: w.target.Source.Bucket, Key: found.Entry.Key}
	key, _ := w.store.Keyring.ByName(found.KeyName)
	attributes := info.Attributes
	if w.target.StorageClass != "" {
		attributes.StorageClass = w.target.StorageClass
	}
	return store.Write{
		Location: to, Old: from, OldKey: key,
		Prior: &info, Expected: inspect.RecordOf(info, false),
		Length: info.Length, CRC64: info.CRC64,
		Attributes: attributes, Encryption: w.target.Encryption,
		UnmodifiedSince: info.LastModified,
		BeforeComplete: func(ctx context.Context) error {
			if err := bulkaction.Unchanged(ctx, w.store, from, key, info); err != nil || w.target.Overwrite {
				return err
			}
			// COS ignores the header that forbids to overwrite in buckets with versions,
			// and a large copy takes minutes.
			there, err := w.at(ctx, to)
			if err == nil && there.exists {
				err = cosclient.ErrAlreadyExists
			}
			return err
		},
		ForbidOverwrite: !w.target.Overwrite,
	}
}

// bring creates the copy unless a correct one exists.
func (w *worker) bring(ctx context.Context, found audit.Finding, to cosclient.Location) bulk.Result {
	write := w.write(found, to)
	there, err := w.at(ctx, to)
	switch {
	case err != nil:
		return bulk.FailureOf(err)
	case there.right(write):
		return bulk.Result{Kind: bulk.Right, After: bulkaction.State(there.info)}
	}
	if able := bulkaction.Copyable(found.Info); able.Kind != bulk.Planned {
		return able
	}
	if there.exists && !w.target.Overwrite {
		return bulk.Result{Kind: bulk.Failed, Reason: bulk.Exists, Hopeless: !there.onlyBodyUnknown(write), Err: there.differs(write), After: there.state()}
	}
	if w.target.DryRun {
		w.estimate.Add(found)
		return bulk.Result{Kind: bulk.Planned}
	}
	if err := w.store.ReadACL(ctx, &write); err != nil {
		return bulk.FailureOf(err)
	}
	return bulkaction.Proved(ctx, w.store, write, w.store.CopyStored(ctx, write), !there.exists)
}

// occupant is the object at the address of a copy, if any.
type occupant struct {
	exists bool
	opaque bool // encrypted with a customer key other than the target's
	info   cosclient.Info
}

// at inspects the address of a copy.
func (w *worker) at(ctx context.Context, to cosclient.Location) (occupant, error) {
	info, err := w.store.Head(ctx, to, cosclient.HeadInput{CustomerKey: w.target.Encryption.CustomerKey})
	switch {
	case err == nil:
		return occupant{exists: true, info: info}, nil
	case errors.Is(err, cosclient.ErrNotFound):
		return occupant{}, w.store.ConfirmGone(ctx, to, err)
	case errors.Is(err, cosclient.ErrBadRequest):
		return occupant{exists: true, opaque: true}, nil
	}
	return occupant{}, fmt.Errorf("what is at the target %s could not be found out: %w", to, err)
}

// right reports whether the existing object equals the copy to be made: the same
// bytes and headers, the same number of tags, and the wanted encryption.
func (o occupant) right(w store.Write) bool {
	return o.exists && !o.opaque && len(o.differences(w)) == 0
}

// sameBody compares the CRC64, or the ETag if COS has no CRC64 for an older
// object. Equal bytes may have different ETags, but not vice versa.
func (o occupant) sameBody(w store.Write) bool {
	switch {
	case o.info.Length != w.Length:
		return false
	case o.info.CRC64 != "" && w.CRC64 != "":
		return o.info.CRC64 == w.CRC64
	}
	return o.info.ETag != "" && o.info.ETag == w.Prior.ETag
}

// differences names what differs from the copy to be made.
func (o occupant) differences(w store.Write) []string {
	var all []string
	add := func(what string, differs bool) {
		if differs {
			all = append(all, what)
		}
	}
	attributes := o.info.Attributes
	o.info.Imposed.Replace(&attributes, w.Attributes)
	body := "body"
	if o.info.Length == w.Length && (o.info.CRC64 == "" || w.CRC64 == "") {
		body = bodyUnknown
	}
	add(body, !o.sameBody(w))
	add("encryption", !w.Encryption.Matches(o.info.Encryption))
	for _, d := range w.Attributes.Differences(attributes) {
		add(d.Name, true)
	}
	add("tags", o.info.TaggingCount != w.Prior.TaggingCount)
	return all
}

// bodyUnknown is the difference of a body that cannot be compared.
const bodyUnknown = "body, as far as can be told: COS has no CRC64 of it"

// onlyBodyUnknown reports an object that may be an earlier copy of the source.
func (o occupant) onlyBodyUnknown(w store.Write) bool {
	all := o.differences(w)
	return !o.opaque && len(all) == 1 && all[0] == bodyUnknown
}

// differs returns the error for a different object that is not replaced.
func (o occupant) differs(w store.Write) error {
	if o.opaque {
		return fmt.Errorf("there is an object at %s, under a customer key", w.Location)
	}
	return fmt.Errorf("there is an object at %s that differs in: %s", w.Location, strings.Join(o.differences(w), ", "))
}

func (o occupant) state() bulk.State {
	if o.opaque {
		return bulk.State{Encryption: string(audit.CustomerUnknown)}
	}
	return bulkaction.State(o.info)
}
