package object

import (
	"context"
	"time"

	"github.com/cos-terraform/terraform-provider-cos/internal/arguments"
	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
	"github.com/cos-terraform/terraform-provider-cos/internal/providerdata"
)

// listedUnchanged reports whether the listing proves that the object is the
// recorded one, so that HEAD is not needed. If it does not, HEAD
// decides: a listing may lag behind, and never says that an object is gone or
// another one.
//
// A write by someone else moves the time that the listing shows, also one of
// only the headers or the encryption, which is a copy. What it cannot show is
// such a write of the same bytes in the very second in which the state was
// recorded; see the documentation of the resource.
func listedUnchanged(ctx context.Context, state model, data *providerdata.Data) bool {
	if !state.complete() {
		return false
	}
	loc := state.location()
	return data.Listing.Unchanged(ctx, loc.Region, loc.Bucket, state.listed())
}

// complete reports whether a state records everything that HEAD returns. What was
// taken from a listing or is kept out of the state, as the checksums of a
// write-only body are, needs a HEAD.
func (m model) complete() bool {
	return arguments.Known(m.ETag) && arguments.Known(m.ContentCRC64) && arguments.Known(m.LastModified) && arguments.Known(m.StorageClass) && !m.ContentLength.IsNull()
}

// listed is what a listing should show of the recorded object.
func (m model) listed() listing.Object {
	modified, _ := time.Parse(time.RFC3339, m.LastModified.ValueString()) // zero: equals nothing
	return listing.Object{
		Key:          m.Key.ValueString(),
		ETag:         m.ETag.ValueString(),
		StorageClass: m.StorageClass.ValueString(),
		Size:         m.ContentLength.ValueInt64(),
		LastModified: modified,
	}
}
