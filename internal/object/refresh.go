package object

import (
	"context"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// listedUnchanged reports whether the listing proves that the object is the
// recorded one, which saves the HEAD. Otherwise only a HEAD can decide: a listing
// may be outdated, so it never proves that an object was deleted or changed.
//
// Every write by others changes the time in the listing, even one that only changes
// headers or encryption, which is a copy. The exception is a write of the same
// bytes in the very second in which the state was recorded; see the documentation
// of the resource.
func listedUnchanged(ctx context.Context, state model, data *providerdata.Data) bool {
	if !state.complete() {
		return false
	}
	loc := state.location()
	return data.Listing.Unchanged(ctx, loc.Region, loc.Bucket, state.listed())
}

// complete reports whether the state records everything that a HEAD returns. It
// does not if values came from a listing, or if they are kept out of the state, as
// the checksums of a write-only body are.
func (m model) complete() bool {
	return arguments.Known(m.ETag) && arguments.Known(m.ContentCRC64) && arguments.Known(m.LastModified) && arguments.Known(m.StorageClass) && !m.ContentLength.IsNull()
}

// listed returns the listing entry that the recorded object should have.
func (m model) listed() listing.Object {
	modified, _ := time.Parse(time.RFC3339, m.LastModified.ValueString()) // the zero time on errors, which equals no entry
	return listing.Object{
		Key:          m.Key.ValueString(),
		ETag:         m.ETag.ValueString(),
		StorageClass: m.StorageClass.ValueString(),
		Size:         m.ContentLength.ValueInt64(),
		LastModified: modified,
	}
}
