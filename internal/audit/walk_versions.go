package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// versionPages lists the versions and delete markers by key, the latest of each
// key first.
type versionPages struct {
	client                   *cosclient.Client
	query                    Query
	keyMarker, versionMarker string
	passed                   map[string]bool // version markers of the key at the end of the last page
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
			more = more && v.Key < p.query.Key // further keys only share the prefix
			continue
		}
		found = append(found, findingOf(v))
	}
	slices.SortStableFunc(found, inOrder)
	return found, more, nil
}

// advance proceeds to the next page. It detects repeated pages within the
// versions of one key; the client only detects repetitions of the previous page.
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

// inOrder orders the versions on a page, in case COS lists delete markers
// separately. Times are in whole seconds; equal times keep the order of the page.
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
