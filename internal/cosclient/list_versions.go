package cosclient

import (
	"context"
	"encoding/xml"
	"errors"
	"time"
)

// Version is a version of an object or a delete marker.
type Version struct {
	Key, VersionID, ETag string // ETag without quotes; "" for a delete marker
	StorageClass         string // "" for a delete marker
	Size                 int64
	LastModified         time.Time
	IsLatest             bool
	DeleteMarker         bool
}

// versionEntry is a <Version> or <DeleteMarker> element. A page contains both in
// listing order.
type versionEntry struct {
	XMLName                 xml.Name
	Key, ETag, LastModified string
	VersionID               string `xml:"VersionId"`
	StorageClass            string
	Size                    int64
	IsLatest                bool
}

// ListVersions returns a page of the versions and delete markers of the keys that
// begin with prefix. nextKey and nextVersion are the markers for the next page if
// truncated is set. Source: COS API documentation, "GET Bucket Object versions".
func (c *Client) ListVersions(ctx context.Context, region, bucket, prefix string, keyMarker, versionMarker string) (versions []Version, nextKey, nextVersion string, truncated bool, err error) {
	r, err := newBucketRequest("GetBucketObjectVersions", region, bucket)
	if err != nil {
		return nil, "", "", false, err
	}
	r.query = []param{{"versions", ""}}
	r.parameter("prefix", prefix)
	r.parameter("key-marker", keyMarker)
	r.parameter("version-id-marker", versionMarker)
	r.parameter("encoding-type", "url")
	r.read = func(a *answer) error {
		var raw versionListing
		if err := c.readResult(r, a, &raw); err != nil {
			return err
		}
		decode := decoder{encoded: raw.EncodingType == "url"}
		versions = nil
		for _, v := range raw.Entries {
			if v.XMLName.Local != "Version" && v.XMLName.Local != "DeleteMarker" {
				continue
			}
			versions = append(versions, Version{
				Key: decode.text(v.Key), VersionID: v.VersionID, ETag: unquote(v.ETag), StorageClass: v.StorageClass, Size: v.Size,
				LastModified: parseTime(v.LastModified), IsLatest: v.IsLatest, DeleteMarker: v.XMLName.Local == "DeleteMarker",
			})
		}
		nextKey, nextVersion, truncated = decode.text(raw.NextKeyMarker), raw.NextVersionIDMarker, raw.IsTruncated
		switch {
		case decode.err != nil:
			return unreadable(r, decode.err)
		case truncated && nextKey == "":
			return unreadable(r, errors.New("it is truncated and names no marker to go on from"))
		case truncated && (nextKey < keyMarker || nextKey == keyMarker && nextVersion == versionMarker):
			return ErrNoProgress
		}
		return nil
	}
	if _, err = c.do(ctx, r); err != nil {
		return nil, "", "", false, err
	}
	return versions, nextKey, nextVersion, truncated, nil
}

// ErrNoProgress is returned for a page of a listing whose next page would be the
// same or an earlier one.
var ErrNoProgress = errors.New("the listing does not advance: a page ends where it began, or before")

type versionListing struct {
	EncodingType        string
	IsTruncated         bool
	NextKeyMarker       string
	NextVersionIDMarker string         `xml:"NextVersionIdMarker"`
	Entries             []versionEntry `xml:",any"`
}
