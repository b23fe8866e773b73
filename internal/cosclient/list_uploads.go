package cosclient

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// StaleUpload is an unfinished multipart upload in a listing.
type StaleUpload struct {
	Key, ID, StorageClass string
	Initiated             time.Time // zero if the listing has no valid time
}

// Uploads is a page of a listing of multipart uploads.
type Uploads struct {
	Uploads             []StaleUpload
	NextKey, NextUpload string // markers for the next page if Truncated
	Truncated           bool
	Date                time.Time // time of the response by COS's clock; zero if unknown
}

// ListUploads returns a page of the multipart uploads of the keys that begin with
// prefix. Source: COS API documentation, "List Multipart Uploads".
func (c *Client) ListUploads(ctx context.Context, region, bucket, prefix, keyMarker, uploadMarker string) (Uploads, error) {
	r, err := newBucketRequest("ListMultipartUploads", region, bucket)
	if err != nil {
		return Uploads{}, err
	}
	r.query = []param{{"uploads", ""}}
	r.parameter("prefix", prefix)
	r.parameter("key-marker", keyMarker)
	r.parameter("upload-id-marker", uploadMarker)
	r.parameter("encoding-type", "url")
	var page Uploads
	r.read = func(a *answer) error {
		var raw uploadListing
		if err := c.readResult(r, a, &raw); err != nil {
			return err
		}
		decode := decoder{encoded: raw.EncodingType == "url" || raw.EncodingTypeOther == "url"}
		page = Uploads{NextKey: decode.text(raw.NextKeyMarker), NextUpload: raw.NextUploadIDMarker, Truncated: raw.IsTruncated}
		page.Date, _ = http.ParseTime(a.header.Get("Date"))
		for _, u := range raw.Upload {
			page.Uploads = append(page.Uploads, StaleUpload{Key: decode.text(u.Key), ID: u.UploadID, StorageClass: u.StorageClass, Initiated: parseTime(u.Initiated)})
		}
		switch {
		case decode.err != nil:
			return unreadable(r, decode.err)
		case page.Truncated && page.NextKey == "":
			return unreadable(r, errors.New("it is truncated and names no marker to go on from"))
		}
		return nil
	}
	_, err = c.do(ctx, r)
	return page, err
}

// uploadListing accepts both of the documented spellings of the encoding type.
type uploadListing struct {
	EncodingType       string `xml:"Encoding-Type"`
	EncodingTypeOther  string `xml:"EncodingType"`
	IsTruncated        bool
	NextKeyMarker      string
	NextUploadIDMarker string `xml:"NextUploadIdMarker"`
	Upload             []struct {
		Key, StorageClass, Initiated string
		UploadID                     string `xml:"UploadId"`
	}
}
