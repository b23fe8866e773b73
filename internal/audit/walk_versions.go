package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// versionPages are the pages of the versions and delete markers: by key, and of
// a key the latest first.
type versionPages struct {
	client                   *cosclient.Client
	query                    Query
	keyMarker, versionMarker string
	passed                   map[string]bool // version markers of the key that the last page ended in
}

func (p *versionPages) next(ctx context.Context) ([]Finding, bool, error) {
	prefix := p.query.Prefix
	if p.query.Key != "" {
		prefix = p.query.Key
	}
	versions, nextKey, nextVersion, more, err := p.client.ListVersions(ctx, p.query.Region, p.query.Bucket, prefix, p.keyMarker, p.versionMarker)
	if err == nil && more {
		err = p.advance(nextKey, nextVersion)
	}
	if err != nil {
		return nil, false, fmt.Errorf("the versions of the bucket %s could not be listed: %w", p.query.Bucket, err)
	}
	found := make([]Finding, 0, len(versions))
	for _, v := range versions {
		if p.query.Key != "" && v.Key != p.query.Key {
			more = more && v.Key < p.query.Key // keys that only begin with it follow
			continue
		}
		found = append(found, findingOf(v))
	}
	slices.SortStableFunc(found, inOrder)
	return found, more, nil
}

// advance goes on to the next page. No page may come twice: the client sees
// that of two that follow each other, and not that of the versions of one key.
func (p *versionPages) advance(key, version string) error {
	if key != p.keyMarker || p.passed == nil {
		p.passed = map[string]bool{}
	}
	if p.passed[version] {
		return cosclient.ErrNoProgress
	}
	p.passed[version] = true
	p.keyMarker, p.versionMarker = key, version
	return nil
}

func findingOf(v cosclient.Version) Finding {
	return Finding{
		Entry:     cosclient.Entry{Key: v.Key, ETag: v.ETag, StorageClass: v.StorageClass, Size: v.Size, LastModified: v.LastModified},
		VersionID: v.VersionID, Latest: v.IsLatest, DeleteMarker: v.DeleteMarker,
	}
}

// inOrder compares what a page holds, in case COS lists delete markers apart
// from the versions. Times are in whole seconds: what has the same keeps the
// order of the page.
func inOrder(a, b Finding) int {
	latestFirst := 0
	if a.Latest != b.Latest {
		latestFirst = 1
		if a.Latest {
			latestFirst = -1
		}
	}
	return cmp.Or(cmp.Compare(a.Entry.Key, b.Entry.Key), latestFirst, b.Entry.LastModified.Compare(a.Entry.LastModified))
}
