package reencrypt

import (
	"context"

	"github.com/cos-terraform/terraform-provider-cos/internal/cosclient"
)

// oldVersions counts the versions below a prefix that are not the current ones.
func oldVersions(ctx context.Context, c *cosclient.Client, region, bucket, prefix string, fits func(string) bool) (int, error) {
	n, keyMarker, versionMarker := 0, "", ""
	for {
		page, nextKey, nextVersion, truncated, err := c.ListVersions(ctx, region, bucket, prefix, keyMarker, versionMarker)
		if err != nil {
			return 0, err
		}
		for _, v := range page {
			if !v.IsLatest && !v.DeleteMarker && fits(v.Key) {
				n++
			}
		}
		if !truncated {
			return n, nil
		}
		keyMarker, versionMarker = nextKey, nextVersion
	}
}
