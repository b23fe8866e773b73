package providerdata

import (
	"context"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
	"github.com/cos-terraform/terraform-provider-cos/internal/listing"
)

// Connect creates the client, and the listing cache that the client notifies
// before each write.
func (d *Data) Connect(cfg cosclient.Config) error {
	cfg.Writing = func(loc cosclient.Location) { d.Listing.Forget(loc.Region, loc.Bucket, loc.Key) }
	cfg.Answered = func(loc cosclient.Location) { d.Buckets.Proved(loc.Region, loc.Bucket) }
	client, err := cosclient.New(cfg)
	if err != nil {
		return err
	}
	d.Client, d.Listing = client, listing.New(lister{client})
	return nil
}

// Listed returns an entry of a page as listings keep it.
func Listed(e cosclient.Entry) listing.Object {
	return listing.Object{Key: e.Key, ETag: e.ETag, StorageClass: e.StorageClass, Size: e.Size, LastModified: e.LastModified}
}

// lister requests pages of the listing for the cache.
type lister struct{ client *cosclient.Client }

func (l lister) Page(ctx context.Context, q listing.Query) (listing.Page, error) {
	got, err := l.client.List(ctx, q.Region, q.Bucket, cosclient.ListInput{Prefix: q.Prefix, Marker: q.Marker})
	if err != nil {
		return listing.Page{}, err
	}
	page := listing.Page{Objects: make([]listing.Object, 0, len(got.Entries)), Truncated: got.Truncated, Made: got.Date}
	for _, e := range got.Entries {
		page.Objects = append(page.Objects, Listed(e))
	}
	return page, nil
}
